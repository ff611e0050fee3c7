import type { MailferryError } from '../../errors.js';
import { UidSet } from '../../model/uid-set.js';
import type { MailboxSessions } from '../look.js';
import { beginWork } from '../mailbox-work.js';
import { tellNotReached } from '../not-reached.js';
import type { MailboxWork, RunContext } from '../run-context.js';
import type { MailboxToDo } from '../surveyed-account.js';
import { type MailboxStep, workMailbox } from '../work-mailbox.js';
import type { Finding } from './find.js';

/** A mailbox pair on its way through the stages of a run. */
export interface EqualTask {
  readonly mailbox: MailboxToDo;
  readonly work: MailboxWork;
  /** What was found when it was last looked at; null before. */
  finding: Finding | null;
  /** New messages that are still to be carried: from side a, and from side b, each by its own UIDs. */
  waiting: { readonly forth: UidSet; readonly back: UidSet };
  /** Messages gone on one side since before every mailbox was looked at, by UIDs of side a: the other may remove them. */
  safe: UidSet;
  /** Messages, by UIDs of side a, that are gone on one side and were changed on the other, as the report says. */
  toldConflicts: UidSet;
  /** What ended the work on it; null while nothing has. */
  error: MailferryError | null;
  settled: boolean;
  ended: boolean;
}

/** null when nothing is known of the mailbox: it could not be prepared. */
export async function beginTask(run: RunContext, mailbox: MailboxToDo): Promise<EqualTask | null> {
  const work = await beginWork(run, mailbox);
  if (!work) return null;
  const { display, destinationDisplay: destination } = mailbox;
  run.emit({ type: 'mailbox-started', mailbox: display, destination });
  const nothing = UidSet.empty;
  return {
    mailbox,
    work,
    finding: null,
    waiting: { forth: nothing, back: nothing },
    safe: nothing,
    toldConflicts: nothing,
    error: null,
    settled: false,
    ended: false,
  };
}

/** Takes a step; an error of the mailbox is told, and the task goes no further. */
export async function takeStep(task: EqualTask, step: MailboxStep): Promise<void> {
  if (task.error || task.settled) return;
  const { run, display } = task.work;
  const error = await workMailbox(task.work, (sessions: MailboxSessions) => step(sessions));
  if (!error) return;
  task.error = error;
  if (!run.isStop(error) && !run.backward?.isStop(error)) run.problem(error, display);
}

/** Tells how a task ended, once; `ended` is what ended the whole run. */
export function endTask(task: EqualTask, ended: MailferryError | null = null): void {
  if (task.ended) return;
  task.ended = true;
  const error = task.error ?? ended;
  if (error && !task.settled) tellWaitingStill(task, error);
  const { run, display, backward } = task.work;
  const progress = task.work.progress + (backward?.progress ?? 0);
  const failed = task.error !== null;
  run.emit({ type: 'mailbox-finished', mailbox: display, changed: progress > 0, failed });
}

/** Lets go of the pair. A mailbox may have had several tasks: all of them have to be ended before. */
export function releaseTask({ work }: EqualTask): void {
  work.run.options.state.unload(work.pair.key);
}

function tellWaitingStill({ work, finding, waiting }: EqualTask, error: MailferryError): void {
  tellNotReached(work, finding && waiting.forth, error);
  if (finding && work.backward) tellNotReached(work.backward, waiting.back, error);
}

/** Whether anything is to be removed in this mailbox. */
export function hasRemovals({ finding }: EqualTask): boolean {
  return finding !== null && !(finding.gone.isEmpty && finding.extra.isEmpty && finding.lost.isEmpty);
}
