import { MailferryError } from '../../errors.js';
import { FlagTable } from '../../model/flags.js';
import { internalDateEpoch } from '../../model/message.js';
import { UidSet } from '../../model/uid-set.js';
import type { PairState } from '../../state/pair-state.js';
import type { Cursor } from '../../state/record.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { knownOf } from '../known-messages.js';
import { openAhead, type Questions } from '../open-ahead.js';
import type { MailboxWork } from '../run-context.js';
import { cursorOf } from '../survey.js';
import { trustedFeatures } from '../trusted-features.js';
import { joined, mapTable } from './flags.js';
import { mask } from './masks.js';
import { type SeenFlags, storeAgain } from './store-again.js';

/** What is known of a side after we wrote to it. */
export interface Echo {
  /** All that happened is provably our own doing, and this is where it ended; null: not so. */
  readonly cursor: Cursor | null;
  /** Somebody else was seen at work there. */
  readonly hasOthers: boolean;
}

/**
 * Looks at the destination once more after the last write to it. What we wrote counts as seen from now on, and flags
 * that stayed away are not kept there. Where all that happened since `opened` is provably our own doing, the next run
 * need not look.
 */
export async function proveEcho(work: MailboxWork, session: MailSession, opened: Cursor): Promise<Echo> {
  const { pair, run } = work;
  const { condstore } = trustedFeatures(run, 'b', session);
  const questions = questionsOf(work, condstore ? opened : null);
  const mailbox = await openAhead(session, work.names.b, 'select', questions, run.signal);
  if (mailbox.snapshot.uidValidity !== opened.uidValidity) throw replacedMeanwhile(mailbox);
  const after = cursorOf(mailbox.snapshot);
  const canProve = condstore && opened.highestModseq !== null && after.highestModseq !== null;
  const [report, listed] = await Promise.all([
    lookAtChanges(mailbox, pair, canProve ? opened : null, run.signal),
    canProve && after.messages > 0 ? mailbox.uids(run.signal) : UidSet.empty,
    noteAnchorsOfB(work, mailbox),
  ]);
  const again = await storeAgain(work, mailbox, report);
  const isOurs = confirmFlags(work, again.report) && !again.hasOthers;
  const isProven = canProve && isOurs && listed.equals(knownOf(pair, 'b').uids);
  return { cursor: isProven ? after : null, hasOthers: canProve ? !isProven : !isOurs };
}

/** What will be asked if nobody else has stored anything there. `since`: from where on changes can be told. */
function questionsOf({ pair }: MailboxWork, since: Cursor | null): Questions {
  const metadata = anchorsUntold(pair);
  if (!since?.highestModseq) return { metadata };
  const highest = Math.max((since.uidNext ?? 1) - 1, pair.map.bUids().max);
  const flags = { within: UidSet.range(1, highest), changedSince: BigInt(since.highestModseq) };
  return { metadata, flags, uids: true };
}

async function lookAtChanges(
  mailbox: OpenMailbox,
  { map, unseen }: PairState,
  since: Cursor | null,
  signal: AbortSignal,
): Promise<SeenFlags> {
  const written = map.toB(unseen.b);
  const changed = await changesSince(mailbox, map.bUids().max, since, signal);
  // What was written before the mailbox was last opened has not changed since.
  const others = written.subtract(changed.rows);
  if (others.isEmpty) return changed;
  const report = await mailbox.flags({ within: others }, signal);
  return { ...joined(changed, report), complete: changed.complete && report.complete };
}

async function changesSince(
  mailbox: OpenMailbox,
  highestKnown: number,
  since: Cursor | null,
  signal: AbortSignal,
): Promise<SeenFlags> {
  const { uidNext, highestModseq } = mailbox.snapshot;
  const highest = uidNext === null ? highestKnown : uidNext - 1;
  const changedSince = since?.highestModseq ? BigInt(since.highestModseq) : null;
  if (changedSince === null || changedSince === highestModseq || highest === 0) {
    return { rows: UidSet.empty, flags: new FlagTable(), complete: true };
  }
  return await mailbox.flags({ within: UidSet.range(1, highest), changedSince }, signal);
}

/** Whether the flags seen are those we left there, but for what that side does not keep. */
function confirmFlags(work: MailboxWork, { rows, flags, complete }: SeenFlags): boolean {
  const { pair, run } = work;
  const seen = pair.map.toA(rows);
  const table = mapTable(flags, pair.map);
  const written = pair.unseen.b.intersect(seen);
  let isOurs = complete;
  for (const flag of [...pair.base.names(), ...table.names()]) {
    const wanted = pair.base.uidsOf(flag).intersect(seen);
    const there = table.uidsOf(flag).intersect(seen);
    const lost = wanted.subtract(there);
    const dropped = lost.intersect(pair.unseenOf('b', flag));
    if (!dropped.isEmpty) {
      run.options.state.record({ t: 'base', key: pair.key, flag, add: [], remove: dropped.toDeltas() });
      mask(work, 'b', flag, dropped);
    }
    isOurs &&= lost.subtract(dropped).isEmpty && there.subtract(wanted).isEmpty;
  }
  if (!written.isEmpty) {
    run.options.state.record({ t: 'seen', key: pair.key, side: 'b', a: written.toDeltas() });
  }
  return isOurs;
}

/** What the anchors look like at the destination is told by the destination. */
async function noteAnchorsOfB(work: MailboxWork, mailbox: OpenMailbox): Promise<void> {
  const { pair, run } = work;
  const untold = anchorsUntold(pair);
  if (untold.isEmpty) return;
  const rows = await mailbox.metadata(untold, run.signal);
  const byUid = new Map(rows.map((row) => [row.uid, row]));
  // They may be gone there by now.
  if (byUid.size === 0) return;
  // Read anew: meanwhile the other side may have told of them as well.
  const told = pair.anchors.map((anchor) => {
    const row = anchor.dates.b === 0 ? byUid.get(anchor.uids.b) : undefined;
    if (!row) return anchor;
    const date = internalDateEpoch(row.internalDate) ?? 0;
    return { ...anchor, dates: { ...anchor.dates, b: date }, sizes: { ...anchor.sizes, b: row.sizeBytes } };
  });
  run.options.state.record({ t: 'anchors', key: pair.key, anchors: told });
}

function anchorsUntold({ anchors }: PairState): UidSet {
  return UidSet.from(anchors.filter(({ dates }) => dates.b === 0).map(({ uids }) => uids.b));
}

export function replacedMeanwhile({ snapshot }: OpenMailbox): MailferryError {
  return new MailferryError({
    code: 'MAILBOX_CHANGED',
    scope: 'mailbox',
    retry: 'now',
    message: 'the mailbox was replaced by another one during the run (UIDVALIDITY changed)',
    at: { mailbox: snapshot.name },
  });
}
