import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { copyCase } from './support/copy-case.js';
import { atMostMs, howMany } from './support/how-many.js';
import { Trial } from './support/trial.js';

/** The pauses between attempts pass at once. */
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: () => new Promise<void>((resolve) => setImmediate(resolve)),
}));

const HOW_MANY = howMany(300);

describe('a copy between two accounts that people edit, over connections that break', () => {
  it(
    'loses nothing, doubles nothing, never writes the source, and comes to an end',
    async () => {
      const property = fc.asyncProperty(copyCase, (one) => new Trial(one).run());
      await fc.assert(property, HOW_MANY);
    },
    atMostMs(HOW_MANY),
  );
});
