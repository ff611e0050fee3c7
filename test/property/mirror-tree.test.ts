import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { atMostMs, howMany } from './support/how-many.js';
import { type TreeCase, treeCase } from './support/tree-case.js';
import { TreeTrial } from './support/tree-trial.js';

/** The pauses between attempts pass at once. */
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: () => new Promise<void>((resolve) => setImmediate(resolve)),
}));

const HOW_MANY = howMany(100);

async function trial(one: TreeCase): Promise<void> {
  await new TreeTrial(one, 'one first').run(true);
  const first = await new TreeTrial(one, 'one first').run(false);
  const second = await new TreeTrial(one, 'other first').run(false);
  if (!isDeepStrictEqual(first, second)) throw new Error('another tree with the sides exchanged');
}

describe('a mirror of two accounts whose mailboxes are renamed, made and deleted on both sides', () => {
  it(
    'ends with one tree whichever side is the source, with nothing lost and nothing left to do',
    async () => {
      await fc.assert(fc.asyncProperty(treeCase, trial), HOW_MANY);
    },
    atMostMs(HOW_MANY),
  );
});
