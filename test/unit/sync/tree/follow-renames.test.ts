import { describe, expect, test } from 'vitest';
import type { MemoryServerOptions } from '../../../../src/store/memory.js';
import { namesOf, places, type ServerChoices, TreeWorld } from './tree-world.js';

const NO_IDS: MemoryServerOptions = { features: { objectId: false } };

/** Servers that tell MAILBOXID, and servers whose messages have to prove a rename. */
const SERVERS: readonly (readonly [string, MemoryServerOptions])[] = [
  ['with MAILBOXID', {}],
  ['without MAILBOXID', NO_IDS],
];

async function worldOf(
  options: MemoryServerOptions,
  ...names: (string | [string, string])[]
): Promise<TreeWorld> {
  const world = new TreeWorld(options, options);
  await world.pair('INBOX', ...names);
  return world;
}

/** Follows once and then once more, which has nothing left to do, and tells again what cannot be done. */
async function settle(
  world: TreeWorld,
): Promise<{ renamed: readonly string[]; problems: readonly string[] }> {
  const first = await world.follow();
  expect(first.error).toBeNull();
  expect(first.outcome?.changedB).toBe(first.renames > 0);
  const before = [places(world.b), await world.pairs()];
  world.b.forgetOperations();
  const again = await world.follow();
  expect(again).toMatchObject({ error: null, renamed: [], problems: first.problems, renames: 0 });
  expect(world.b.writes).toEqual([]);
  expect([places(world.b), await world.pairs()]).toEqual(before);
  return { renamed: first.renamed, problems: first.problems };
}

function rename(world: TreeWorld, ...steps: readonly (readonly [from: string, to: string])[]): void {
  for (const [from, to] of steps) world.a.renameMailbox(from, to);
}

interface Case {
  readonly what: string;
  readonly mailboxes: readonly string[];
  readonly steps: readonly (readonly [string, string])[];
  readonly renamed: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'nothing', mailboxes: ['X'], steps: [], renamed: [] },
  { what: 'a mailbox', mailboxes: ['X', 'Z'], steps: [['X', 'Y']], renamed: ['X > Y'] },
  {
    what: 'a mailbox with others below it',
    mailboxes: ['X', 'X/1', 'X/1/2'],
    steps: [['X', 'Y']],
    renamed: ['X > Y'],
  },
  {
    what: 'a mailbox that moves below another',
    mailboxes: ['X', 'Y'],
    steps: [['X', 'Y/X']],
    renamed: ['X > Y/X'],
  },
  {
    what: 'a swap',
    mailboxes: ['X', 'Y'],
    steps: [
      ['X', 'temp'],
      ['Y', 'X'],
      ['temp', 'Y'],
    ],
    renamed: ['Y > X', 'X > Y'],
  },
  {
    what: 'a chain',
    mailboxes: ['a', 'b'],
    steps: [
      ['b', 'c'],
      ['a', 'b'],
    ],
    renamed: ['b > c', 'a > b'],
  },
  {
    what: 'a circle of three',
    mailboxes: ['a', 'b', 'c'],
    steps: [
      ['c', 'temp'],
      ['b', 'c'],
      ['a', 'b'],
      ['temp', 'a'],
    ],
    renamed: ['c > a', 'b > c', 'a > b'],
  },
  {
    what: 'parent and child that change places',
    mailboxes: ['X', 'X/1'],
    steps: [
      ['X/1', 'temp'],
      ['X', 'Z'],
      ['temp', 'X'],
      ['Z', 'X/1'],
    ],
    renamed: ['X/1 > X', 'X > X/1'],
  },
  {
    what: 'a child that stays where its parent was',
    mailboxes: ['X', 'X/1'],
    steps: [
      ['X/1', 'temp'],
      ['X', 'Y'],
      ['temp', 'X/1'],
    ],
    renamed: ['X > Y'],
  },
];

