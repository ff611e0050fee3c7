import { UidSet } from '../../model/uid-set.js';
import type { OpenMailbox } from '../../store/mail-store.js';
import { type EqualTask, takeStep } from '../equal/equal-task.js';
import { foreignToRemove, goingWithMailbox } from '../equal/foreign.js';
import { openBoth } from '../equal/stages.js';
import { inParallel } from '../in-parallel.js';
import type { MailboxSessions } from '../look.js';
import { reconcileIntents } from '../reconcile.js';
import type { RunContext } from '../run-context.js';
import { settleSuspects, suspectIntents } from '../suspects.js';
import { removeMailboxes } from '../tree/remove-mailbox.js';
import { workMailbox } from '../work-mailbox.js';
import { type HeldRemovals, type RemovalPlan, WAITING } from './decide.js';
import type { GoneMailbox } from './gone-mailbox.js';
import { goneSource } from './gone-source.js';
import { type OneWayRemovals, standingFor } from './one-way.js';
import { goingUids, holdRemovals, removeMessages } from './remove-messages.js';

/** A plan with what is held back of it. */
export interface DecidedRemovals {
  readonly plan: RemovalPlan;
  readonly held: HeldRemovals;
}

/** Removes what may be removed, and writes down what is held back. First messages on either side, then mailboxes. */
export async function carryOutRemovals(run: RunContext, decided: readonly DecidedRemovals[]): Promise<void> {
  const byTask = new Map<EqualTask, Removable[]>();
  for (const { plan, held } of decided) {
    for (const removals of plan.removals) {
      const removable = hold(removals, held.get(removals.work.pair.key));
      byTask.set(removals.task, [...(byTask.get(removals.task) ?? []), removable]);
    }
  }
  await inParallel(run, byTask, ([task, removables]) => {
    return takeStep(task, (sessions) => removeInTask(task, sessions, removables));
  });
  for (const { plan, held } of decided) await removeGoneMailboxes(plan, held);
}

interface Removable extends OneWayRemovals {
  /** What goes now. */
  readonly now: { readonly gone: UidSet; readonly extra: UidSet };
}

/**
 * Writes down what does not go now. What a person has decided about needs no guard, but goes like anything else only
 * when it cannot have moved to a mailbox that nobody has looked at.
 */
function hold(removals: OneWayRemovals, reason: string | undefined): Removable {
  const { work, gone, safe, extra, decided, stays } = removals;
  if (reason === undefined) {
    const stayingExtra = extra.intersect(stays).subtract(decided);
    holdRemovals(work, { gone: gone.subtract(safe), extra: stayingExtra }, WAITING);
    return { ...removals, now: { gone: safe, extra: extra.subtract(stays) } };
  }
  const goes = reason === WAITING ? UidSet.empty : extra.intersect(decided).subtract(stays);
  holdRemovals(work, { gone, extra: extra.subtract(decided) }, reason);
  return { ...removals, now: { gone: UidSet.empty, extra: goes } };
}

async function removeInTask(
  task: EqualTask,
  sessions: MailboxSessions,
  removables: readonly Removable[],
): Promise<void> {
  const { work, finding } = task;
  const due = removables.filter(({ now }) => !now.gone.isEmpty || !now.extra.isEmpty);
  if (!finding || due.length === 0) return;
  if (work.run.options.dryRun) {
    for (const one of due) tellRemoval(one.work, goingUids(one.work, one.now).size);
    return;
  }
  const goneOf = (isForth: boolean) => due.find(({ work: way }) => (way === work) === isForth)?.now.gone;
  const { source, destination } = await openBoth(work, finding.look, sessions, {
    a: { existing: goneOf(true) ?? UidSet.empty },
    b: { existing: goneOf(false) ?? UidSet.empty },
  });
  for (const { work: way, now } of due) {
    const isForth = way === work;
    const [from, onto] = isForth ? [source, destination] : [destination, source];
    await removeConfirmed(way, isForth ? sessions.b : sessions.a, from, onto, now);
  }
}

/** The second witness, asked at the last moment: a listing may leave out what is there. */
async function removeConfirmed(
  work: OneWayRemovals['work'],
  session: MailboxSessions['b'],
  from: OpenMailbox,
  onto: OpenMailbox,
  { gone, extra }: Removable['now'],
): Promise<void> {
  const there = gone.isEmpty ? gone : await from.existing(gone, work.run.signal);
  await removeMessages(work, session, onto, { gone: gone.subtract(there), extra });
}

async function removeGoneMailboxes(plan: RemovalPlan, held: HeldRemovals): Promise<void> {
  const { run, gone, staying } = plan;
  await inParallel(run, gone, async (mailbox) => {
    const { key } = mailbox.work.pair;
    await emptyGoneMailbox(mailbox, held.has(key), staying.get(key)?.uids ?? UidSet.empty);
  });
  const emptied = gone.filter(({ work: { pair } }) => !held.has(pair.key) && !staying.has(pair.key));
  await removeMailboxes(
    run,
    emptied.map(({ work, emptiedUidNext }) => ({ key: work.pair.key, uidNext: emptiedUidNext })),
  );
}

/**
 * What is ours in a mailbox that is gone at the source, and what a person decided about. Anything else that lies there
 * keeps it from being deleted.
 */
async function emptyGoneMailbox(mailbox: GoneMailbox, isHeld: boolean, stays: UidSet): Promise<void> {
  const { work } = mailbox;
  const { run, pair, names } = work;
  const all = pair.map.aUids();
  const staying = isHeld ? all : standingFor(pair, stays);
  if (!staying.isEmpty) holdRemovals(work, { gone: staying, extra: UidSet.empty }, WAITING);
  if (isHeld) return;
  if (run.options.dryRun) {
    tellRemoval(work, goingWithMailbox(run, pair).subtract(stays).size);
    return;
  }
  const error = await workMailbox(work, async ({ b }) => {
    const opened = await b.open(names.b, 'select', run.signal);
    if (opened.snapshot.uidValidity !== pair.cursors.b?.uidValidity) return;
    // What was on its way when the mailbox went is ours as well.
    const source = goneSource(names.a, pair.cursors.a?.uidValidity ?? 0);
    const open = await reconcileIntents(work, { source, session: b, destination: opened });
    if (suspectIntents(work).length > 0) {
      const ends = { source, session: b, destination: open };
      await settleSuspects(work, ends, await open.uids(run.signal), () => UidSet.empty);
    }
    const foreign = foreignToRemove(run, pair).subtract(stays);
    const extra = foreign.isEmpty ? foreign : await open.existing(foreign, run.signal);
    await removeMessages(work, b, open, { gone: pair.map.aUids().subtract(staying), extra });
    mailbox.emptiedUidNext = open.snapshot.uidNext;
  });
  // Gone at the destination as well: nothing is left to be done.
  if (error && error.code !== 'MAILBOX_UNAVAILABLE') run.problem(error, work.display);
}

function tellRemoval({ run, display }: OneWayRemovals['work'], messages: number): void {
  if (messages === 0) return;
  run.emit({ type: 'messages-removed', mailbox: display, side: 'destination', messages });
}
