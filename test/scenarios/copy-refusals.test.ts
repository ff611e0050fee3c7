import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryServerOptions, OnOperation } from '../../src/store/memory.js';
import { CopyWorld, deliver } from '../support/choices/index.js';

let world: CopyWorld;

afterEach(() => world.remove());

function start(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): CopyWorld {
  world = new CopyWorld(source, destination);
  return world;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const isBad = ({ body }: { readonly body: Buffer }): boolean => body.includes('bad');

describe('a batch that is refused', () => {
  const refuseMessage = (message: { readonly body: Buffer }): string | null =>
    isBad(message) ? 'invalid' : null;

  test.each(['atomic', 'unproven', 'none'] as const)(
    'is tried in parts; the rest arrives in order (MULTIAPPEND %s)',
    async (multiAppend) => {
      start({}, { refuseMessage, features: { multiAppend } });
      for (const number of numbers(300))
        deliver(world.source, 'INBOX', [1, 150, 151, 300].includes(number) ? `bad ${number}` : `${number}`);
      const { problems, error } = await world.run();
      expect(error).toBeNull();
      expect(problems.map(({ uid }) => uid)).toEqual([1, 150, 151, 300]);
      expect(world.arrived()['INBOX']).toEqual(
        numbers(300)
          .filter((number) => ![1, 150, 151, 300].includes(number))
          .map(String),
      );
    },
  );

  test('also where the server asks before each literal', async () => {
    start({}, { literals: 'synchronising', features: { appendLimitBytes: null } });
    world.destination.configure({ refuseMessage });
    for (const number of numbers(30)) deliver(world.source, 'INBOX', number === 7 ? 'bad' : `${number}`);
    const { problems } = await world.run();
    expect(problems).toMatchObject([{ uid: 7, scope: 'message' }]);
    expect(world.arrived()['INBOX']).toHaveLength(29);
  });

  test('when every message is refused, each is told and the run ends by itself', async () => {
    start({}, { refuseMessage: () => 'not today' });
    for (const number of numbers(20)) deliver(world.source, 'INBOX', `${number}`);
    const { problems, error } = await world.run();
    expect(error).toBeNull();
    expect(problems).toHaveLength(20);
  });
});

const refuseOdd: OnOperation = ({ kind, flags }) => {
  const refuse = {
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: 'no such keyword',
  } as const;
  return kind === 'store' && flags?.includes('+odd') === true ? { refuse } : 'go';
};

test('a message that is refused for its keywords goes without them', async () => {
  const refuseMessage = ({ flags }: { readonly flags: readonly string[] }): string | null => {
    return flags.includes('odd') ? 'BAD invalid keyword' : null;
  };
  start({}, { refuseMessage });
  world.destination.onOperation = refuseOdd;
  deliver(world.source, 'INBOX', 'plain', { flags: ['\\Seen', 'fine'] });
  deliver(world.source, 'INBOX', 'odd', { flags: ['\\Flagged', 'odd', 'fine'] });
  const { problems, notes } = await world.run();
  expect(problems).toEqual([]);
  const flags = world.destination.snapshot().mailboxes['INBOX']?.messages.map((message) => message.flags);
  expect(flags).toEqual([
    ['\\Seen', 'fine'],
    ['\\Flagged', 'fine'],
  ]);
  expect(notes).toEqual([expect.stringContaining('cannot keep odd')]);
});

test('a keyword that cannot be changed is told, and neither other flags nor new mail wait for it', async () => {
  start();
  deliver(world.source, 'INBOX', 'first');
  await world.run();
  world.source.setFlags('INBOX', 1, 'add', ['odd', 'fine', '\\Seen']);
  deliver(world.source, 'INBOX', 'second');
  world.destination.onOperation = refuseOdd;
  const { problems, notes } = await world.run();
  expect(problems).toEqual([]);
  expect(notes).toEqual([expect.stringContaining('cannot keep odd')]);
  const [first, second] = world.destination.snapshot().mailboxes['INBOX']?.messages ?? [];
  expect([...(first?.flags ?? [])].sort()).toEqual(['\\Seen', 'fine']);
  expect(second).toBeDefined();
});

test('what is larger than the destination takes is not sent, and told', async () => {
  start({}, { features: { appendLimitBytes: 1000 } });
  for (const text of ['small', 'large', 'other'])
    deliver(world.source, 'INBOX', text, { padding: text === 'large' ? 2000 : 10 });
  const { problems } = await world.run();
  expect(problems).toMatchObject([{ code: 'MESSAGE_TOO_LARGE', uid: 2, permanent: true }]);
  expect(world.arrived()).toEqual({ INBOX: ['small', 'other'] });
});

test('a full destination stops copying at once, is told once, and flags go on', async () => {
  start();
  const boxes = ['A', 'B', 'C', 'D', 'E', 'F'];
  for (const box of boxes) {
    world.source.createMailbox(box);
    deliver(world.source, box, `${box} 1`);
  }
  await world.run();
  for (const box of boxes) {
    world.source.setFlags(box, 1, 'add', ['\\Flagged']);
    for (const number of numbers(10)) deliver(world.source, box, `${box} more ${number}`, { padding: 1000 });
  }
  world.destination.configure({ quotaBytes: 2000 });
  world.destination.forgetOperations();
  const { problems, error } = await world.run({ parallel: 2 });
  expect(error).toBeNull();
  expect(problems).toMatchObject([
    { code: 'OVER_QUOTA', scope: 'account', serverText: expect.stringContaining('Quota exceeded') },
  ]);
  const { mailboxes } = world.destination.snapshot();
  expect(boxes.map((box) => mailboxes[box]?.messages[0]?.flags)).toEqual(boxes.map(() => ['\\Flagged']));
  // Nothing is tried in mailboxes that were not in work by then.
  const tried = world.destination.operations.filter(({ kind }) => kind === 'append');
  expect(new Set(tried.map(({ mailbox }) => mailbox)).size).toBeLessThanOrEqual(2);
  world.destination.configure({ quotaBytes: Number.POSITIVE_INFINITY });
  expect((await world.run()).problems).toEqual([]);
  expect(world.arrived()['F']).toHaveLength(11);
});

describe('a message that cannot be read', () => {
  test.each(['refused', 'omitted'] as const)(
    'is told, the others arrive, and the next run tries again (%s)',
    async (how) => {
      start({ unreadable: (message) => (isBad(message) ? how : null) });
      for (const number of numbers(60))
        deliver(world.source, 'INBOX', [1, 30, 31, 60].includes(number) ? `bad ${number}` : `${number}`);
      const first = await world.run();
      expect(first.error).toBeNull();
      expect(first.problems).toMatchObject(
        [1, 30, 31, 60].map((uid) => ({ code: 'MESSAGE_UNREADABLE', uid, permanent: false })),
      );
      expect(world.arrived()['INBOX']).toHaveLength(56);
      world.source.configure({ unreadable: () => null });
      const second = await world.run();
      expect(second.problems).toEqual([]);
      expect(second.copied).toBe(4);
    },
  );

  test('is found also when the server ends the connection at it', async () => {
    start();
    for (const number of numbers(20)) deliver(world.source, 'INBOX', `${number}`);
    world.source.onOperation = (operation) => {
      const fatal = operation.kind === 'bodies' && operation.uids?.has(7) === true;
      return fatal ? 'fail-before' : 'go';
    };
    const { problems, error } = await world.run();
    expect(error).toBeNull();
    expect(problems).toMatchObject([{ code: 'MESSAGE_UNREADABLE', uid: 7, permanent: false }]);
    expect(world.arrived()['INBOX']).toEqual(
      numbers(20)
        .filter((number) => number !== 7)
        .map(String),
    );
  });
});

test('a source mailbox that cannot be opened is told, and the others go on', async () => {
  start();
  for (const box of ['broken', 'fine']) {
    world.source.createMailbox(box);
    deliver(world.source, box, box);
  }
  const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message: 'no' } as const;
  world.source.onOperation = ({ kind, mailbox }) => {
    return kind === 'examine' && mailbox === 'broken'
      ? { refuse: { ...refuse, serverText: 'Mailbox is corrupted' } }
      : 'go';
  };
  const { problems, error } = await world.run();
  expect(error).toBeNull();
  expect(problems).toMatchObject([
    { code: 'MAILBOX_UNAVAILABLE', mailbox: 'broken', serverText: 'Mailbox is corrupted' },
  ]);
  expect(world.arrived()).toEqual({ fine: ['fine'] });
});

