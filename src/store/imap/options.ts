/** How to reach and enter one account. */
export interface ImapAccountOptions {
  /** Display name without secrets, such as `ann@mail.example.net`. */
  readonly account: string;
  readonly host: string;
  readonly port: number;
  /** tls: from the first octet; starttls: required, never skipped; none: clear text. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user: string;
  /** Logs in as this user on behalf of `user` (SASL PLAIN authzid, RFC 4616). */
  readonly admin?: string;
  /** Asked for at each login, so that a secret is not kept longer than needed. */
  readonly password: () => Promise<string>;
  /** PEM; trusted instead of the system's authorities. */
  readonly ca?: string;
  /** SHA-256 of the server's certificate in hex, colons allowed; trusted instead of any authority. */
  readonly fingerprint?: string;
  /** A shell command whose stdin and stdout are the connection. */
  readonly tunnel?: string;
  /** Most connections at once; fewer when the server refuses more. */
  readonly connections: number;
  /** Longest silence of the server while it owes an answer. */
  readonly timeoutMs: number;
  readonly trace?: (event: TraceEvent) => void;
  /** Told when a connection is retried, lost, when fewer than wanted are used, and what the server wants to be shown. */
  readonly onNotice?: (notice: ConnectionNotice) => void;
}

/** One line of protocol; credentials are already masked. `data` is true for octets of literals. */
export interface TraceEvent {
  readonly connection: number;
  readonly direction: 'sent' | 'received';
  readonly text: string;
  readonly data: boolean;
}

export interface ConnectionNotice {
  /** `alert`: what the server says to the user (`[ALERT]`, RFC 3501, section 7.1). */
  readonly type: 'retrying' | 'lost' | 'fewer-connections' | 'downgraded' | 'alert';
  /** Said of the account, whose name it leaves out. */
  readonly text: string;
  readonly delayMs?: number;
}
