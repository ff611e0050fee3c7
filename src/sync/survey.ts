import type { FlagTable } from '../model/flags.js';
import { FlagTable as EmptyFlagTable } from '../model/flags.js';
import type { MailboxSnapshot, MailboxStatus } from '../model/mailbox.js';
import { UidSet } from '../model/uid-set.js';
import type { Cursor } from '../state/record.js';
import type { OpenMailbox, StoreFeatures } from '../store/mail-store.js';

/** What a side of a mailbox holds now, against what is known of it. */
export interface Survey {
  /** UIDs below the snapshot's uidNext that exist. */
  readonly present: UidSet;
  /** Messages whose flags were looked at; the table speaks of these alone. */
  readonly looked: UidSet;
  readonly flags: FlagTable;
  /** False when the listing cannot be trusted to name everything. */
  readonly complete: boolean;
}

export function cursorOf(snapshot: MailboxSnapshot): Cursor {
  const { uidValidity, uidNext, highestModseq, messages } = snapshot;
  return {
    uidValidity,
    uidNext,
    messages,
    highestModseq: highestModseq === null ? null : String(highestModseq),
  };
}

/** Whether a server has gone back behind what it told before, as after a restore: nothing known can be trusted. */
export function wentBack(cursor: Cursor, { uidNext, highestModseq }: MailboxStatus): boolean {
  if (cursor.uidNext !== null && uidNext !== null && uidNext < cursor.uidNext) return true;
  if (cursor.highestModseq === null || highestModseq === null) return false;
  return highestModseq < BigInt(cursor.highestModseq);
}

/**
 * Looks which messages exist and what flags `known` ones have: those changed since the cursor where the server has
 * mod-sequences, all of them otherwise. Both questions go out together.
 */
export async function survey(
  mailbox: OpenMailbox,
  features: StoreFeatures,
  known: UidSet,
  cursor: Cursor | null,
  signal: AbortSignal,
): Promise<Survey> {
  const { snapshot } = mailbox;
  const [uids, flags] = await Promise.all([
    snapshot.messages === 0 ? UidSet.empty : mailbox.uids(signal),
    lookAtFlags(mailbox, features, known, cursor, signal),
  ]);
  const present = snapshot.uidNext === null ? uids : uids.intersect(UidSet.range(1, snapshot.uidNext - 1));
  // Messages that went since the snapshot make it smaller, a listing with holes makes it smaller too.
  const complete = flags.complete && present.size >= snapshot.messages;
  return { present, looked: flags.rows, flags: flags.flags, complete };
}

async function lookAtFlags(
  mailbox: OpenMailbox,
  features: StoreFeatures,
  known: UidSet,
  cursor: Cursor | null,
  signal: AbortSignal,
): Promise<{ rows: UidSet; flags: FlagTable; complete: boolean }> {
  const nothing = { rows: UidSet.empty, flags: new EmptyFlagTable(), complete: true };
  if (known.isEmpty) return nothing;
  const { highestModseq } = mailbox.snapshot;
  const since = features.condstore && highestModseq !== null ? cursor?.highestModseq : null;
  // CHANGEDSINCE 0 is not allowed (RFC 7162, section 7: mod-sequence-value); a cursor never holds it.
  if (since === null || since === undefined) return mailbox.flags({ within: known }, signal);
  if (BigInt(since) === highestModseq) return nothing;
  return mailbox.flags({ within: UidSet.range(known.min, known.max), changedSince: BigInt(since) }, signal);
}
