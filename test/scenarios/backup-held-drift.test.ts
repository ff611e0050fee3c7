import { afterEach, describe, expect, it } from 'vitest';
import type { OnOperation } from '../../src/store/memory.js';
import { backupPolicy, mirrorPolicy, type SyncPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { drop, held, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

const policy = backupPolicy;
const MUCH = { unit: 'messages', most: 100 } as const;
const DRIFT = upTo(130, 101);
const worlds: EngineWorld[] = [];

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

function newWorld(...options: ConstructorParameters<typeof EngineWorld>): EngineWorld {
  const world = new EngineWorld(...options);
  worlds.push(world);
  return world;
}

/** After a backup of ten messages somebody puts thirty into the destination, and the guard holds their removal. */
async function withHeldDrift(...options: ConstructorParameters<typeof EngineWorld>): Promise<EngineWorld> {
  const world = newWorld(...options);
  put(world.source, 'INBOX', ...upTo(10));
  await world.run({ policy });
  put(world.destination, 'INBOX', ...DRIFT);
  expect(codesOf(await world.run({ policy }))).toEqual(['REMOVALS_HELD']);
  return world;
}

/** Whether a run with nothing to do opens a mailbox, once all is done. */
async function opensStill(world: EngineWorld, verb: SyncPolicy): Promise<boolean> {
  const { source, destination } = world;
  await world.run({ policy: verb });
  await world.run({ policy: verb });
  for (const server of [source, destination]) server.forgetOperations();
  await world.run({ policy: verb });
  const kinds = [...source.operations, ...destination.operations].map(({ kind }) => kind);
  return kinds.includes('select') || kinds.includes('examine');
}

describe('what came to the destination behind our back, and stays there for now', () => {
  it('is told as removals that are held, and never as mail that was there before the first run', async () => {
    const world = await withHeldDrift();
    expect(codesOf(await world.run({ policy }))).toEqual(['REMOVALS_HELD']);
    // Looked at among messages that the source has not had either.
    put(world.source, 'INBOX', 11);
    expect(codesOf(await world.run({ policy }))).toEqual(['REMOVALS_HELD']);
    expect(codesOf(await world.run({ policy, choice: { removalLimit: MUCH } }))).toEqual([]);
    expect(held(world.destination)).toEqual(upTo(11));
    expect(codesOf(await world.run({ policy }))).toEqual([]);
  });

  it('is still removed when a run waits with it', async () => {
    const world = newWorld();
    world.source.createMailbox('Work');
    put(world.source, 'INBOX', ...upTo(10));
    await world.run({ policy });
    put(world.destination, 'INBOX', 101);
    put(world.source, 'Work', 50);
    const isClosed: OnOperation = ({ kind, mailbox }) =>
      kind === 'examine' && mailbox === 'Work'
        ? { refuse: { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'later', message: 'not now' } }
        : 'go';
    const first = await world.run({ policy, onSourceOperation: isClosed });
    expect(codesOf(first)).toContain('REMOVALS_WAITING');
    expect(held(world.destination)).toEqual([...upTo(10), 101]);
    expect(codesOf(await world.run({ policy }))).toEqual([]);
    expect(held(world.destination)).toEqual(upTo(10));
    expect(codesOf(await world.run({ policy }))).toEqual([]);
  });

  it('gets its partner when the source turns out to have it', async () => {
    const world = await withHeldDrift();
    put(world.source, 'INBOX', ...DRIFT);
    expect(codesOf(await world.run({ policy, choice: { removalLimit: MUCH } }))).toEqual([]);
    expect(held(world.destination)).toEqual([...upTo(10), ...DRIFT]);
    expect(await opensStill(world, policy)).toBe(false);
  });

  it('is forgotten when somebody removes it by hand', async () => {
    const world = await withHeldDrift();
    drop(world.destination, 'INBOX', ...DRIFT);
    expect(await opensStill(world, policy)).toBe(false);
  });

  it('is forgotten when a mirror carries it', async () => {
    const world = await withHeldDrift();
    expect(await opensStill(world, mirrorPolicy)).toBe(false);
    expect(held(world.source)).toEqual([...upTo(10), ...DRIFT]);
    expect(await opensStill(world, policy)).toBe(false);
  });

  it('is not removed when a mirror has found that it is one message with another one there', async () => {
    // The source keeps one of equal messages.
    const world = await withHeldDrift({ dedupes: true });
    put(world.destination, 'INBOX', 140, 140);
    expect(codesOf(await world.run({ policy }))).toEqual(['REMOVALS_HELD']);
    await world.run({ policy: mirrorPolicy });
    const [first] = held(world.destination)
      .map((number, index) => ({ number, index }))
      .filter(({ number }) => number === 140);
    const messages = world.destination.snapshot().mailboxes['INBOX']?.messages ?? [];
    world.destination.expunge('INBOX', messages[first?.index ?? -1]?.uid ?? 0);
    await world.run({ policy, choice: { removalLimit: MUCH } });
    await world.run({ policy, choice: { removalLimit: MUCH } });
    expect(held(world.destination).filter((number) => number === 140).length).toBeGreaterThan(0);
  });
});

describe('what was there before the first backup', () => {
  it('is asked about again where it could not be removed (no UIDPLUS)', async () => {
    const world = newWorld({}, { features: { uidplus: false } });
    put(world.source, 'INBOX', 1);
    put(world.destination, 'INBOX', 9);
    const asked = await world.run({ policy });
    expect(codesOf(asked)).toEqual(['FOREIGN_MESSAGES']);
    expect(asked.events).toContainEqual({
      type: 'problem',
      problem: expect.objectContaining({
        message: expect.stringContaining('has one message, there before the first backup, that'),
        hint: '--keep-extra leaves it there for good, --remove-foreign removes it',
      }),
    });
    const tried = await world.run({ policy, choice: { foreign: 'remove' } });
    expect(codesOf(tried)).toContain('REMOVAL_UNSUPPORTED');
    expect(codesOf(await world.run({ policy }))).toEqual(['FOREIGN_MESSAGES']);
    expect(codesOf(await world.run({ policy, choice: { foreign: 'keep' } }))).toEqual([]);
    expect(codesOf(await world.run({ policy }))).toEqual([]);
    expect(await opensStill(world, policy)).toBe(false);
  });
});

describe('a removal that a mirror holds back', () => {
  it('is done by the backup that follows, as the source has it', async () => {
    const world = newWorld();
    const { source, destination } = world;
    put(source, 'INBOX', ...upTo(60));
    await world.run({ policy: mirrorPolicy });
    drop(destination, 'INBOX', ...upTo(40));
    expect(codesOf(await world.run({ policy: mirrorPolicy }))).toEqual(['REMOVALS_HELD']);
    expect(codesOf(await world.run({ policy }))).toEqual([]);
    expect(held(destination).sort((left, right) => left - right)).toEqual(upTo(60));
    expect(await opensStill(world, policy)).toBe(false);
  });
});
