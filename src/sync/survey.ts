import { asMailferryError } from '../errors.js';
import { FlagTable } from '../model/flags.js';
import type { MailboxSnapshot, MailboxStatus } from '../model/mailbox.js';
import { UidSet } from '../model/uid-set.js';
import type { Cursor } from '../state/record.js';
import type { FlagsReport, OpenMailbox, StoreFeatures } from '../store/mail-store.js';

/** What is known of a side of a mailbox before it is looked at. */
export interface KnownMessages {
  /** All that was there as of the cursor, whatever was done with it. */
  readonly uids: UidSet;
  /** Those whose flags matter. */
  readonly flagged: UidSet;
}

/** What a side of a mailbox holds now, against what is known of it. */
export interface Survey {
  /** UIDs below the snapshot's uidNext that exist. */
  readonly present: UidSet;
  /** Messages whose flags were looked at; the table speaks of these alone. */
  readonly looked: UidSet;
  readonly flags: FlagTable;
  /** False when the listing cannot be trusted to name everything. */
  readonly complete: boolean;
  /** The server's answer about changes could not be used although that about everything was whole. */
  readonly brokeChanges?: true;
}

export function cursorOf(snapshot: MailboxSnapshot): Cursor {
  const { uidValidity, uidNext, highestModseq, messages, mailboxId } = snapshot;
  return {
    uidValidity,
    uidNext,
    messages,
    highestModseq: highestModseq === null ? null : String(highestModseq),
    ...(mailboxId === null ? {} : { mailboxId }),
  };
}

/** Whether a server has gone back behind what it told before, as after a restore: nothing known can be trusted. */
export function wentBack(cursor: Cursor, { uidNext, highestModseq }: MailboxStatus): boolean {
  if (cursor.uidNext !== null && uidNext !== null && uidNext < cursor.uidNext) return true;
  if (cursor.highestModseq === null || highestModseq === null) return false;
  return highestModseq < BigInt(cursor.highestModseq);
}

/**
 * Looks which messages exist and what flags known ones have, by what the server can do: changes and VANISHED since the
 * cursor (QRESYNC); changes, and a list of all where the count says that messages went (CONDSTORE); else all of both.
 */
export async function survey(
  mailbox: OpenMailbox,
  features: StoreFeatures,
  known: KnownMessages,
  cursor: Cursor | null,
  signal: AbortSignal,
): Promise<Survey> {
  const changes = await surveyChanges(mailbox, features, known, cursor, signal);
  if (typeof changes === 'object') return changes;
  const [listed, report] = await Promise.all([
    listAll(mailbox, signal),
    lookAtFlags(mailbox, features, known.flagged, changes === 'unusable' ? null : cursor, signal),
  ]);
  const complete = listed.complete && report.complete;
  const broken = changes === 'unusable' && complete ? ({ brokeChanges: true } as const) : {};
  return { ...listed, looked: report.rows, flags: report.flags, complete, ...broken };
}

/**
 * What happened since the cursor. `untold`: that cannot be told so, or does not add up to as many messages as the server
 * says there are (its expunge history may be cut short, RFC 7162, section 3.2.5.2). `unusable`: the server refuses the
 * question it offers to answer, or answers what cannot be understood.
 */
async function surveyChanges(
  mailbox: OpenMailbox,
  features: StoreFeatures,
  known: KnownMessages,
  cursor: Cursor | null,
  signal: AbortSignal,
): Promise<Survey | 'untold' | 'unusable'> {
  const { uidNext, highestModseq, messages } = mailbox.snapshot;
  if (!features.condstore || highestModseq === null || uidNext === null) return 'untold';
  if (!cursor?.highestModseq || cursor.uidNext === null) return 'untold';
  const old = UidSet.range(1, cursor.uidNext - 1);
  const added = UidSet.range(cursor.uidNext, uidNext - 1);
  const asks = BigInt(cursor.highestModseq) !== highestModseq && !old.isEmpty;
  // Carried by a run that ended before its cursor was written: nobody has looked at their flags since.
  const carried = known.flagged.intersect(added);
  const [report, fresh, late] = await Promise.all([
    asks ? askChanges(mailbox, old, BigInt(cursor.highestModseq), signal) : unchangedFlags(),
    added.isEmpty ? added : mailbox.existing(added, signal),
    carried.isEmpty ? unchangedFlags() : mailbox.flags({ within: carried }, signal),
  ]);
  if (!report?.complete) return 'unusable';
  const vanished = report.vanished ?? UidSet.empty;
  const present = known.uids.intersect(old).subtract(vanished).union(fresh);
  if (present.size !== messages || !late.complete) return 'untold';
  const looked = report.rows.intersect(known.flagged);
  const flags = report.flags.within(looked);
  for (const name of late.flags.names()) flags.add(name, late.flags.uidsOf(name));
  return { present, looked: looked.union(late.rows), flags, complete: true };
}

/** null when the server refuses the question: some advertise what a proxy in front of them does not understand. */
async function askChanges(
  mailbox: OpenMailbox,
  within: UidSet,
  changedSince: bigint,
  signal: AbortSignal,
): Promise<FlagsReport | null> {
  try {
    return await mailbox.flags({ within, changedSince }, signal);
  } catch (thrown) {
    const { code, scope, retry } = asMailferryError(thrown);
    // One that is too busy to answer says nothing of what it can do.
    if (scope !== 'mailbox' || retry === 'now' || code === 'SERVER_BUSY') throw thrown;
    return null;
  }
}

async function listAll(
  mailbox: OpenMailbox,
  signal: AbortSignal,
): Promise<{ present: UidSet; complete: boolean }> {
  const { messages, uidNext } = mailbox.snapshot;
  const uids = messages === 0 ? UidSet.empty : await mailbox.uids(signal);
  const present = uidNext === null ? uids : uids.intersect(UidSet.range(1, uidNext - 1));
  // Messages that went since the snapshot make it smaller, a listing with holes makes it smaller too.
  return { present, complete: present.size >= messages };
}

async function lookAtFlags(
  mailbox: OpenMailbox,
  features: StoreFeatures,
  known: UidSet,
  cursor: Cursor | null,
  signal: AbortSignal,
): Promise<FlagsReport> {
  if (known.isEmpty || mailbox.snapshot.messages === 0) return unchangedFlags();
  const { highestModseq } = mailbox.snapshot;
  const since = features.condstore && highestModseq !== null ? cursor?.highestModseq : null;
  // CHANGEDSINCE 0 is not allowed (RFC 7162, section 7: mod-sequence-value); a cursor never holds it.
  if (since === null || since === undefined) return mailbox.flags({ within: known }, signal);
  if (BigInt(since) === highestModseq) return unchangedFlags();
  return mailbox.flags({ within: UidSet.range(known.min, known.max), changedSince: BigInt(since) }, signal);
}

function unchangedFlags(): FlagsReport {
  return { rows: UidSet.empty, flags: new FlagTable(), vanished: null, complete: true };
}
