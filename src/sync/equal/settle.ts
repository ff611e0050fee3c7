import { MailferryError } from '../../errors.js';
import { UidSet } from '../../model/uid-set.js';
import { isSameCursors } from '../../state/pair-summary.js';
import type { Cursor } from '../../state/record.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { renewAnchors } from '../anchors.js';
import type { MailboxSessions } from '../look.js';
import { ACCEPTED, owe, owed } from '../owe.js';
import { policyHash } from '../policy-hash.js';
import type { MailboxWork } from '../run-context.js';
import { tellSkippedBefore } from '../still-skipped.js';
import type { Survey } from '../survey.js';
import { proveEcho } from './echo.js';
import type { Finding } from './find.js';
import { tellForeign } from './foreign.js';

/**
 * The opening snapshots become the cursors; of a side that we wrote, what it is afterwards, where that is proven to be
 * nothing but our writes. All up to them is done or written down as debt.
 */
export async function settleEqual(
  work: MailboxWork,
  finding: Finding,
  sessions: MailboxSessions,
  source: OpenMailbox | null,
): Promise<void> {
  const { state, policy } = work.run.options;
  const { openedA, openedB, seen, seenB } = finding.look;
  const { key } = work.pair;
  settleDebts(work, seen);
  if (work.backward && seenB) settleDebts(work.backward, seenB);
  if (!seen.complete || (seenB && !seenB.complete)) throw incomplete(work, seen.complete);
  await renewAnchors(work, source);
  const [b, a] = await Promise.all([
    openedB && cursorAfter(work, sessions.b, openedB),
    work.backward ? cursorAfter(work.backward, sessions.a, openedA) : openedA,
  ]);
  const refused = refusedOf(work) + (work.backward ? refusedOf(work.backward) : 0);
  const foreign = undecidedOf(work, finding);
  const record = {
    t: 'cursor',
    key,
    a,
    b,
    policy: policyHash(policy),
    filter: work.run.filterKey,
    ...(refused === 0 ? {} : { skipped: refused }),
    ...(foreign === 0 ? {} : { foreign }),
  } as const;
  const summary = state.pair(key);
  if (!summary || !isSameCursors(summary, record)) state.record(record);
  tellLeft(work, foreign);
}

/** The cursor of the side that the work writes. */
async function cursorAfter(work: MailboxWork, session: MailSession, opened: Cursor): Promise<Cursor> {
  // What a run before wrote and did not look at any more is looked at now.
  if (!work.wrote && work.pair.unseen.b.isEmpty) return opened;
  const { cursor, hasOthers } = await proveEcho(work, session, opened);
  if (hasOthers) work.run.unproven += 1;
  return cursor ?? opened;
}

/** What a person decided to remove and was not removed is asked about again. */
function undecidedOf({ pair }: MailboxWork, { undecided, decided }: Finding): number {
  return undecided.union(decided.intersect(pair.foreign.b)).size;
}

function refusedOf(work: MailboxWork): number {
  return owed(work, (debt) => debt.class === 'permanent').size;
}

/** What is left in the mailbox for a person to see to. */
export function tellLeft(work: MailboxWork, foreign: number): void {
  tellSkippedBefore(work);
  if (work.backward) tellSkippedBefore(work.backward);
  tellForeign(work.run, work.display, foreign);
}

function settleDebts(work: MailboxWork, seen: Survey): void {
  const { state, skipped } = work.run.options;
  const { key, map } = work.pair;
  if (skipped === 'accept') {
    const refused = owed(work, (debt) => debt.class === 'permanent');
    if (!refused.isEmpty) owe(work, refused, 'choice', ACCEPTED);
  }
  const all = owed(work, () => true);
  const gone = seen.complete ? all.subtract(seen.present) : UidSet.empty;
  const done = all.intersect(map.aUids()).union(gone);
  if (!done.isEmpty) {
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: done.toDeltas() });
  }
}

/** Most often messages went between the opening and the listing: a second look is whole. */
function incomplete({ display }: MailboxWork, isSourceWhole: boolean): MailferryError {
  const side = isSourceWhole ? 'destination' : 'source';
  return new MailferryError({
    code: 'LISTING_INCOMPLETE',
    scope: 'mailbox',
    retry: 'now',
    message: `the ${side} lists fewer messages than it says it has; what it lists was carried, and nothing was removed`,
    at: { mailbox: display },
  });
}
