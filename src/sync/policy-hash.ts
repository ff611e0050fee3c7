import { createHash } from 'node:crypto';
import type { SyncPolicy } from './policy.js';

/**
 * Tells whether a cursor was made under the same rules: with others, what lies below it may not be done yet. Verbs that
 * do the same in both directions share it.
 */
export function policyHash({ aToB, bToA, changesOfB, carryDeleted }: SyncPolicy): string {
  return createHash('sha256')
    .update(JSON.stringify([aToB, bToA, changesOfB, carryDeleted]))
    .digest('base64url')
    .slice(0, 8);
}
