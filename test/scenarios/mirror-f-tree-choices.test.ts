import { afterEach, beforeEach, expect, test } from 'vitest';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { contentsOf, type EngineRun, type EngineRunOptions, EngineWorld } from '../support/engine/index.js';
import { held, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

let world: EngineWorld;

beforeEach(async () => {
  world = new EngineWorld();
  for (const name of ['A', 'A/one', 'B', 'Many']) world.source.createMailbox(name);
  put(world.source, 'A', ...upTo(13, 11));
  put(world.source, 'A/one', ...upTo(23, 21));
  put(world.source, 'B', ...upTo(33, 31));
  put(world.source, 'Many', ...upTo(129, 100));
  await mirror();
});

afterEach(() => world.remove());

async function mirror(options: EngineRunOptions = {}): Promise<EngineRun> {
  const run = await world.run({ policy: mirrorPolicy, ...options });
  expect(run.error).toBeNull();
  return run;
}

function renamesOf({ events }: EngineRun): string[] {
  return events.flatMap((event) =>
    event.type === 'mailbox-renamed' ? [`${event.from} > ${event.mailbox} at the ${event.side}`] : [],
  );
}

function names(): string[][] {
  return [world.source, world.destination].map((server) => Object.keys(server.snapshot().mailboxes).sort());
}

/** Lists both sides and does nothing. */
async function expectRest(): Promise<void> {
  const state = world.stateFiles();
  for (const server of [world.source, world.destination]) server.forgetOperations();
  expect(codesOf(await mirror())).toEqual([]);
  for (const server of [world.source, world.destination]) {
    expect(server.operations.map(({ kind }) => kind).filter((kind) => kind !== 'login')).toEqual(['list']);
  }
  expect(world.stateFiles()).toEqual(state);
}

test('a dry run tells what would be renamed and removed on either side, and writes nothing', async () => {
  world.source.renameMailbox('A', 'Z');
  world.destination.renameMailbox('B', 'Better');
  world.destination.deleteMailbox('A/one');
  const before = [contentsOf(world.source), contentsOf(world.destination)];
  const state = world.stateFiles();
  const forecast = await mirror({ dryRun: true });
  expect([contentsOf(world.source), contentsOf(world.destination)]).toEqual(before);
  expect(world.stateFiles()).toEqual(state);
  expect(renamesOf(forecast)).toEqual(['A > Z at the destination', 'B > Better at the source']);
  const removed = forecast.events.filter(({ type }) => type === 'mailbox-removed');
  expect(removed).toEqual([{ type: 'mailbox-removed', mailbox: 'Z/one', side: 'source' }]);
  expect(codesOf(forecast)).toEqual([]);
  const run = await mirror();
  expect(renamesOf(run)).toEqual(renamesOf(forecast));
  expect(run.events.filter(({ type }) => type === 'mailbox-removed')).toEqual(removed);
  expect(names()).toEqual([
    ['Better', 'INBOX', 'Many', 'Z'],
    ['Better', 'INBOX', 'Many', 'Z'],
  ]);
});

test('a dry run tells what a conflict would come to, a run what it came to', async () => {
  world.destination.deleteMailbox('B');
  put(world.source, 'B', 34);
  const told = async (options: EngineRunOptions): Promise<string[]> =>
    (await mirror(options)).events.flatMap((event) => (event.type === 'conflict' ? [event.text] : []));
  const what = 'it was deleted on one side and changed or renamed on the other';
  expect(await told({ dryRun: true })).toEqual([`${what}; it would be on both again`]);
  expect(await told({})).toEqual([`${what}; it is on both again`]);
});

test.each(['source', 'destination'] as const)(
  'a mailbox deleted at the %s stays on the other side as long as a person has not agreed to so many removals',
  async (side) => {
    world[side].deleteMailbox('Many');
    const other = side === 'source' ? world.destination : world.source;
    for (let run = 1; run <= 2; run++) {
      expect(codesOf(await mirror())).toEqual(['REMOVALS_HELD']);
      expect(held(other, 'Many')).toHaveLength(30);
      expect(world[side].snapshot().mailboxes['Many']).toBeUndefined();
    }
    const choice = { removalLimit: { unit: 'messages', most: 30 } } as const;
    expect(codesOf(await mirror({ choice }))).toEqual([]);
    expect(names()).toEqual([
      ['A', 'A/one', 'B', 'INBOX'],
      ['A', 'A/one', 'B', 'INBOX'],
    ]);
  },
);

test.each(['source', 'destination'] as const)(
  'what the server at the %s does not rename keeps its name there, is told by every run, and is mirrored as before',
  async (side) => {
    const other = side === 'source' ? world.destination : world.source;
    other.renameMailbox('A', 'Z');
    put(other, 'Z/one', 29);
    const message = '[CANNOT] Not here';
    const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
    const onRename = ({ kind }: { readonly kind: string }) =>
      kind === 'rename' ? { refuse } : ('go' as const);
    const refusing = side === 'source' ? { onSourceOperation: onRename } : { onOperation: onRename };
    for (let run = 1; run <= 2; run++) {
      expect(codesOf(await mirror(refusing))).toEqual(['MAILBOX_UNAVAILABLE']);
      expect(held(world[side], 'A/one')).toEqual([21, 22, 23, 29]);
      expect(held(other, 'Z/one')).toEqual([21, 22, 23, 29]);
    }
    const run = await mirror();
    expect(codesOf(run)).toEqual([]);
    expect(renamesOf(run)).toEqual([`A > Z at the ${side}`]);
    expect(contentsOf(world.source)).toEqual(contentsOf(world.destination));
    await expectRest();
  },
);

test.each(['source', 'destination'] as const)(
  'what the server at the %s did not rename has the name that a person gives it there meanwhile, on both sides',
  async (side) => {
    const other = side === 'source' ? world.destination : world.source;
    other.renameMailbox('B', 'Better');
    const message = '[CANNOT] Not here';
    const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
    const onRename = ({ kind }: { readonly kind: string }) =>
      kind === 'rename' ? { refuse } : ('go' as const);
    await mirror(side === 'source' ? { onSourceOperation: onRename } : { onOperation: onRename });
    world[side].renameMailbox('B', 'Mine');
    expect(codesOf(await mirror())).toEqual([]);
    expect(names()[0]).toEqual(['A', 'A/one', 'INBOX', 'Many', 'Mine']);
    expect(names()[1]).toEqual(names()[0]);
    await expectRest();
  },
);

test.each(['source', 'destination'] as const)(
  'two names that are to be exchanged, and cannot be at the %s at once, are exchanged by the next run',
  async (side) => {
    const other = side === 'source' ? world.destination : world.source;
    other.renameMailbox('A', 'away');
    other.renameMailbox('B', 'A');
    other.renameMailbox('away', 'B');
    const message = '[CANNOT] Not here';
    const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
    for (const nth of [1, 2, 3]) {
      let renames = 0;
      const onRename = ({ kind }: { readonly kind: string }) =>
        kind === 'rename' && ++renames === nth ? { refuse } : ('go' as const);
      await mirror(side === 'source' ? { onSourceOperation: onRename } : { onOperation: onRename });
    }
    expect(codesOf(await mirror())).toEqual([]);
    expect(names()).toEqual([names()[0], ['A', 'B', 'B/one', 'INBOX', 'Many']]);
    expect(contentsOf(world.source)).toEqual(contentsOf(world.destination));
    await expectRest();
  },
);

test('a mailbox that got a number for one that was not renamed loses it with that', async () => {
  world.remove();
  world = new EngineWorld({ features: { objectId: false, emailId: false } });
  for (const name of ['Empty', 'Full']) world.source.createMailbox(name);
  put(world.source, 'Full', 1, 2);
  await mirror();
  world.source.renameMailbox('Empty', 'away');
  world.source.renameMailbox('Full', 'Empty');
  world.source.renameMailbox('away', 'Full');
  const message = '[CANNOT] Not here';
  const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
  await mirror({ onOperation: ({ kind }) => (kind === 'rename' ? { refuse } : 'go') });
  for (let runs = 1; runs <= 2; runs++) await mirror();
  expect(names()[1]).toEqual(['Empty', 'Full', 'INBOX']);
  expect(contentsOf(world.source)).toEqual(contentsOf(world.destination));
  await expectRest();
});

test.each(['source', 'destination'] as const)(
  'mail that comes to a mailbox while it is emptied at the %s is on both sides in the end',
  async (side) => {
    const other = side === 'source' ? world.destination : world.source;
    other.deleteMailbox('B');
    let has = false;
    const onRemoval = ({ kind }: { readonly kind: string }) => {
      if (kind === 'expunge' && !has) put(world[side], 'B', 39);
      has ||= kind === 'expunge';
      return 'go' as const;
    };
    const run = await mirror(
      side === 'source' ? { onSourceOperation: onRemoval } : { onOperation: onRemoval },
    );
    expect(codesOf(run)).toEqual(['MAILBOX_KEPT']);
    expect(held(world[side], 'B')).toEqual([39]);
    const next = await mirror();
    expect(next.events.filter(({ type }) => type === 'conflict')).toMatchObject([
      { kind: 'deleted-and-changed' },
    ]);
    expect(held(other, 'B')).toEqual([39]);
    expect(contentsOf(world.source)).toEqual(contentsOf(world.destination));
  },
);
