import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MailferryError, type MailferryErrorInit } from '../../../../src/errors.js';
import type { LoggedIn } from '../../../../src/store/imap/login.js';
import type { ConnectionNotice, ImapAccountOptions } from '../../../../src/store/imap/options.js';
import { ConnectionPool } from '../../../../src/store/imap/pool.js';
import { connectionLost } from '../../../../src/store/imap/wire/failures.js';
import { connected, endAll, endedLater, settle } from '../../../support/scripted-imap/index.js';

const waits: number[] = [];
const logins: ((outcome: MailferryError | LoggedIn) => void)[] = [];

vi.mock('../../../../src/store/imap/login.js', () => ({
  login: () =>
    new Promise((resolve, reject) => {
      logins.push((outcome) => (outcome instanceof MailferryError ? reject(outcome) : resolve(outcome)));
    }),
}));

// The time between attempts passes at once, and is written down.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (delayMs: number, _value: unknown, options?: { signal?: AbortSignal }) => {
    waits.push(delayMs);
    options?.signal?.throwIfAborted();
  },
}));

const quiet = new AbortController().signal;
const notices: ConnectionNotice[] = [];

function pool(connections = 2): ConnectionPool {
  const options: ImapAccountOptions = {
    account: 'ann@example.net',
    host: 'example.net',
    port: 993,
    security: 'tls',
    user: 'ann',
    password: async () => 'secret',
    connections,
    timeoutMs: 1000,
    onNotice: (notice) => notices.push(notice),
  };
  return new ConnectionPool(options);
}

function failure(code: MailferryErrorInit['code'], retry: MailferryErrorInit['retry']): MailferryError {
  return new MailferryError({ code, scope: 'account', retry, message: code });
}

const busy = (): MailferryError => failure('SERVER_BUSY', 'later');

function member(): LoggedIn {
  const { connection } = endedLater(connected());
  return { connection } as LoggedIn;
}

/** Ends the login begun first. */
async function enter(outcome: MailferryError | LoggedIn = member()): Promise<void> {
  await settle();
  const login = logins.shift();
  if (!login) throw new Error('nobody logs in');
  login(outcome);
  await settle();
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  await settle();
  return await Promise.race([
    promise.then(
      () => false,
      () => false,
    ),
    settle().then(() => true),
  ]);
}

/** A pool with so many connections leased. */
async function leased(
  count: number,
  connections = count,
): Promise<{ all: ConnectionPool; members: LoggedIn[] }> {
  const all = pool(connections);
  const members = Array.from({ length: count }, () => all.lease(quiet));
  for (let index = 0; index < count; index++) await enter();
  return { all, members: await Promise.all(members) };
}

beforeEach(() => {
  waits.length = 0;
  logins.length = 0;
  notices.length = 0;
});

afterEach(endAll);

