import { afterEach, describe, expect, it } from 'vitest';
import { contentsOf, type Death, type EngineWorld, type JournalMoment } from '../support/engine/index.js';
import {
  changeDestination,
  changeSource,
  problemsOf,
  settledWorld,
  unordered,
  VARIANTS,
  type Variant,
  watchedRun,
} from './support/changed-account.js';
import { expectNothingWritten, removedLater, removeWorlds } from './support/filled-world.js';

const MOMENTS: readonly JournalMoment[] = ['before-write', 'torn-write', 'before-sync', 'after-sync'];

afterEach(removeWorlds);

async function changedWorld(variant: Variant): Promise<EngineWorld> {
  const world = removedLater(await settledWorld(variant));
  changeSource(world);
  changeDestination(world);
  world.source.forgetOperations();
  world.destination.forgetOperations();
  return world;
}

/** Kills one run, lets another finish, and looks. False: the first ended before its death. */
async function survives(variant: Variant, death: Death, parallel: number): Promise<boolean> {
  const world = await changedWorld(variant);
  const what = `killed at ${JSON.stringify(death)}`;
  const before = contentsOf(world.source);
  const first = await watchedRun(world, { death, parallel });
  expect(first.end, what).not.toBe('failed');
  if (first.end === 'killed') {
    const resumed = await watchedRun(world, { parallel });
    expect(resumed.error, what).toBeNull();
    expect(problemsOf(resumed), what).toEqual([]);
  }
  expect(unordered(world.destination), what).toEqual(unordered(world.source));
  expect(contentsOf(world.destination)['Own'], what).toHaveLength(2);
  world.destination.forgetOperations();
  const again = await watchedRun(world, { parallel });
  expect(again.error, what).toBeNull();
  expectNothingWritten(world, what);
  expect(contentsOf(world.source), what).toEqual(before);
  world.remove();
  return first.end === 'killed';
}

describe.each(VARIANTS)('a backup of changes of every kind between servers with $name', (variant) => {
  it.each([1, 3])(
    'is whole when killed at any append to the journal (%i mailboxes at once)',
    async (parallel) => {
      for (const moment of MOMENTS) {
        let deaths = 0;
        for (const powerIsLost of [false, true]) {
          if (powerIsLost && parallel > 1) continue;
          const death = (nth: number): Death => ({ at: 'journal', nth, moment, powerIsLost });
          for (let nth = 1; await survives(variant, death(nth), parallel); nth++) deaths++;
        }
        expect(deaths).toBeGreaterThan(8);
      }
    },
  );

  it.each([1, 3])(
    'is whole when killed before or after any write to the destination (%i mailboxes at once)',
    async (parallel) => {
      for (const when of ['before', 'after'] as const) {
        let deaths = 0;
        const death = (nth: number): Death => ({ at: 'write', nth, when });
        for (let nth = 1; await survives(variant, death(nth), parallel); nth++) deaths++;
        expect(deaths).toBeGreaterThan(15);
      }
    },
  );
});
