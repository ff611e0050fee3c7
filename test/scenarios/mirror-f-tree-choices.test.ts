import { afterEach, beforeEach, expect, test } from 'vitest';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { contentsOf, type EngineRun, type EngineRunOptions, EngineWorld } from '../support/engine/index.js';
import { held, put, upTo } from './support/mail.js';

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

function codesOf({ events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
}

function renamesOf({ events }: EngineRun): string[] {
  return events.flatMap((event) =>
    event.type === 'mailbox-renamed' ? [`${event.from} > ${event.mailbox} at the ${event.side}`] : [],
  );
}

function names(): string[][] {
  return [world.source, world.destination].map((server) => Object.keys(server.snapshot().mailboxes).sort());
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
  'what the server at the %s does not rename keeps its name there, is told, and is mirrored as before',
  async (side) => {
    const other = side === 'source' ? world.destination : world.source;
    other.renameMailbox('A', 'Z');
    put(other, 'Z/one', 29);
    const message = '[CANNOT] Not here';
    const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
    const onRename = ({ kind }: { readonly kind: string }) =>
      kind === 'rename' ? { refuse } : ('go' as const);
    const run = await mirror(side === 'source' ? { onSourceOperation: onRename } : { onOperation: onRename });
    expect(codesOf(run)).toEqual(['MAILBOX_UNAVAILABLE']);
    expect(held(world[side], 'A/one')).toEqual([21, 22, 23, 29]);
    expect(held(other, 'Z/one')).toEqual([21, 22, 23, 29]);
    expect(codesOf(await mirror())).toEqual([]);
  },
);

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
