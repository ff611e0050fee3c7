import type { MailferryError } from '../errors.js';
import { UidSet } from '../model/uid-set.js';
import { problemOf } from '../report/problem.js';
import type { MailboxWork, RunContext } from './run-context.js';

/**
 * Work on a mailbox ended early: tells which of the messages that were to be carried were not, and why. `planned` is
 * null where nobody found out what is new.
 */
export function tellNotReached(work: MailboxWork, planned: UidSet | null, error: MailferryError): void {
  if (!planned) {
    tellNotLookedAt(work.run, work.display, error);
    return;
  }
  const done = work.pair.map.aUids().union(work.leftOut).union(UidSet.from(work.refusedUids));
  const uids = planned.subtract(done);
  if (uids.isEmpty || work.run.options.dryRun) return;
  work.run.emit({ type: 'messages-left', mailbox: work.display, uids, problem: problemOf(error) });
}

/** Nobody knows what would have been carried from this mailbox. */
export function tellNotLookedAt(run: RunContext, mailbox: string, error: MailferryError): void {
  run.emit({ type: 'messages-left', mailbox, uids: null, problem: problemOf(error) });
}
