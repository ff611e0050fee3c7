import { setTimeout as sleep } from 'node:timers/promises';
import type { Intent } from '../state/record.js';
import type { MailSession, OpenMailbox } from '../store/mail-store.js';
import { findLanded, type Landed, recordLanded, unknownUids } from './landed.js';
import { inOrderOfSending } from './order-of-sending.js';
import type { MailboxWork } from './run-context.js';

const LOOK_AGAIN_MS = 500;

export interface ReconcileEnds {
  readonly source: OpenMailbox;
  readonly session: MailSession;
  readonly destination: OpenMailbox;
}

/**
 * Finds out what became of every APPEND that was promised and not answered, before anything else is done in the
 * mailbox. What is found becomes pairs; what is not there after the time in which it may still land is sent again,
 * and its intent stays suspect for one more run. Returns the destination as opened last.
 */
export async function reconcileIntents(work: MailboxWork, ends: ReconcileEnds): Promise<OpenMailbox> {
  const { pair, run } = work;
  let { destination } = ends;
  for (;;) {
    const open = [...pair.intents.values()].filter(({ state, side }) => state === 'open' && side === 'b');
    if (open.length === 0) return destination;
    // Where a mailbox was replaced its UIDs say nothing any more; what landed is recognised by what it is.
    const stale = open.filter(
      (intent) =>
        intent.uidValidity !== destination.snapshot.uidValidity ||
        intent.sourceUidValidity !== ends.source.snapshot.uidValidity,
    );
    for (const { id } of stale) endIntent(work, id, 'void');
    const live = open.filter((intent) => !stale.includes(intent));
    if (live.length === 0) continue;
    const unknown = await unknownUids(work, destination);
    const landed = await findLanded(ends.source, destination, live, unknown, run.signal);
    const accepted = live.filter(({ id }) => run.accepted.has(id));
    const found = await inOrderOfSending(ends.source, destination, accepted, landed, unknown, run.signal);
    const waitMs = settleFound(work, live, found);
    if (waitMs === 0) continue;
    run.emit({
      type: 'waiting',
      reason: `${work.display}: looking whether messages sent before arrive`,
      delayMs: waitMs,
    });
    await sleep(Math.min(waitMs, LOOK_AGAIN_MS), undefined, { signal: run.signal }).catch(() =>
      run.checkFinish(),
    );
    destination = await ends.session.open(
      work.names.b,
      run.options.dryRun ? 'examine' : 'select',
      run.signal,
    );
  }
}

/** Records what has landed. Returns how long the rest may still be on its way, 0 when nothing is open any more. */
function settleFound(work: MailboxWork, intents: readonly Intent[], landed: Landed): number {
  let waitMs = 0;
  for (const intent of intents) {
    const uids = landed.get(intent.id) ?? [];
    const whole = uids.every((uid) => uid !== 0);
    const leftMs = mayLandUntilMs(work, intent) - Date.now();
    if (!whole && leftMs > 0) {
      waitMs = Math.max(waitMs, leftMs);
      continue;
    }
    recordLanded(work, intent, uids, whole);
    if (whole) continue;
    work.run.freshSuspects.add(intent.id);
    endIntent(work, intent.id, 'suspect');
  }
  return waitMs;
}

/**
 * Counted from the record, which is written just before the last octet leaves; from the first look where that is
 * earlier, as a clock may have been set back. A record made before the first octet says nothing of when the last one
 * left: only the run that sent it knows.
 */
function mayLandUntilMs({ run }: MailboxWork, { id, digests, ahead, writtenAtMs }: Intent): number {
  if (run.answered.has(id) || run.accepted.has(id)) return 0;
  const firstLookMs = run.firstLooksMs.get(id) ?? Date.now();
  run.firstLooksMs.set(id, firstLookMs);
  const isEarly = digests === null || ahead === true;
  const sentMs = run.lastOctetsMs.get(id) ?? (isEarly ? firstLookMs : writtenAtMs);
  return Math.min(sentMs, firstLookMs) + run.lateCommitMs;
}

export function endIntent(work: MailboxWork, id: number, outcome: 'void' | 'suspect'): void {
  work.run.options.state.record({ t: 'intent-end', key: work.pair.key, id, outcome });
}
