import { afterEach, describe, expect, it } from 'vitest';
import type { OnOperation, OperationKind, Verdict } from '../../src/store/memory.js';
import { Random } from '../support/accounts/index.js';
import { contentsOf, type EngineWorld } from '../support/engine/index.js';
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

const SEED = process.env['MAILFERRY_TEST_SEED'] ?? 'backup storms';
const TRIALS = 48;
const TOGETHER = 16;
/** Runs in a storm before the weather clears. */
const STORMS = 3;

const worlds = new Set<EngineWorld>();

afterEach(() => {
  for (const world of worlds) world.remove();
  worlds.clear();
});

const FAULTS: readonly Verdict[] = [
  'fail-before',
  'fail-after',
  'silent-before',
  'silent-after',
  'kill-before',
  'kill-after',
];

/** One operation in so many; what takes away or may arrive twice is hit most. */
const ODDS: Partial<Record<OperationKind, number>> = {
  'append-commit': 0.2,
  copy: 0.25,
  expunge: 0.25,
  rename: 0.2,
  remove: 0.2,
};

function storm(random: Random, late: boolean): OnOperation {
  return ({ kind }) => {
    if (!random.chance(ODDS[kind] ?? 0.03)) return 'go';
    if (late && kind === 'append-commit' && random.chance(0.4))
      return { late: random.between(0, 6), answer: random.pick(['fail', 'silent', 'kill'] as const) };
    return random.pick(FAULTS);
  };
}

async function weathers(variant: Variant, number: number): Promise<number> {
  const seed = `${SEED}/${variant.name}/${number}`;
  const random = new Random(seed);
  const world = await settledWorld(variant);
  worlds.add(world);
  changeSource(world);
  changeDestination(world);
  const before = contentsOf(world.source);
  let broken = 0;
  for (let run = 1; run <= STORMS; run++) {
    const { end } = await watchedRun(world, {
      onOperation: storm(random, true),
      onSourceOperation: storm(random, false),
      parallel: random.between(1, 3),
    });
    if (end !== 'done') broken++;
  }
  expect((await watchedRun(world, {})).error, seed).toBeNull();
  world.destination.landLate();
  expect(problemsOf(await watchedRun(world, {})), seed).toEqual([]);
  expect(unordered(world.destination), seed).toEqual(unordered(world.source));
  world.destination.forgetOperations();
  expect((await watchedRun(world, {})).error, seed).toBeNull();
  expect(
    world.destination.writes.filter(({ kind }) => kind !== 'select'),
    seed,
  ).toEqual([]);
  expect(contentsOf(world.source), seed).toEqual(before);
  expect(world.source.writes, seed).toEqual([]);
  world.remove();
  return broken;
}

describe.each(VARIANTS)('a backup between servers with $name in storms of broken connections', (variant) => {
  it('ends equal to the source when the weather has cleared', async () => {
    console.log(`MAILFERRY_TEST_SEED='${SEED}'`);
    let broken = 0;
    for (let first = 0; first < TRIALS; first += TOGETHER) {
      const numbers = Array.from({ length: TOGETHER }, (_, index) => first + index);
      const results = await Promise.all(numbers.map((number) => weathers(variant, number)));
      broken += results.reduce((sum, count) => sum + count, 0);
    }
    expect(broken).toBeGreaterThan(TRIALS / 2);
  });
});
