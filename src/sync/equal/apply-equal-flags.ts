import { asMailferryError } from '../../errors.js';
import { isSystemFlag } from '../../model/flags.js';
import { UidSet } from '../../model/uid-set.js';
import type { Side } from '../../state/record.js';
import type { OpenMailbox } from '../../store/mail-store.js';
import type { FlagChange } from '../plan-flags.js';
import type { MailboxWork } from '../run-context.js';
import { mask } from './masks.js';
import type { EqualFlagPlan, SidePlan } from './plan-equal-flags.js';

interface BothOpen {
  readonly source: OpenMailbox;
  readonly destination: OpenMailbox;
}

/**
 * Makes the flags of both sides those of the plan, in one round trip. What goes is written down when it is gone: before
 * that, not being done yet could not be told from somebody giving it back. What comes is written down before, as not
 * seen yet: after that, whoever takes it away could not be told from not being done. A run killed in between sends it
 * again. Returns the messages touched.
 */
export async function applyEqualFlags(
  work: MailboxWork,
  open: BothOpen,
  plan: EqualFlagPlan,
): Promise<{ a: UidSet; b: UidSet }> {
  if (noteAdditions(work, plan)) await work.run.options.state.commit();
  const removals = storeBoth(work, open, plan, 'remove').then(() => noteRemovals(work, plan));
  const [removed, added] = await Promise.allSettled([removals, storeBoth(work, open, plan, 'add')]);
  for (const result of [removed, added]) if (result.status === 'rejected') throw result.reason;
  const touched = { a: touchedBy(plan.toA), b: touchedBy(plan.toB) };
  const all = touched.a.union(touched.b);
  if (!all.isEmpty) {
    // A server that drops them has them stored again by every attempt, which gets nowhere.
    work.progress += all.subtract(work.flagged).size;
    work.flagged = work.flagged.union(all);
    work.run.emit({ type: 'flags-updated', mailbox: work.display, messages: all.size });
  }
  return touched;
}

function noteRemovals({ run, pair }: MailboxWork, { base }: EqualFlagPlan): void {
  for (const { flag, remove } of base) {
    if (remove.isEmpty) continue;
    run.options.state.record({ t: 'base', key: pair.key, flag, add: [], remove: remove.toDeltas() });
  }
}

/** Returns whether anything is going to be stored. */
function noteAdditions(work: MailboxWork, plan: EqualFlagPlan): boolean {
  const { pair, run } = work;
  const { key } = pair;
  const added = { a: additions(plan.toA), b: additions(plan.toB) };
  for (const side of ['a', 'b'] as const) {
    for (const { flag, uids } of added[side])
      run.options.state.record({ t: 'unseen', key, side, a: uids.toDeltas(), flag });
  }
  for (const { flag, add } of plan.base) {
    if (!add.isEmpty) run.options.state.record({ t: 'base', key, flag, add: add.toDeltas(), remove: [] });
  }
  for (const { flag, uids } of plan.toB.refused) mask(work, 'b', flag, uids);
  for (const { flag, uids } of plan.toA.refused) mask(work, 'a', flag, uids);
  return added.a.length + added.b.length > 0;
}

function additions({ changes }: SidePlan): FlagChange[] {
  return changes.filter(({ change }) => change === 'add');
}

export function touchedBy({ changes }: SidePlan): UidSet {
  return uidsOf(changes);
}

function uidsOf(changes: readonly FlagChange[]): UidSet {
  return changes.reduce((all, { uids }) => all.union(uids), UidSet.empty);
}

async function storeBoth(
  work: MailboxWork,
  { source, destination }: BothOpen,
  { toA, toB }: EqualFlagPlan,
  which: FlagChange['change'],
): Promise<void> {
  const chosen = ({ changes }: SidePlan): FlagChange[] => changes.filter(({ change }) => change === which);
  await Promise.all([
    storeChanges(work, 'a', source, chosen(toA), (uids) => uids),
    storeChanges(work, 'b', destination, chosen(toB), (uids) => work.pair.map.toB(uids)),
  ]);
}

async function storeChanges(
  work: MailboxWork,
  side: Side,
  mailbox: OpenMailbox,
  changes: readonly FlagChange[],
  partners: (uids: UidSet) => UidSet,
): Promise<void> {
  const stores = changes.map(async ({ flag, change, uids }) => {
    try {
      await mailbox.storeFlags(partners(uids), change, [flag], work.run.signal);
    } catch (thrown) {
      const { scope, retry } = asMailferryError(thrown);
      if (isSystemFlag(flag) || scope !== 'mailbox' || retry !== 'never') throw thrown;
      refuseFlag(work, side, flag, uids);
    }
  });
  const results = await Promise.allSettled(stores);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The server does not want that keyword: this is told, and no reason to stop. */
function refuseFlag(work: MailboxWork, side: Side, flag: string, uids: UidSet): void {
  const record = { t: 'base', key: work.pair.key, flag, add: [], remove: uids.toDeltas() } as const;
  work.run.options.state.record(record);
  mask(work, side, flag, uids);
}