test('a source mailbox that is deleted during the run spoils nothing else', async () => {
  start();
  for (const box of ['gone', 'stays']) {
    world.source.createMailbox(box);
    for (const number of numbers(5)) deliver(world.source, box, `${box} ${number}`);
  }
  world.source.onOperation = ({ kind, mailbox }) => {
    if (kind === 'examine' && mailbox === 'gone' && 'gone' in world.source.snapshot().mailboxes)
      world.source.deleteMailbox('gone');
    return 'go';
  };
  const { problems, error } = await world.run();
  expect(error).toBeNull();
  expect(problems).toMatchObject([{ mailbox: 'gone', scope: 'mailbox' }]);
  expect(world.arrived()['stays']).toHaveLength(5);
  expect((await world.run()).problems).toEqual([]);
});

test('a destination mailbox that is replaced during the run gets everything all the same', async () => {
  start({}, { features: { multiAppend: 'none' } });
  for (const number of numbers(12)) deliver(world.source, 'INBOX', `${number}`);
  let commits = 0;
  world.destination.onOperation = ({ kind }) => {
    if (kind === 'append-commit' && ++commits === 5) world.destination.changeUidValidity('INBOX');
    return 'go';
  };
  await world.run();
  const last = await world.run();
  expect(last.problems).toEqual([]);
  expect([...(world.arrived()['INBOX'] ?? [])].sort()).toEqual(numbers(12).map(String).sort());
});

test('fewer connections than asked for are told and enough', async () => {
  start({ connectionLimit: 2 }, { connectionLimit: 1 });
  for (const box of ['A', 'B', 'C', 'D']) {
    world.source.createMailbox(box);
    deliver(world.source, box, box);
  }
  const { problems, error } = await world.run({ parallel: 2 });
  expect(error).toBeNull();
  expect(problems).toEqual([]);
  expect(Object.keys(world.arrived())).toEqual(['A', 'B', 'C', 'D']);
});

test('fills the room that is left when a batch does not fit', async () => {
  start();
  for (const number of numbers(10)) deliver(world.source, 'INBOX', `number ${number + 100}`);
  const sizeBytes = world.source.body('INBOX', 1).length;
  world.destination.configure({ quotaBytes: 6.5 * sizeBytes });
  const { problems } = await world.run();
  expect(problems).toMatchObject([{ code: 'OVER_QUOTA' }]);
  expect(world.arrived()['INBOX']).toEqual(numbers(6).map((number) => `number ${number + 100}`));
});
