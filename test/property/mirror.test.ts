import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { atMostMs, howMany } from './support/how-many.js';
import { mirrorCase } from './support/mirror-case.js';
import { MirrorTrial } from './support/mirror-trial.js';

/** The pauses between attempts pass at once. */
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: () => new Promise<void>((resolve) => setImmediate(resolve)),
}));

const HOW_MANY = howMany(300);

describe('a mirror of two accounts that people edit, over connections that break', () => {
  it(
    'ends with what both sides did, nothing lost and nothing doubled, and with nothing left to do',
    async () => {
      const property = fc.asyncProperty(mirrorCase, (one) => new MirrorTrial(one).run());
      await fc.assert(property, HOW_MANY);
    },
    atMostMs(HOW_MANY),
  );
});
