import { isWriteOperation } from '../../../../src/store/memory.js';
import type { Kill } from '../../state/memory-files.js';
import type { TreeWorld } from './tree-world.js';

/** Where a run ends: at a write to the destination, or at a step of the state's files. */
export type Death =
  | { readonly at: 'operation'; readonly nth: number; readonly when: 'before' | 'after' }
  | { readonly at: 'file'; readonly nth: number; readonly how: Kill };

/** Follows and dies on the way. False when the run came to its end before. */
export async function die(world: TreeWorld, death: Death): Promise<boolean> {
  let count = 0;
  let isDead = false;
  const { files } = world;
  files.onOperation = () => {
    if (isDead) return 'before';
    if (death.at !== 'file' || ++count !== death.nth) return undefined;
    isDead = true;
    return death.how;
  };
  await world.followAll({
    onOperation: (operation) => {
      if (isDead) return 'kill-before';
      if (death.at !== 'operation' || !isWriteOperation(operation) || ++count !== death.nth) return 'go';
      isDead = true;
      return death.when === 'before' ? 'kill-before' : 'kill-after';
    },
  });
  files.onOperation = null;
  return isDead;
}
