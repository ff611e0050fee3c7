import type { Verdict } from '../../../src/store/memory.js';

/** What a storm does to operations. */
export const FAULTS: readonly Verdict[] = [
  'fail-before',
  'fail-after',
  'silent-before',
  'silent-after',
  'kill-before',
  'kill-after',
];

/** Runs in a storm before the weather clears. */
export const STORMS = 3;
export const TRIALS = 48;
const TOGETHER = 16;

/** @returns the sum of what the trials return: runs that a storm broke. */
export async function brokenRuns(trial: (number: number) => Promise<number>): Promise<number> {
  let broken = 0;
  for (let first = 0; first < TRIALS; first += TOGETHER) {
    const numbers = Array.from({ length: TOGETHER }, (_, index) => first + index);
    const results = await Promise.all(numbers.map(trial));
    broken += results.reduce((sum, count) => sum + count, 0);
  }
  return broken;
}
