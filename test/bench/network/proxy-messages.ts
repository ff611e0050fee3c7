/** What the benchmark asks the process with the proxies; every request is answered with one number. */
export type ProxyRequest = { readonly id: number } & ProxyQuestion;

export type ProxyQuestion =
  /** A new proxy before this port of 127.0.0.1; answered with the proxy's port. */
  | { readonly kind: 'open'; readonly targetPort: number }
  | { readonly kind: 'round-trips'; readonly port: number }
  /** The round trip of all proxies from now on. */
  | { readonly kind: 'latency'; readonly latencyMs: number }
  | { readonly kind: 'close'; readonly port: number };

export type ProxyAnswer =
  | { readonly id: number; readonly value: number }
  | { readonly id: number; readonly error: string };
