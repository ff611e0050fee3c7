import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryServer, OnOperation } from '../../src/store/memory.js';
import { backupPolicy, copyPolicy, mirrorPolicy } from '../../src/sync/policy.js';
import { type Death, deliver, EngineWorld } from '../support/engine/index.js';
import { flagsOf } from './support/couple.js';
import { flag, held, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

const worlds: EngineWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

function newWorld(): EngineWorld {
  const world = new EngineWorld();
  worlds.push(world);
  return world;
}

function onceFails(kind: string): OnOperation {
  let isDone = false;
  return (operation) => {
    if (operation.kind !== kind || isDone) return 'go';
    isDone = true;
    return 'fail-before';
  };
}

describe('a message recognised late, with other flags than the source has', () => {
  /** The destination has message 9 of its own, flagged, which the source gets later, answered. */
  async function withLateArrival(): Promise<EngineWorld> {
    const world = newWorld();
    put(world.source, 'INBOX', ...upTo(3));
    deliver(world.destination, 'INBOX', 9, ['\\Flagged']);
    for (let nth = 0; nth < 2; nth++) {
      await world.run({ policy: backupPolicy, choice: { foreign: 'keep' } });
    }
    deliver(world.source, 'INBOX', 9, ['\\Answered']);
    return world;
  }

  function expectEqual({ destination }: EngineWorld, what = ''): void {
    expect(held(destination).sort(), what).toEqual([1, 2, 3, 9]);
    expect(flagsOf(destination, 9), what).toEqual(['\\Answered']);
  }

  test.each(['flags', 'store', 'select'])(
    'gets those of the source although the destination breaks at %s',
    async (kind) => {
      const world = await withLateArrival();
      const run = await world.run({ policy: backupPolicy, onOperation: onceFails(kind) });
      expect([run.end, codesOf(run)]).toEqual(['done', []]);
      expectEqual(world);
    },
  );

  test('gets those of the source although the source breaks', async () => {
    const world = await withLateArrival();
    const run = await world.run({ policy: backupPolicy, onSourceOperation: onceFails('flags') });
    expect([run.end, codesOf(run)]).toEqual(['done', []]);
    expectEqual(world);
  });

  test('gets those of the source in the run that follows one that was killed', async () => {
    const world = await withLateArrival();
    const putBack = world.save();
    const survives = async (death: Death): Promise<boolean> => {
      putBack();
      const { end } = await world.run({ policy: backupPolicy, death });
      expect(codesOf(await world.run({ policy: backupPolicy }))).toEqual([]);
      expectEqual(world, JSON.stringify(death));
      return end === 'killed';
    };
    for (const moment of ['before-write', 'torn-write', 'before-sync', 'after-sync'] as const) {
      for (const powerIsLost of [false, true]) {
        let nth = 1;
        while (await survives({ at: 'journal', nth, moment, powerIsLost })) nth++;
        expect(nth).toBeGreaterThan(1);
      }
    }
    for (const when of ['before', 'after'] as const) {
      let nth = 1;
      while (await survives({ at: 'write', nth, when })) nth++;
      expect(nth).toBeGreaterThan(1);
    }
  });

  test('opens nothing in the run that follows', async () => {
    const world = await withLateArrival();
    await world.run({ policy: backupPolicy });
    world.destination.forgetOperations();
    await world.run({ policy: backupPolicy });
    const opened = world.destination.operations.filter(({ kind }) => kind === 'select' || kind === 'examine');
    expect(opened).toEqual([]);
  });
});

describe('a flag taken away at the destination', () => {
  const verbs = [
    ['backup', backupPolicy],
    ['mirror', mirrorPolicy],
  ] as const;

  test.each(verbs)('after a %s is taken away at the source by the mirror that follows', async (_, policy) => {
    const world = newWorld();
    deliver(world.source, 'INBOX', 1, ['\\Seen', '\\Flagged', 'Work']);
    put(world.source, 'INBOX', 2);
    expect((await world.run({ policy })).error).toBe(null);
    flag(world.destination, 'INBOX', 1, '-\\Flagged', '-Work');
    await world.run({ policy: mirrorPolicy });
    for (const server of [world.source, world.destination]) expect(flagsOf(server, 1)).toEqual(['\\Seen']);
  });

  test('after a copy, which does not look at what it wrote, is set again by the mirror that follows', async () => {
    const world = newWorld();
    deliver(world.source, 'INBOX', 1, ['\\Seen', '\\Flagged']);
    await world.run({ policy: copyPolicy });
    flag(world.destination, 'INBOX', 1, '-\\Flagged');
    await world.run({ policy: mirrorPolicy });
    for (const server of [world.source, world.destination])
      expect(flagsOf(server, 1)).toEqual(['\\Flagged', '\\Seen']);
    flag(world.destination, 'INBOX', 1, '-\\Flagged');
    await world.run({ policy: mirrorPolicy });
    for (const server of [world.source, world.destination]) expect(flagsOf(server, 1)).toEqual(['\\Seen']);
  });

  test('at the source of a backup that saw it there is taken away by the mirror that follows', async () => {
    const world = newWorld();
    put(world.source, 'INBOX', 9);
    await world.run({ policy: mirrorPolicy });
    for (const number of upTo(6)) deliver(world.destination, 'INBOX', number, ['\\Flagged']);
    // Some are carried to the source, and nobody has looked at them there.
    await world.run({ policy: mirrorPolicy, death: { at: 'write', nth: 4, when: 'before', side: 'source' } });
    expect(flagsOf(world.source, 1)).toEqual(['\\Flagged']);
    await world.run({ policy: backupPolicy, choice: { foreign: 'keep' } });
    flag(world.source, 'INBOX', 1, '-\\Flagged');
    await world.run({ policy: mirrorPolicy });
    for (const server of [world.source, world.destination]) expect(flagsOf(server, 1)).toEqual([]);
  });
});

describe('a destination that takes flags and drops them in silence', () => {
  function forgets({ destination }: EngineWorld, ...flags: readonly string[]): OnOperation {
    return () => {
      drop(destination, flags);
      return 'go';
    };
  }

  function drop(server: MemoryServer, flags: readonly string[]): void {
    for (const number of held(server)) flag(server, 'INBOX', number, ...flags.map((name) => `-${name}`));
  }

  test.each([[['\\Flagged']], [['Work']], [['\\Flagged', 'Work']], [['\\Seen', '\\Flagged', 'Work']]])(
    'takes none away from the source: %j',
    async (flags) => {
      const world = newWorld();
      deliver(world.source, 'INBOX', 1, ['\\Seen', '\\Flagged', 'Work']);
      deliver(world.source, 'INBOX', 2, ['\\Flagged']);
      deliver(world.source, 'INBOX', 3, ['\\Answered']);
      const onOperation = forgets(world, ...flags);
      await world.run({ policy: copyPolicy, onOperation });
      flag(world.source, 'INBOX', 3, '\\Seen', '\\Flagged', 'Work');
      put(world.source, 'INBOX', 4);
      await world.run({ policy: copyPolicy, onOperation });
      drop(world.destination, flags);
      for (let nth = 0; nth < 3; nth++) {
        await world.run({ policy: mirrorPolicy, onOperation });
        drop(world.destination, flags);
      }
      expect(flagsOf(world.source, 1)).toEqual(['Work', '\\Flagged', '\\Seen']);
      expect(flagsOf(world.source, 2)).toEqual(['\\Flagged']);
      const all = ['Work', '\\Answered', '\\Flagged', '\\Seen'];
      expect(flagsOf(world.source, 3)).toEqual(all);
      const left = all.filter((name) => !flags.includes(name));
      expect(flagsOf(world.destination, 3)).toEqual(left);
    },
  );
});
