import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { mirrorCase } from './support/mirror-case.js';
import { MirrorTrial } from './support/mirror-trial.js';

/** The pauses between attempts pass at once. */
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: () => new Promise<void>((resolve) => setImmediate(resolve)),
}));

/**
 * `MAILFERRY_SOAK_RUNS=5000 npm run soak` tries so many cases instead of a few; a failure prints the seed and path of the
 * smallest one, which `MAILFERRY_SOAK_SEED` and `MAILFERRY_SOAK_PATH` try again.
 */
const { MAILFERRY_SOAK_RUNS, MAILFERRY_SOAK_SEED, MAILFERRY_SOAK_PATH } = process.env;
const numRuns = Number(MAILFERRY_SOAK_RUNS ?? 300);

describe('a mirror of two accounts that people edit, over connections that break', () => {
  it(
    'ends with what both sides did, nothing lost and nothing doubled, and with nothing left to do',
    async () => {
      const property = fc.asyncProperty(mirrorCase, (one) => new MirrorTrial(one).run());
      await fc.assert(property, {
        numRuns,
        timeout: 30_000,
        ...(MAILFERRY_SOAK_SEED === undefined ? {} : { seed: Number(MAILFERRY_SOAK_SEED) }),
        ...(MAILFERRY_SOAK_PATH === undefined ? {} : { path: MAILFERRY_SOAK_PATH }),
      });
    },
    Math.max(60_000, numRuns * 1000),
  );
});
