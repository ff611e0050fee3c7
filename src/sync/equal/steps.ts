import type { MailboxSessions } from '../look.js';
import { type BothDeparted, nothingDeparted } from '../moves/departed.js';
import { mayFindCopied } from '../moves/find-copied.js';
import { type EqualTask, hasRemovals, takeStep } from './equal-task.js';
import { settleEqual, tellLeft } from './settle.js';
import { carryWaiting, findAndFlag, isWaiting } from './stages.js';

/** Looks, makes flags equal and, unless new messages are to `wait`, carries them; settles what is done with that. */
export async function firstStep(task: EqualTask, waits: boolean): Promise<void> {
  await takeStep(task, async (sessions) => {
    await findAndFlag(task, sessions);
    const isLater = waits || mayCopyWhatIsFlagged(task, sessions);
    // What is to be stored in the source may have it closed.
    const staysOpen = task.waiting.back.isEmpty;
    if (!isLater) await carryWaiting(task, sessions, nothingDeparted(), true);
    if (!isWaiting(task) && !hasRemovals(task)) await settle(task, sessions, staysOpen);
  });
}

/**
 * A COPY takes the flags of its original along. Where both sides count, one that is given to the original between our
 * look at it and the COPY would be taken for a flag that somebody gave to the copy: ours are given to all before.
 */
function mayCopyWhatIsFlagged({ work, waiting }: EqualTask, { a, b }: MailboxSessions): boolean {
  if (!work.backward) return false;
  return mayFindCopied(work, a, waiting.forth) || mayFindCopied(work.backward, b, waiting.back);
}

/** Carries what waited; settles where nothing is to be removed. */
export async function carryStep(task: EqualTask, departed: BothDeparted): Promise<void> {
  let isRepeated = false;
  await takeStep(task, async (sessions) => {
    // What broke off may have left messages on their way: these are looked for first.
    if (isRepeated) await findAndFlag(task, sessions);
    const open = isRepeated;
    isRepeated = true;
    await carryWaiting(task, sessions, departed, open);
    if (!hasRemovals(task)) await settle(task, sessions, false);
  });
}

export async function settleStep(task: EqualTask): Promise<void> {
  await takeStep(task, (sessions) => settle(task, sessions, false));
}

async function settle(task: EqualTask, sessions: MailboxSessions, open: boolean): Promise<void> {
  const { finding, work } = task;
  if (!finding) return;
  // What was stored there without being told where was looked for in the mailbox opened anew.
  const source = open && !work.backward?.wrote ? finding.look.source : null;
  if (work.run.options.dryRun) tellLeft(work, finding.undecided.size);
  else await settleEqual(work, finding, sessions, source);
  task.settled = true;
}
