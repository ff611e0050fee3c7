import { afterEach, describe, expect, it } from 'vitest';
import type { OnOperation, OperationKind } from '../../src/store/memory.js';
import { Random } from '../support/accounts/index.js';
import { contentsOf } from '../support/engine/index.js';
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
import { brokenRuns, FAULTS, STORMS, TRIALS } from './support/weather.js';

const SEED = process.env['MAILFERRY_TEST_SEED'] ?? 'backup storms';

afterEach(removeWorlds);

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
  const world = removedLater(await settledWorld(variant));
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
  expectNothingWritten(world, seed);
  expect(contentsOf(world.source), seed).toEqual(before);
  world.remove();
  return broken;
}

describe.each(VARIANTS)('a backup between servers with $name in storms of broken connections', (variant) => {
  it('ends equal to the source when the weather has cleared', async () => {
    console.log(`MAILFERRY_TEST_SEED='${SEED}'`);
    const broken = await brokenRuns((number) => weathers(variant, number));
    expect(broken).toBeGreaterThan(TRIALS / 2);
  });
});
