import { setTimeout as sleep } from 'node:timers/promises';
import { MailferryError } from '../errors.js';
import { UidSet } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import type { MailSession, OpenMailbox } from '../store/mail-store.js';
import { digestBodies } from './body-digest.js';
import { findLanded, type Landed, pairsRecord } from './landed.js';
import type { MailboxWork } from './run-context.js';

const LOOK_AGAIN_MS = 500;

interface ReconcileEnds {
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
    const open = [...pair.intents.values()].filter((intent) => intent.state === 'open');
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
    const landed = await findLanded(ends.source, destination, live, pair.map.bUids(), run.signal);
    const waitMs = settleFound(work, live, landed);
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
  const { state } = work.run.options;
  let waitMs = 0;
  for (const intent of intents) {
    const uids = landed.get(intent.id) ?? [];
    const whole = uids.every((uid) => uid !== 0);
    const leftMs = intent.writtenAtMs + work.run.lateCommitMs - Date.now();
    if (!whole && leftMs > 0 && leftMs <= work.run.lateCommitMs) {
      waitMs = Math.max(waitMs, leftMs);
      continue;
    }
    const record = pairsRecord(work.pair.key, intent, uids, whole);
    if (record) state.record(record);
    if (!whole) {
      work.run.freshSuspects.add(intent.id);
      endIntent(work, intent.id, 'suspect');
    }
    const found = intent.sourceUids.filter((_, index) => (uids[index] ?? 0) !== 0);
    if (found.length === 0) continue;
    work.progress += found.length;
    work.run.emit({
      type: 'messages-copied',
      mailbox: work.display,
      uids: found,
      sizeBytes: bytesOf(intent, uids),
    });
  }
  return waitMs;
}

function bytesOf(intent: Intent, uids: readonly number[]): number {
  return intent.sizes.reduce((sum, size, index) => ((uids[index] ?? 0) === 0 ? sum : sum + size), 0);
}

function endIntent(work: MailboxWork, id: number, outcome: 'void' | 'suspect'): void {
  work.run.options.state.record({ t: 'intent-end', key: work.pair.key, id, outcome });
}

/**
 * An APPEND given up as lost may have landed after all, beside the one sent in its place. What is in its window
 * without a partner and is octet for octet what was sent is that surplus, and is taken away again.
 */
export async function removeSurplus(work: MailboxWork, ends: ReconcileEnds): Promise<void> {
  const { pair, run } = work;
  if (run.options.dryRun) return;
  const suspects = [...pair.intents.values()].filter((intent) => intent.state === 'suspect');
  const current = suspects.filter((intent) => intent.uidValidity === ends.destination.snapshot.uidValidity);
  if (current.length > 0) {
    const surplus = await findSurplus(work, ends.destination, current);
    if (!surplus.isEmpty) await expungeSurplus(work, ends, surplus);
  }
  for (const { id } of suspects) if (!run.freshSuspects.has(id)) endIntent(work, id, 'void');
}

async function findSurplus(
  work: MailboxWork,
  destination: OpenMailbox,
  suspects: readonly Intent[],
): Promise<UidSet> {
  const { pair, run } = work;
  const lowest = Math.min(...suspects.map((intent) => intent.uidNext));
  const known = pair.map.bUids().union(pair.foreign.b);
  const exists = await destination.uids(run.signal);
  const window = exists.subtract(known).subtract(UidSet.range(1, lowest - 1));
  if (window.isEmpty) return window;
  const delivered = new Map<string, number>();
  for (const intent of suspects) {
    for (const [index, digest] of (intent.digests ?? []).entries()) {
      const partner = pair.map.bOf(intent.sourceUids[index] ?? 0);
      if (partner !== 0 && exists.has(partner)) delivered.set(digest, (delivered.get(digest) ?? 0) + 1);
    }
  }
  const surplus: number[] = [];
  for (const [uid, { digest }] of await digestBodies(destination, window, run.signal)) {
    const left = delivered.get(digest) ?? 0;
    if (left === 0) continue;
    delivered.set(digest, left - 1);
    surplus.push(uid);
  }
  return UidSet.from(surplus);
}

async function expungeSurplus(work: MailboxWork, ends: ReconcileEnds, surplus: UidSet): Promise<void> {
  const text = `${work.display}: ${surplus.size} messages had arrived twice after a broken connection`;
  if (ends.session.facts.features.uidplus) {
    await ends.destination.expunge(surplus, work.run.signal);
    work.run.emit({ type: 'note', level: 'info', text: `${text}; the surplus was removed` });
    return;
  }
  work.run.problem(surplusStays(text), work.display);
}

function surplusStays(text: string): MailferryError {
  return new MailferryError({
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: `${text}; they stay, as the server cannot remove single messages (no UIDPLUS)`,
  });
}
