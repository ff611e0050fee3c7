import { afterEach, describe, expect, test } from 'vitest';
import type { MailferryErrorInit } from '../../src/errors.js';
import type { RunEvent } from '../../src/report/events.js';
import type { MemoryServerOptions, OnOperation, Verdict } from '../../src/store/memory.js';
import { backupPolicy } from '../../src/sync/policy.js';
import { type Choices, CopyWorld, deliver, type RunRecord } from '../support/choices/index.js';

let world: CopyWorld;

afterEach(() => world.remove());

function start(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): CopyWorld {
  world = new CopyWorld(source, destination);
  return world;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function fill(count: number): string[] {
  for (const number of numbers(count)) deliver(world.source, 'INBOX', `${number}`);
  return numbers(count).map(String);
}

const BUSY = { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later', message: 'not now' } as const;
/** What the store throws when a busy server ends the session. */
const GOODBYE = {
  code: 'CONNECTION_LOST',
  scope: 'account',
  retry: 'later',
  message: 'the server ended the session',
  serverText: 'Too many requests',
  at: { account: 'ann@source.example' },
} as const;

/** The first so many operations of a kind are refused. */
function refusing(kind: string, times: number, refuse: MailferryErrorInit): OnOperation {
  let refused = 0;
  return (operation): Verdict => (operation.kind === kind && ++refused <= times ? { refuse } : 'go');
}

function waits({ events }: RunRecord): number[] {
  return events.flatMap((event: RunEvent) => (event.type === 'waiting' ? [event.delayMs] : []));
}

const VERBS: readonly (readonly [string, Choices])[] = [
  ['copy', {}],
  ['backup', { policy: backupPolicy }],
];

describe.each(VERBS)('a server that is too busy for %s', (_verb, choices) => {
  test.each(['metadata', 'bodies'])('and hands out no %s for a while is waited for', async (kind) => {
    start();
    const all = fill(30);
    world.source.onOperation = refusing(kind, 3, BUSY);
    const record = await world.run({ ...choices, retryWaitsMs: [0, 1, 2, 3] });
    expect(record.error).toBeNull();
    expect(record.problems).toEqual([]);
    expect(world.arrived()['INBOX']).toEqual(all);
    expect(waits(record)).toEqual([1, 2, 3]);
  });

  test('is waited for as long as it asks', async () => {
    start();
    const all = fill(5);
    world.source.onOperation = refusing('bodies', 2, { ...BUSY, retryAfterMs: 20 });
    const record = await world.run({ ...choices, retryWaitsMs: [0, 1, 30] });
    expect(record.problems).toEqual([]);
    expect(world.arrived()['INBOX']).toEqual(all);
    expect(waits(record)).toEqual([20, 30]);
  });

  test.each([BUSY, GOODBYE])('for good is given up, and no message for it (%j)', async (refuse) => {
    start();
    fill(30);
    world.source.onOperation = refusing('bodies', Number.POSITIVE_INFINITY, refuse);
    const record = await world.run({ ...choices, retryWaitsMs: [0, 1, 2] });
    const told = [...record.problems, ...(record.error ? [record.error] : [])];
    expect(told).toMatchObject([{ code: 'SERVER_BUSY' }]);
    expect(waits(record)).toEqual([1, 2]);
    world.source.onOperation = null;
    expect((await world.run(choices)).problems).toEqual([]);
    expect(world.arrived()['INBOX']).toHaveLength(30);
  });

  test('and ends the sessions for a while is waited for', async () => {
    start();
    const all = fill(30);
    world.source.onOperation = refusing('bodies', 2, { ...GOODBYE, retryAfterMs: 10 });
    const record = await world.run({ ...choices, retryWaitsMs: [0, 1, 2] });
    expect(record.error).toBeNull();
    expect(record.problems).toEqual([]);
    expect(world.arrived()['INBOX']).toEqual(all);
    expect(waits(record)).toEqual([10, 10]);
  });

  test.each(['atomic', 'unproven', 'none'] as const)(
    'and takes nothing for good is not asked for ever (MULTIAPPEND %s)',
    async (multiAppend) => {
      start({}, { features: { multiAppend } });
      fill(10);
      world.destination.onOperation = refusing('append', Number.POSITIVE_INFINITY, BUSY);
      const record = await world.run({ ...choices, retryWaitsMs: [0, 1, 2] });
      expect(record.problems).toMatchObject([{ code: 'SERVER_BUSY' }]);
      expect(waits(record)).toEqual([1, 2]);
      world.destination.onOperation = null;
      expect((await world.run(choices)).problems).toEqual([]);
      expect(world.arrived()['INBOX']).toHaveLength(10);
    },
  );
});

describe('a server that is too busy for mailbox after mailbox', () => {
  const NAMES = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6'];

  function mailboxes(busy: readonly string[]): void {
    start();
    for (const name of NAMES) {
      world.source.createMailbox(name);
      deliver(world.source, name, name);
    }
    world.source.onOperation = ({ kind, mailbox }) =>
      kind === 'bodies' && busy.includes(mailbox ?? '') ? { refuse: BUSY } : 'go';
  }

  test('is not waited for anew in each of them: the run ends', async () => {
    mailboxes(NAMES);
    const record = await world.run({ retryWaitsMs: [0, 1], parallel: 1 });
    expect(record.error).toMatchObject({
      code: 'SERVER_BUSY',
      scope: 'account',
      retry: 'later',
      message: 'not now',
    });
    expect(waits(record)).toEqual([1, 1, 1]);
    expect(record.problems).toMatchObject([{ code: 'SERVER_BUSY' }, { code: 'SERVER_BUSY' }]);
    world.source.onOperation = null;
    expect((await world.run()).problems).toEqual([]);
    expect(world.arrived()).toMatchObject(Object.fromEntries(NAMES.map((name) => [name, [name]])));
  });

  test('but takes others between them is not too busy for the run', async () => {
    const busy = ['M1', 'M2', 'M4', 'M5'];
    mailboxes(busy);
    const record = await world.run({ retryWaitsMs: [0, 1], parallel: 1 });
    expect(record.error).toBeNull();
    expect(record.problems.map(({ mailbox }) => mailbox)).toEqual(busy);
    expect(world.arrived()).toMatchObject({ M3: ['M3'], M6: ['M6'] });
  });
});

test('a server that asks for more patience than any mailbox has is not waited for', async () => {
  start();
  fill(3);
  world.source.onOperation = refusing('bodies', Number.POSITIVE_INFINITY, { ...BUSY, retryAfterMs: 600_001 });
  const record = await world.run({ retryWaitsMs: [0, 1, 2] });
  expect(record.problems).toMatchObject([{ code: 'SERVER_BUSY' }]);
  expect(waits(record)).toEqual([]);
});

describe('a source that is busy whenever some messages are read', () => {
  test.each([
    ['one of them', 20, [5]],
    ['the first of many', 300, [1]],
    ['the last', 20, [20]],
    ['side by side', 20, [5, 6, 7, 8]],
    ['far from each other', 20, [1, 9, 20]],
  ])('keeps only those, %s', async (_where, count, bad) => {
    start();
    fill(count);
    world.source.onOperation = ({ kind, uids }) =>
      kind === 'bodies' && bad.some((uid) => uids?.has(uid)) ? { refuse: BUSY } : 'go';
    const { problems, error } = await world.run({ retryWaitsMs: [0, 1, 1, 1] });
    expect(error).toBeNull();
    expect(problems).toMatchObject(bad.map((uid) => ({ code: 'MESSAGE_UNREADABLE', uid, permanent: false })));
    const others = numbers(count).filter((number) => !bad.includes(number));
    expect(world.arrived()['INBOX']).toEqual(others.map(String));
    world.source.onOperation = null;
    expect((await world.run()).problems).toEqual([]);
    expect(world.arrived()['INBOX']).toHaveLength(count);
  });
});

test('whoever asks the run to finish does not wait for a busy server', async () => {
  start();
  fill(3);
  const asked = new AbortController();
  world.source.onOperation = ({ kind }) => {
    if (kind !== 'bodies') return 'go';
    setTimeout(() => asked.abort(), 20);
    return { refuse: { ...BUSY, retryAfterMs: 300_000 } };
  };
  const record = await world.run({ retryWaitsMs: [0, 1], finish: asked.signal });
  expect(record.error).toMatchObject({ code: 'INTERRUPTED' });
  expect(waits(record)).toEqual([300_000]);
});

describe('a source that ends the connection whatever message is read', () => {
  test('ends the work in that mailbox, and not message after message', async () => {
    start();
    fill(40);
    world.source.createMailbox('Other');
    deliver(world.source, 'Other', 'other');
    world.source.onOperation = ({ kind, mailbox }) =>
      kind === 'bodies' && mailbox === 'INBOX' ? 'fail-before' : 'go';
    world.source.forgetOperations();
    const { problems, error } = await world.run({ retryWaitsMs: [0, 1, 1, 1, 1] });
    expect(error).toBeNull();
    expect(problems).toMatchObject([
      { code: 'MESSAGE_UNREADABLE', uid: 1, permanent: false },
      { code: 'MESSAGE_UNREADABLE', uid: 2, permanent: false },
      { code: 'MESSAGE_UNREADABLE', uid: 3, permanent: false },
      {
        code: 'CONNECTION_LOST',
        scope: 'mailbox',
        mailbox: 'INBOX',
        permanent: false,
        message: expect.stringContaining('each time a message was read'),
      },
    ]);
    const reads = world.source.operations.filter(
      ({ kind, mailbox }) => kind === 'bodies' && mailbox === 'INBOX',
    );
    expect(reads.length).toBeLessThan(20);
    expect(world.arrived()).toEqual({ Other: ['other'] });
    world.source.onOperation = null;
    expect((await world.run()).problems).toEqual([]);
    expect(world.arrived()['INBOX']).toHaveLength(40);
  });

  test.each([
    ['with others between them', [3, 4, 9, 10, 15, 16]],
    ['side by side', [3, 4, 5, 6, 7, 8, 9, 10]],
    ['the last of all', [17, 18, 19, 20]],
  ])('is told from one that does so at some messages, %s', async (_where, bad) => {
    start();
    fill(20);
    world.source.onOperation = ({ kind, uids }) =>
      kind === 'bodies' && bad.some((uid) => uids?.has(uid)) ? 'fail-before' : 'go';
    const { problems, error } = await world.run({ retryWaitsMs: [0, 1, 1, 1, 1] });
    expect(error).toBeNull();
    const told = problems.filter(({ code }) => code === 'MESSAGE_UNREADABLE').map(({ uid }) => uid);
    expect(told).toEqual(bad.slice(0, told.length));
    expect(told.length).toBeGreaterThanOrEqual(Math.min(bad.length, 3));
    expect(world.arrived()['INBOX']).toEqual(
      numbers(20)
        .filter((number) => !bad.includes(number))
        .map(String),
    );
  });
});
