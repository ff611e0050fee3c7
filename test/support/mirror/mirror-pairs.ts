import { afterAll, beforeAll } from 'vitest';
import { type AccountLogin, loginOf } from '../imap-client/index.js';
import { type MailServer, startCourier, startCyrus, startDovecot } from '../servers/index.js';

type Users = readonly { readonly name: string; readonly password: string }[];

const START = {
  dovecot: (users: Users) => startDovecot({ users }),
  'dovecot-sdbox': (users: Users) => startDovecot({ users, mailFormat: 'sdbox' }),
  cyrus: (users: Users) => startCyrus({ users }),
  courier: (users: Users) => startCourier({ users }),
};
export type MirrorServer = keyof typeof START;
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
  const users = MIRROR_PAIRS.flatMap((pair) => tests.map((test) => userOf(pair, test)));
  const servers = new Map<MirrorServer, MailServer>();
  const server = (name: MirrorServer): MailServer => {
    const found = servers.get(name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  beforeAll(async () => {
    const start = async (name: MirrorServer) => servers.set(name, await START[name](users));
    await Promise.all(MIRROR_PAIRS.flat().filter(isFirst).map(start));
  });
  afterAll(async () => {
    await Promise.all([...servers.values()].map((one) => one.stop()));
  });
  return {
    server,
    logins: (pair, test) => {
      const { name } = userOf(pair, test);
      return [loginOf(server(pair[0]), name), loginOf(server(pair[1]), name)];
    },
  };
}

function userOf(pair: MirrorPair, test: string): Users[number] {
  const name = `${pair.join('-')}-${test}`;
  return { name, password: `pass ${name}` };
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}
