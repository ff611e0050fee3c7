import type { SyncPolicy } from '../policy.js';

/** Where messages went that are to go here too, for people: in a mirror it may be either account. */
export function whereGone({ changesOfB }: SyncPolicy): string {
  return changesOfB === 'merge' ? 'on the other side' : 'at the source';
}