describe.each(SERVERS)('renamed at the source, servers %s', (_what, options) => {
  test.each(CASES)('$what', async ({ mailboxes, steps, renamed }) => {
    const world = await worldOf(options, ...mailboxes);
    rename(world, ...steps);
    const told = await settle(world);
    expect(told).toEqual({ renamed, problems: [] });
    expect(places(world.b)).toEqual(places(world.a));
    expect(await world.pairs()).toEqual(namesOf(world.a).map((name) => `${name} = ${name}`));
  });

  test('into the names of a server with another delimiter and a prefix', async () => {
    const world = new TreeWorld(options, { ...options, delimiter: '.', prefix: 'INBOX.' });
    await world.pair('INBOX', ['Work', 'INBOX.Work'], ['Work/2024', 'INBOX.Work.2024']);
    rename(world, ['Work', 'Job/v1.2']);
    expect(await settle(world)).toEqual({ renamed: ['Work > Job/v1_2'], problems: [] });
    expect(await world.pairs()).toEqual([
      'INBOX = INBOX',
      'Job/v1.2 = INBOX.Job.v1_2',
      'Job/v1.2/2024 = INBOX.Job.v1_2.2024',
    ]);
  });

  test('renamed, and made anew under the old name', async () => {
    const world = await worldOf(options, 'X');
    rename(world, ['X', 'Y']);
    world.a.createMailbox('X');
    expect(await settle(world)).toEqual({ renamed: ['X > Y'], problems: [] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y']);
    expect(namesOf(world.b)).toEqual(['INBOX', 'Y']);
  });

  test('a mailbox is deleted and another gets its name: the old one makes room until it goes', async () => {
    const world = await worldOf(options, 'X', 'Y', 'Y/1');
    world.a.deleteMailbox('Y');
    rename(world, ['X', 'Y']);
    const { outcome, problems } = await world.follow();
    expect(problems).toEqual([]);
    expect(outcome?.gone.map(({ names }) => names)).toEqual([{ a: null, b: 'Y_2' }]);
    expect(await world.pairs()).toEqual(['- = Y_2', 'INBOX = INBOX', 'Y = Y', 'Y/1 = Y/1']);
    expect(places(world.b)).toEqual({ INBOX: 'INBOX', X: 'Y', Y: 'Y_2', 'Y/1': 'Y/1' });
  });

  test('a name that another mailbox of the destination has: told, and paired where it is', async () => {
    const world = await worldOf(options, 'X', 'X/1');
    world.b.createMailbox('Y');
    rename(world, ['X', 'Y']);
    expect(await settle(world)).toEqual({ renamed: [], problems: ['MAILBOX_UNAVAILABLE X'] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = X', 'Y/1 = X/1']);
    expect(namesOf(world.b)).toEqual(['INBOX', 'X', 'X/1', 'Y']);
  });

  test('INBOX that is renamed is INBOX still', async () => {
    const world = await worldOf(options, 'X');
    const session = await world.a.store().lease(new AbortController().signal);
    await session.rename('INBOX', 'Old', new AbortController().signal);
    expect(await settle(world)).toEqual({ renamed: [], problems: [] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X']);
  });

  test('renamed on both sides: the source has it', async () => {
    const world = await worldOf(options, 'X');
    rename(world, ['X', 'Y']);
    world.b.renameMailbox('X', 'Z');
    expect(await settle(world)).toEqual({ renamed: ['Z > Y'], problems: [] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y']);
  });

  test('renamed at the destination alone: it gets its name back', async () => {
    const world = await worldOf(options, 'X', 'X/1', ['other', 'Given']);
    world.b.renameMailbox('X', 'Z');
    world.b.renameMailbox('Given', 'Taken');
    expect(await settle(world)).toEqual({ renamed: ['Taken > Given', 'Z > X'], problems: [] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X', 'X/1 = X/1', 'other = Given']);
  });

  test('swapped at the destination alone', async () => {
    const world = await worldOf(options, 'X', 'Y');
    world.b.renameMailbox('X', 'temp');
    world.b.renameMailbox('Y', 'X');
    world.b.renameMailbox('temp', 'Y');
    expect((await settle(world)).problems).toEqual([]);
    expect(places(world.b)).toEqual(places(world.a));
  });

  test('its name back is taken by a new mailbox of the destination', async () => {
    const world = await worldOf(options, 'X');
    world.b.renameMailbox('X', 'Z');
    world.b.createMailbox('X');
    expect(await settle(world)).toEqual({ renamed: [], problems: ['MAILBOX_UNAVAILABLE Z'] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = Z']);
  });
});

describe('mailboxes with one UIDVALIDITY', () => {
  const sameSecond: ServerChoices = { ...NO_IDS, oneUidValidity: 7 };

  test('are told apart by their messages', async () => {
    const world = new TreeWorld(sameSecond, sameSecond);
    await world.pair('INBOX', 'X', 'X/1', 'X/2', 'Y');
    rename(world, ['X', 'Z'], ['Y', 'W']);
    world.b.renameMailbox('X', 'P');
    world.b.renameMailbox('Y', 'Q');
    expect(await settle(world)).toEqual({ renamed: ['P > Z', 'Q > W'], problems: [] });
    expect(places(world.b)).toEqual(places(world.a));
  });

  test('are not taken for each other where their messages are alike', async () => {
    const world = new TreeWorld(sameSecond, sameSecond);
    await world.pair('INBOX', 'X');
    const original = { body: world.a.body('X', 12), internalDate: ' 1-Feb-2024 08:00:02 +0000', uid: 12 };
    rename(world, ['X', 'Z']);
    world.a.createMailbox('W');
    world.a.deliver('W', original);
    const { outcome, renamed } = await world.follow();
    expect(renamed).toEqual([]);
    expect(outcome?.gone.map(({ names }) => names.a)).toEqual(['X']);
  });

  test('and with other messages are others, though nothing else speaks against it', async () => {
    const world = new TreeWorld(sameSecond, sameSecond);
    await world.pair('INBOX', 'X');
    world.a.deleteMailbox('X');
    world.a.createMailbox('Z');
    world.a.deliver('Z', { body: 'another', internalDate: ' 1-Feb-2024 08:00:02 +0000', uid: 12 });
    const { outcome, renamed } = await world.follow();
    expect(renamed).toEqual([]);
    expect(outcome?.gone.map(({ names }) => names.a)).toEqual(['X']);
  });
});
