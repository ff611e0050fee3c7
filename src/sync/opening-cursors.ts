import { MAX_UID } from '../model/uid-set.js';
import type { Cursor } from '../state/record.js';
import { policyHash } from './policy-hash.js';
import type { MailboxWork } from './run-context.js';

/** Whether what the cursors say was done was done by the rules of this run. */
export function hasSameRules(work: MailboxWork): boolean {
  const { policy, filter } = work.pair;
  return policy === policyHash(work.run.options.policy) && filter === work.run.filterKey;
}

/** The cursor of a side from which on changes may be asked for; null: all has to be looked at. */
export function usableCursor(work: MailboxWork, side: 'a' | 'b', opened: Cursor | null): Cursor | null {
  if (work.run.options.full || !hasSameRules(work)) return null;
  const cursor = work.pair.cursors[side];
  return opened && cursor?.uidValidity === opened.uidValidity ? cursor : null;
}

/**
 * Unknown messages of the destination with a UID below this one were there before us. Those above came later, which
 * only a verb knows that has looked at the destination before.
 */
export function foreignBelow(work: MailboxWork): number {
  const { b } = work.pair.cursors;
  // Where both sides are merged nothing is foreign: it is new.
  if (work.run.options.policy.changesOfB === 'merge') return 0;
  const knows = work.run.options.policy.changesOfB !== 'leave' && hasSameRules(work);
  return knows && b?.uidNext ? b.uidNext : MAX_UID + 1;
}