describe('leasing', () => {
  it('connects up to the limit, then waits for what is given back, first come first served', async () => {
    const { all, members } = await leased(2);
    const [third, fourth] = [all.lease(quiet), all.lease(quiet)];
    expect(await isPending(third)).toBe(true);
    expect(logins).toHaveLength(0);
    const [one, two] = members as [LoggedIn, LoggedIn];
    all.giveBack(two);
    expect(await third).toBe(two);
    all.giveBack(one);
    expect(await fourth).toBe(one);
  });

  it('takes an idle connection before it makes one', async () => {
    const { all, members } = await leased(1, 4);
    all.giveBack(members[0] as LoggedIn);
    expect(await all.lease(quiet)).toBe(members[0]);
    expect(logins).toHaveLength(0);
  });

  it('never exceeds the limit when one is given back to somebody who waits', async () => {
    const { all, members } = await leased(1);
    const second = all.lease(quiet);
    await settle();
    all.giveBack(members[0] as LoggedIn);
    const third = all.lease(quiet);
    expect(await second).toBe(members[0]);
    expect(await isPending(third)).toBe(true);
    expect(logins).toHaveLength(0);
  });

  it('replaces connections that broke, idle or leased', async () => {
    const { all, members } = await leased(2);
    const [one, two] = members as [LoggedIn, LoggedIn];
    all.giveBack(one);
    one.connection.destroy(connectionLost('ann', 'cut', null));
    two.connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(two);
    const next = all.lease(quiet);
    const fresh = member();
    await enter(fresh);
    expect(await next).toBe(fresh);
  });

  it('lets somebody who waits replace a broken one', async () => {
    const { all, members } = await leased(1);
    const next = all.lease(quiet);
    await settle();
    (members[0] as LoggedIn).connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(members[0] as LoggedIn);
    const fresh = member();
    await enter(fresh);
    expect(await next).toBe(fresh);
  });

  it('drops a connection that is given back in the middle of a command', async () => {
    const { all, members } = await leased(1);
    const [one] = members as [LoggedIn];
    const command = one.connection.execute(['NOOP'], null, quiet);
    all.giveBack(one);
    await expect(command).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const next = all.lease(quiet);
    await enter();
    expect(await next).not.toBe(one);
  });

  it('ends with the signal while it waits, and takes nothing from others', async () => {
    const { all, members } = await leased(1);
    const stop = new AbortController();
    const [second, third] = [all.lease(stop.signal), all.lease(quiet)];
    await settle();
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'INTERRUPTED' });
    all.giveBack(members[0] as LoggedIn);
    expect(await third).toBe(members[0]);
    await expect(all.lease(AbortSignal.abort())).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('warming up', () => {
  it('begins to connect without being waited for, and never beyond the limit', async () => {
    const all = pool(3);
    all.warmUp(9, quiet);
    all.warmUp(9, quiet);
    expect(logins).toHaveLength(3);
    const members = [member(), member(), member()];
    for (const one of members) await enter(one);
    const leases = await Promise.all(members.map(() => all.lease(quiet)));
    expect(new Set(leases)).toEqual(new Set(members));
    expect(logins).toHaveLength(0);
  });

  it('counts what is there already', async () => {
    const { all, members } = await leased(2, 4);
    all.giveBack(members[0] as LoggedIn);
    all.warmUp(3, quiet);
    expect(logins).toHaveLength(1);
  });

  it('serves who asks meanwhile, and lets who is beyond it connect', async () => {
    const all = pool(3);
    all.warmUp(2, quiet);
    const [first, second, third] = [all.lease(quiet), all.lease(quiet), all.lease(quiet)];
    await settle();
    expect(logins).toHaveLength(3);
    const warmed = [member(), member()] as const;
    await enter(warmed[0]);
    await enter(warmed[1]);
    expect(await first).toBe(warmed[0]);
    expect(await second).toBe(warmed[1]);
    await enter();
    await third;
  });

  it('that fails is tried again by who needs a connection, who is told why', async () => {
    const all = pool(1);
    all.warmUp(1, quiet);
    const told = expect(all.lease(quiet)).rejects.toMatchObject({ code: 'HOST_UNKNOWN' });
    await enter(failure('HOST_UNKNOWN', 'never'));
    await enter(failure('HOST_UNKNOWN', 'never'));
    await told;
  });

  it('that the server refuses makes the pool smaller and keeps nobody waiting for ever', async () => {
    const { all, members } = await leased(1, 2);
    all.warmUp(2, quiet);
    const second = all.lease(quiet);
    await enter(busy());
    expect(await isPending(second)).toBe(true);
    all.giveBack(members[0] as LoggedIn);
    expect(await second).toBe(members[0]);
  });

  it('ends with the pool', async () => {
    const all = pool(1);
    all.warmUp(1, quiet);
    all.close();
    const late = member();
    await enter(late);
    expect(late.connection.failure).not.toBeNull();
    await expect(all.lease(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('a server that takes no more', () => {
  it('makes the pool smaller instead of failing, and says so', async () => {
    const { all, members } = await leased(2, 4);
    const [third, fourth] = [all.lease(quiet), all.lease(quiet)];
    await enter(busy());
    await enter(failure('AUTH_FAILED', 'never'));
    expect(await isPending(third)).toBe(true);
    expect(await isPending(fourth)).toBe(true);
    expect(notices.map(({ type }) => type)).toContain('fewer-connections');
    expect(waits).toEqual([]);
    for (const one of members) all.giveBack(one);
    expect(new Set([await third, await fourth])).toEqual(new Set(members));
    const fifth = all.lease(quiet);
    expect(await isPending(fifth)).toBe(true);
    expect(logins).toHaveLength(0);
  });

  it('is tried again with growing waits while nobody else is in', async () => {
    const all = pool();
    const first = all.lease(quiet);
    await enter(busy());
    await enter(busy());
    await enter();
    await first;
    expect(waits).toEqual([500, 1000]);
    expect(notices.map(({ type }) => type)).toEqual(['retrying', 'retrying']);
  });

  it('ends it after the last wait', async () => {
    const failing = pool()
      .lease(quiet)
      .catch((error: unknown) => error);
    for (let attempt = 0; attempt < 7; attempt++) await enter(busy());
    expect(await failing).toMatchObject({ code: 'SERVER_BUSY' });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000]);
    expect(logins).toHaveLength(0);
  });
});

describe('a pool that became smaller', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const fewer = (): string[] =>
    notices.filter(({ type }) => type === 'fewer-connections').map(({ text }) => text);

  /** One connection of three works; somebody waits because a second one was refused. */
  async function shrunk(refused = failure('CONNECT_FAILED', 'later')) {
    const { all, members } = await leased(1, 3);
    const waiting = all.lease(quiet);
    await enter(refused);
    return { all, waiting, one: members[0] as LoggedIn };
  }

  async function pass(ms: number): Promise<void> {
    vi.advanceTimersByTime(ms);
    await settle();
  }

  it('tries one more a minute later, and all that are wanted once that works', async () => {
    const { all, waiting } = await shrunk();
    const next = all.lease(quiet);
    await pass(59_000);
    expect(logins).toHaveLength(0);
    await pass(1000);
    expect(logins).toHaveLength(1);
    await enter();
    await waiting;
    await enter();
    await next;
    const beyond = all.lease(quiet);
    await pass(3_600_000);
    expect(await isPending(beyond)).toBe(true);
    expect(logins).toHaveLength(0);
  });

  it('gives what comes back meanwhile to whoever waits', async () => {
    const { all, waiting, one } = await shrunk();
    await pass(60_000);
    expect(logins).toHaveLength(1);
    all.giveBack(one);
    expect(await waiting).toBe(one);
  });

  it('asks a server that keeps refusing more and more seldom, and tells of it once', async () => {
    const { waiting } = await shrunk(busy());
    for (const waitMs of [60_000, 120_000, 240_000, 480_000, 900_000, 900_000]) {
      await pass(waitMs - 1);
      expect(logins).toHaveLength(0);
      await pass(1);
      expect(logins).toHaveLength(1);
      await enter(busy());
    }
    expect(await isPending(waiting)).toBe(true);
    expect(fewer()).toEqual(['takes no more than 1 connection: SERVER_BUSY']);
  });

  it('begins with short waits again after the server took one more', async () => {
    const { all, waiting } = await shrunk(busy());
    await pass(60_000);
    await enter(busy());
    await pass(120_000);
    await enter();
    await waiting;
    const third = all.lease(quiet);
    await enter(busy());
    await pass(60_000);
    expect(logins).toHaveLength(1);
    await enter();
    await third;
  });

  it('tries one more as soon as a connection has ended, but not each time', async () => {
    const { all, waiting, one } = await shrunk(busy());
    const waiters = [waiting, all.lease(quiet), all.lease(quiet)];
    one.connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(one);
    await settle();
    expect(logins).toHaveLength(2);
    const fresh = member();
    await enter(fresh);
    await enter(busy());
    expect(await Promise.race(waiters)).toBe(fresh);
    fresh.connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(fresh);
    await settle();
    expect(logins).toHaveLength(1);
  });

  it('does not take broken connections for a limit', async () => {
    const { all, members } = await leased(2);
    for (const { connection } of members) connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(members[0] as LoggedIn);
    const next = all.lease(quiet);
    await enter(failure('CONNECT_FAILED', 'later'));
    expect(waits).toEqual([500]);
    await enter();
    await next;
    all.giveBack(members[1] as LoggedIn);
    const second = all.lease(quiet);
    await enter();
    await second;
    expect(fewer()).toEqual([]);
  });

  it('counts a login that was under way when another one was refused', async () => {
    const { all } = await leased(1, 3);
    const [second, third] = [all.lease(quiet), all.lease(quiet)];
    await enter(failure('CONNECT_FAILED', 'later'));
    await enter();
    await enter();
    await Promise.all([second, third]);
    expect(logins).toHaveLength(0);
  });

  it('leaves no timer behind when it is closed', async () => {
    const { all, waiting } = await shrunk();
    const ended = waiting.catch(() => undefined);
    all.close();
    await ended;
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    await pass(60_000);
    expect(logins).toHaveLength(0);
  });
});

describe('a login that fails', () => {
  it.each([
    ['AUTH_FAILED', 'never'],
    ['TLS_UNTRUSTED', 'never'],
    ['HOST_UNKNOWN', 'later'],
    ['CONNECT_FAILED', 'later'],
    ['INTERRUPTED', 'later'],
  ] as const)('at first with %s is told at once', async (code, retry) => {
    const failing = pool()
      .lease(quiet)
      .catch((error: unknown) => error);
    await enter(failure(code, retry));
    expect(await failing).toMatchObject({ code });
    expect(waits).toEqual([]);
  });

  it('is tried again when one worked before and it may pass', async () => {
    const { all, members } = await leased(1);
    (members[0] as LoggedIn).connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(members[0] as LoggedIn);
    const next = all.lease(quiet);
    await enter(failure('CONNECT_FAILED', 'later'));
    await enter();
    await next;
    expect(waits).toEqual([500]);
    const refused = pool()
      .lease(quiet)
      .catch((error: unknown) => error);
    await enter(failure('AUTH_FAILED', 'never'));
    expect(await refused).toMatchObject({ code: 'AUTH_FAILED' });
  });

  it('ends those who wait for it too, each with what it finds itself', async () => {
    const all = pool(1);
    const both = [all.lease(quiet), all.lease(quiet)].map((lease) => lease.catch((error: unknown) => error));
    await enter(failure('AUTH_FAILED', 'never'));
    await enter(failure('CONNECT_FAILED', 'later'));
    expect(await Promise.all(both)).toMatchObject([{ code: 'AUTH_FAILED' }, { code: 'CONNECT_FAILED' }]);
  });

  it('does not go on waiting when it is called off', async () => {
    const stop = new AbortController();
    const lease = pool()
      .lease(stop.signal)
      .catch((error: unknown) => error);
    await settle();
    stop.abort();
    await enter(busy());
    expect(await lease).toMatchObject({ code: 'INTERRUPTED' });
    expect(logins).toHaveLength(0);
  });
});

describe('a busy server that has refused the password', () => {
  const refused = (words: Partial<MailferryErrorInit>): MailferryError =>
    new MailferryError({ code: 'SERVER_BUSY', scope: 'account', retry: 'later', message: 'busy', ...words });

  it.each([
    { responseCode: 'AUTHENTICATIONFAILED', serverText: 'try again later' },
    { responseCode: 'AUTHORIZATIONFAILED', serverText: 'try again later' },
    { serverText: 'Too many login failures, try again later' },
    { serverText: 'Too many failed attempts' },
    { serverText: 'Too many invalid logins' },
  ])('is not sent it again ($responseCode, $serverText)', async (words) => {
    const failing = pool()
      .lease(quiet)
      .catch((error: unknown) => error);
    await enter(refused(words));
    expect(await failing).toMatchObject({ code: 'SERVER_BUSY', ...words });
    expect(waits).toEqual([]);
  });

  it.each([
    'Too many simultaneous connections. (Failure)',
    'Too many concurrent logins',
    'Temporary authentication failure',
  ])('is told from one that takes no more at the moment (%s)', async (serverText) => {
    const first = pool().lease(quiet);
    await enter(refused({ serverText }));
    await enter();
    await first;
    expect(waits).toEqual([500]);
  });

  it('is asked again when it took the password before', async () => {
    const { all, members } = await leased(1);
    (members[0] as LoggedIn).connection.destroy(connectionLost('ann', 'cut', null));
    all.giveBack(members[0] as LoggedIn);
    const next = all.lease(quiet);
    await enter(refused({ serverText: 'Too many login failures' }));
    await enter();
    await next;
    expect(waits).toEqual([500]);
  });
});

it('waits as long as a busy server asks for', async () => {
  const all = pool();
  const first = all.lease(quiet);
  const init = { code: 'SERVER_BUSY', scope: 'account', retry: 'later', message: 'busy' } as const;
  await enter(new MailferryError({ ...init, retryAfterMs: 30_000 }));
  await enter();
  await first;
  expect(waits).toEqual([30_000]);
});

describe('closing', () => {
  it('ends idle and leased connections, and those who wait', async () => {
    const { all, members } = await leased(2);
    const waiting = all.lease(quiet).catch((error: unknown) => error);
    const [one, two] = members as [LoggedIn, LoggedIn];
    all.giveBack(one);
    await settle();
    const again = all.lease(quiet).catch((error: unknown) => error);
    await settle();
    all.close();
    expect(await again).toMatchObject({ code: 'CONNECTION_LOST' });
    expect([one.connection.failure, two.connection.failure]).not.toContain(null);
    await waiting;
    await expect(all.lease(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('ends a connection that comes too late', async () => {
    const all = pool();
    const late = all.lease(quiet).catch((error: unknown) => error);
    await settle();
    all.close();
    const fresh = member();
    await enter(fresh);
    expect(await late).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(fresh.connection.failure).not.toBeNull();
  });

  it('ends the wait for another attempt', async () => {
    const all = pool();
    const late = all.lease(quiet).catch((error: unknown) => error);
    await settle();
    all.close();
    await enter(busy());
    expect(await late).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(logins).toHaveLength(0);
  });

  it('ends what is given back later', async () => {
    const { all, members } = await leased(1);
    all.close();
    all.giveBack(members[0] as LoggedIn);
    await expect(all.lease(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
