import { asMailferryError } from '../errors.js';
import { isSystemFlag } from '../model/flags.js';
import { UidSet } from '../model/uid-set.js';
import type { OpenMailbox } from '../store/mail-store.js';
import type { FlagPlan } from './plan-flags.js';
import type { MailboxWork } from './run-context.js';
import { tellUnkeepable } from './unkeepable.js';

/**
 * Stores the deltas at the destination and then writes down what both sides agree on. Deltas may be sent twice: a run
 * killed between the two finds the same change again.
 */
export async function applyFlags(work: MailboxWork, destination: OpenMailbox, plan: FlagPlan): Promise<void> {
  const { state } = work.run.options;
  let touched = UidSet.empty;
  for (const { flag, change, uids } of plan.changes) {
    work.run.checkFinish();
    const partners = work.pair.map.toB(uids);
    if (partners.isEmpty) continue;
    if (!(await isStored(work, destination, partners, change, flag))) continue;
    const deltas = uids.toDeltas();
    const add = change === 'add' ? deltas : [];
    state.record({ t: 'base', key: work.pair.key, flag, add, remove: change === 'add' ? [] : deltas });
    touched = touched.union(uids);
  }
  tellFlags(work, plan, touched);
}

/** False when the server does not want that keyword: this is told, and no reason to stop. */
async function isStored(
  work: MailboxWork,
  destination: OpenMailbox,
  partners: UidSet,
  change: 'add' | 'remove',
  flag: string,
): Promise<boolean> {
  try {
    await destination.storeFlags(partners, change, [flag], work.run.signal);
    return true;
  } catch (thrown) {
    const { scope, retry } = asMailferryError(thrown);
    if (isSystemFlag(flag) || scope !== 'mailbox' || retry !== 'never') throw thrown;
    tellUnkeepable(work, [flag]);
    return false;
  }
}

export function tellFlags(work: MailboxWork, plan: FlagPlan, touched: UidSet | null): void {
  if (touched && !touched.isEmpty) {
    work.progress += touched.size;
    work.run.emit({ type: 'flags-updated', mailbox: work.display, messages: touched.size });
  }
  tellUnkeepable(work, plan.refused);
}
