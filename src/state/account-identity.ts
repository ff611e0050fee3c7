import { createHash } from 'node:crypto';

/** Whose mail it is, as far as the state tells accounts apart. */
export interface AccountIdentity {
  /** Lower case, with `:port` unless that is 143 or 993. */
  readonly host: string;
  /** As typed: servers may tell `Ann` from `ann`. */
  readonly user: string;
  /** The part of the account that is carried; '' for all of it. */
  readonly prefix: string;
}

const USUAL_PORTS: readonly number[] = [143, 993];

export function accountIdentity(host: string, port: number, user: string, prefix = ''): AccountIdentity {
  const name = host.toLowerCase();
  return { host: USUAL_PORTS.includes(port) ? name : `${name}:${port}`, user, prefix };
}

export function sameAccount(x: AccountIdentity, y: AccountIdentity): boolean {
  return x.host === y.host && x.user === y.user && x.prefix === y.prefix;
}

/** For people; holds no secret. */
export function accountName({ host, user, prefix }: AccountIdentity): string {
  return prefix === '' ? `${user}@${host}` : `${user}@${host}/${prefix}`;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

/** Names the account without its prefix: what is written to one part of an account is written to the account. */
export function accountLockName({ host, user }: AccountIdentity): string {
  return digest(['account', host, user]);
}

function sorted(x: AccountIdentity, y: AccountIdentity): [AccountIdentity, AccountIdentity] {
  const rank = (one: AccountIdentity): string => JSON.stringify([one.user, one.host, one.prefix]);
  return rank(x) <= rank(y) ? [x, y] : [y, x];
}

/** The same whichever account comes first. */
export function routeId(x: AccountIdentity, y: AccountIdentity): string {
  return digest(['route', ...sorted(x, y).map(({ host, user, prefix }) => [host, user, prefix])]);
}

/** At most this many characters of an account's name in a folder name; the hash tells apart what is cut alike. */
const READABLE_CHARS = 48;

function readable(account: AccountIdentity): string {
  const safe = accountName(account)
    .toLowerCase()
    .replace(/[^a-z0-9@._+-]/g, '_')
    .replace(/^[.-]/, '_');
  return safe.slice(0, READABLE_CHARS);
}

/**
 * Folder of a route: `<readable>-<hash>`. The readable part holds no character that a file system treats in its
 * own way; the hash, of the names as they are, makes it unique where file names fold case.
 */
export function routeFolderName(x: AccountIdentity, y: AccountIdentity): string {
  const [first, second] = sorted(x, y);
  return `${readable(first)}--${readable(second)}-${routeId(x, y)}`;
}
