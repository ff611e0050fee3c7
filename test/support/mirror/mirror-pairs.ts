import { afterAll, beforeAll } from 'vitest';
import { type AccountLogin, loginOf } from '../imap-client/index.js';
import {
  type MailAccount,
  type MailServer,
  type ServerKind,
  ServerSet,
  startDovecot,
  startServer,
  usersNamed,
} from '../servers/index.js';

export type MirrorServer = ServerKind | 'dovecot-sdbox';
export type MirrorPair = readonly [a: MirrorServer, b: MirrorServer];

export const MIRROR_PAIRS: readonly MirrorPair[] = [
  ['dovecot', 'dovecot-sdbox'],
  ['dovecot', 'cyrus'],
  ['cyrus', 'courier'],
];

/** The servers of all pairs, started and stopped once a file. */
export interface MirrorServers {
  /** The two accounts of a pair that belong to a test. */
  logins(pair: MirrorPair, test: string): readonly [a: AccountLogin, b: AccountLogin];
  server(name: MirrorServer): MailServer;
}

/** @param tests each gets an account of its own on both servers of every pair */
export function mirrorServers(tests: readonly string[]): MirrorServers {
  const users = usersNamed(MIRROR_PAIRS.flatMap((pair) => tests.map((test) => userOf(pair, test))));
  const servers = new ServerSet<MirrorServer>();
  beforeAll(async () => {
    const names = MIRROR_PAIRS.flat().filter(isFirst);
    await Promise.all(names.map((name) => servers.add(name, startMirrorServer(name, users))));
  });
  afterAll(() => servers.stop());
  return {
    server: (name) => servers.get(name),
    logins: ([a, b], test) => {
      const name = userOf([a, b], test);
      return [loginOf(servers.get(a), name), loginOf(servers.get(b), name)];
    },
  };
}

function startMirrorServer(name: MirrorServer, users: readonly MailAccount[]): Promise<MailServer> {
  if (name === 'dovecot-sdbox') return startDovecot({ users, mailFormat: 'sdbox' });
  return startServer(name, { users });
}

function userOf(pair: MirrorPair, test: string): string {
  return `${pair.join('-')}-${test}`;
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}
