/** Where an account is and how to get in. */
export interface AccountLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Present for TLS from the first octet. */
  readonly tls?: TlsTrust;
}

export interface TlsTrust {
  /** PEM of the authority to trust; without it any certificate is taken. */
  readonly ca?: string | Buffer;
  readonly servername?: string;
}

/** What a started test server tells of itself. */
export interface ServerWithUsers {
  readonly host: string;
  readonly port: number;
  readonly users: readonly { readonly name: string; readonly password: string }[];
}

/** How to log in to a server as one of its users; as the first one when no name is given. */
export function loginOf({ host, port, users }: ServerWithUsers, name?: string): AccountLogin {
  const user = name === undefined ? users[0] : users.find((other) => other.name === name);
  if (user === undefined) throw new Error(`no user ${name ?? 'at all'} on ${host}:${port}`);
  return { host, port, user: user.name, password: user.password };
}
