import { MailferryError } from '../errors.js';
import { owed } from './owe.js';
import type { MailboxWork, RunContext } from './run-context.js';

/**
 * Tells that messages which the destination refused for good in an earlier run are still left behind: a run is not
 * perfect as long as there are such, whether or not it had to open their mailbox.
 */
export function tellStillSkipped(run: RunContext, mailbox: string, messages: number): void {
  if (messages === 0 || run.options.skipped === 'accept') return;
  const what = messages === 1 ? 'one message' : `${messages} messages`;
  const error = new MailferryError({
    code: 'MESSAGE_REJECTED',
    scope: 'mailbox',
    retry: 'never',
    message: `${what} that the destination refused in an earlier run stayed behind`,
    at: { account: run.options.b.account },
    hint: '--retry-skipped tries them once more, --accept-skipped stops telling of them',
  });
  run.problem(error, mailbox);
}

/** The same for a mailbox that was opened; what was refused just now has been told one by one. */
export function tellSkippedBefore(work: MailboxWork): void {
  const refused = owed(work, (debt) => debt.class === 'permanent');
  let before = refused.size;
  for (const uid of work.refusedUids) if (refused.has(uid)) before--;
  tellStillSkipped(work.run, work.display, before);
}
