import { UidSet } from '../model/uid-set.js';
import { hasSameRules } from './opening-cursors.js';
import { ACCEPTED, LEFT_AS_DELETED, type OwedMessages, owed } from './owe.js';
import type { MailboxWork } from './run-context.js';
import type { Survey } from './survey.js';

/** Present, and neither paired, nor left behind for a reason that still holds, nor there once too often. */
export function newMessages(work: MailboxWork, seen: Survey): UidSet {
  const undeleted = seen.looked.subtract(seen.flags.uidsOf('\\Deleted'));
  const staysBehind = (debt: OwedMessages): boolean => {
    if (debt.class === 'temporary') return false;
    if (debt.class === 'choice' && debt.reason !== ACCEPTED) return hasSameRules(work);
    if (debt.reason === 'MESSAGE_TOO_LARGE' && !hasSameRules(work)) return false;
    return work.run.options.skipped !== 'retry';
  };
  const left = owed(work, staysBehind);
  // What was left as \Deleted is looked at again when it is so no more.
  const again = owed(work, (debt) => debt.reason === LEFT_AS_DELETED).intersect(undeleted);
  const given = UidSet.from(work.refusedUids);
  const others = seen.present.subtract(work.pair.map.aUids()).subtract(left.subtract(again));
  return others.subtract(given).subtract(work.surplus);
}
