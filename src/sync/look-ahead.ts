import { UidSet } from '../model/uid-set.js';
import type { Side } from '../state/record.js';
import type { StoreFeatures } from '../store/mail-store.js';
import { anchorUids } from './anchors.js';
import { describedEarly } from './early-metadata.js';
import type { Questions } from './open-ahead.js';
import { hasSameRules } from './opening-cursors.js';
import type { MailboxWork } from './run-context.js';

/**
 * What a look at a side of a mailbox will ask, as far as the listing of the account and the cursor tell before it is
 * opened. Where the mailbox has changed since it was listed, the look asks anew.
 */
export function questionsOfLook(work: MailboxWork, side: Side, features: StoreFeatures): Questions {
  const cursor = work.pair.cursors[side];
  const listed = work.listed[side];
  const isKnown = cursor !== null && listed !== null && cursor.uidValidity === listed.uidValidity;
  if (!isKnown || work.run.options.full || !hasSameRules(work)) return questionsOfFirstLook(work, side);
  const metadata = anchorUids(side, work.pair.anchors);
  const { highestModseq, uidNext } = cursor;
  if (!features.condstore || listed.highestModseq === null) return { metadata };
  if (highestModseq === null || uidNext === null || listed.uidNext === null) return { metadata };
  const isChanged = BigInt(highestModseq) !== listed.highestModseq;
  const flags = { within: UidSet.range(1, uidNext - 1), changedSince: BigInt(highestModseq) };
  return {
    metadata,
    existing: UidSet.range(uidNext, listed.uidNext - 1),
    ...(isChanged ? { flags } : {}),
  };
}

/** All is looked at; where nothing is known yet and nothing lies at the destination, all is going to be carried. */
function questionsOfFirstLook(work: MailboxWork, side: Side): Questions {
  const listed = work.listed[side];
  if (listed === null || listed.messages === 0) return {};
  const within = side === 'a' ? describedEarly(work, listed, work.listed.b?.messages ?? 0) : null;
  return { uids: true, ...(within ? { metadata: within } : {}) };
}
