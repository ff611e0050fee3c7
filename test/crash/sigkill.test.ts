import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, generateAccount, Random } from '../support/accounts/index.js';
import {
  type AccountImage,
  assertSameAccounts,
  carriedOf,
  fingerprintServer,
  readAccount,
  type ServerFingerprint,
} from '../support/compare/index.js';
import { loginOf } from '../support/imap-client/index.js';
import { startProxy } from '../support/proxy/index.js';
import { type MailServer, SERVER_KINDS, type ServerKind, startServer } from '../support/servers/index.js';
import { makeQuickTestFolder } from '../support/test-folder.js';
import { cutAt, describeBreak, drawBreak, drawKill, killAt, runToTheEnd, type Trial } from './trial.js';

const SEED = process.env['MAILFERRY_TEST_SEED'] ?? 'kill and cut';
const PAIRS = SERVER_KINDS.flatMap((from) => SERVER_KINDS.map((to) => ({ from, to })));
/** Of kills and of cuts. */
const BREAKS = 30;
/** Accounts that are there from the start: about as many as are needed. */
const TRIALS = ['kill', 'cut'].flatMap((what) =>
  PAIRS.flatMap((_, pair) => [1, 2, 3, 4, 5, 6].map((number) => `${what}${pair}n${number}`)),
);
const ACCOUNT = generateAccount({
  seed: 'kills',
  messages: 420,
  mailboxes: 6,
  totalBytes: 2_500_000,
  maxSizeBytes: 300_000,
});
/** Slow enough that a break hits the middle, quick enough for sixty of them. */
const LINK = { bytesPerSecond: 3_000_000, latencyMs: 2 };

interface Source {
  readonly server: MailServer;
  readonly expected: AccountImage;
  readonly accountBytes: number;
  readonly untouched: ServerFingerprint;
}

const sources = new Map<ServerKind, Source>();
let folder = '';

beforeAll(async () => {
  console.log(`MAILFERRY_TEST_SEED='${SEED}'`);
  folder = makeQuickTestFolder('sigkill');
  const users = ['reader', ...TRIALS].map((name) => ({ name, password: 'pass' }));
  const prepare = async (kind: ServerKind): Promise<void> => {
    const server = await startServer(kind, { users });
    const login = loginOf(server);
    await fillAccount(login, ACCOUNT);
    const expected = carriedOf(await readAccount(login));
    const sizes = expected.mailboxes.flatMap(({ messages }) => messages.map(({ sizeBytes }) => sizeBytes));
    sources.set(kind, {
      server,
      expected,
      accountBytes: sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0),
      untouched: await fingerprintServer(login),
    });
  };
  await Promise.all(SERVER_KINDS.map(prepare));
});

afterAll(async () => {
  await Promise.all([...sources.values()].map(({ server }) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function sourceOf(kind: ServerKind): Source {
  const source = sources.get(kind);
  if (!source) throw new Error(`no ${kind}`);
  return source;
}

/** A fresh account to write to, with nothing known of it, behind proxies of its own. */
async function withTrial(
  from: ServerKind,
  to: ServerKind,
  name: string,
  work: (trial: Trial) => Promise<boolean>,
): Promise<boolean> {
  const { server, expected } = sourceOf(from);
  const target = sourceOf(to).server;
  if (!TRIALS.includes(name)) await target.addUser(name, 'pass');
  const [source, destination] = [
    await startProxy({ targetPort: server.port, ...LINK }),
    await startProxy({ targetPort: target.port, ...LINK }),
  ];
  try {
    const logins = {
      source: { ...loginOf(server, 'reader'), port: source.port },
      destination: { ...loginOf(target, name), port: destination.port },
    };
    const request = { ...logins, stateDir: join(folder, name) };
    const counts = await work({ source, destination, request });
    await runToTheEnd(request);
    assertSameAccounts(expected, await readAccount(loginOf(target, name)), { ignoreExtraMailboxes: 'empty' });
    return counts;
  } finally {
    await Promise.all([source.stop(), destination.stop()]);
  }
}

/** Tries until as many have counted as are this pair's share. */
async function repeat(
  pair: number,
  what: string,
  attempt: (name: string, random: Random) => Promise<boolean>,
): Promise<void> {
  const share = Math.floor(BREAKS / PAIRS.length) + (pair < BREAKS % PAIRS.length ? 1 : 0);
  let counted = 0;
  for (let number = 1; counted < share; number++) {
    expect(number, `${what}: hardly any attempt comes to its break`).toBeLessThan(20 * share);
    const random = new Random(`${SEED}/${what}/${pair}/${number}`);
    if (await attempt(`${what}${pair}n${number}`, random)) counted++;
  }
}

/** Names the trial in whatever fails in it. */
async function told<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`seed '${SEED}', ${what}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

describe.concurrent.each(PAIRS.map((pair, index) => ({ ...pair, index })))(
  'from $from to $to',
  ({ from, to, index }) => {
    test('every message arrives once when the program is killed', async () => {
      await repeat(index, 'kill', (name, random) =>
        withTrial(from, to, name, async (trial) => {
          const point = drawKill(random, trial, sourceOf(from).accountBytes);
          const arrives = random.chance(0.5);
          return told(`${name}, ${describeBreak(point)}`, killAt(trial, point, arrives));
        }),
      );
    });

    test('every message arrives once when a connection is cut', async () => {
      await repeat(index, 'cut', (name, random) =>
        withTrial(from, to, name, async (trial) => {
          const point = drawBreak(random, trial, sourceOf(from).accountBytes);
          return told(`${name}, ${describeBreak(point)}`, cutAt(trial, point));
        }),
      );
    });
  },
);

describe('the sources of all these', () => {
  test.each(SERVER_KINDS)('%s was only read', async (kind) => {
    const { server, untouched } = sourceOf(kind);
    expect(await fingerprintServer(loginOf(server, 'reader'))).toEqual(untouched);
  });
});
