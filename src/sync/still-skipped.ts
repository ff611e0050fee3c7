import { MailferryError } from '../errors.js';
import { countedMessages } from '../model/counted.js';
import { UidSet } from '../model/uid-set.js';
import { type OwedMessages, owed } from './owe.js';
import type { MailboxWork, RunContext } from './run-context.js';

/**
 * Tells that messages which the destination refused for good in an earlier run are still left behind: a run is not
 * perfect as long as there are such, whether or not it had to open their mailbox.
 */
function tellStillSkipped(run: RunContext, mailbox: string, uids: UidSet): void {
  if (uids.isEmpty || run.options.skipped === 'accept') return;
  const them = uids.size === 1 ? 'it' : 'them';
  const error = new MailferryError({
    code: 'MESSAGE_REJECTED',
    scope: 'mailbox',
    retry: 'never',
    message: `${countedMessages(uids.size)} that the destination refused in an earlier run stayed behind`,
    at: { account: run.options.b.account },
    hint: `--retry-skipped tries ${them} once more, --accept-skipped stops telling of ${them}`,
  });
  run.problem(error, mailbox, uids);
}

const isRefused = (debt: OwedMessages): boolean => debt.class === 'permanent';

/** Of a mailbox that was opened; what was refused just now has been told one by one. */
export function tellSkippedBefore(work: MailboxWork): void {
  const before = owed(work, isRefused).subtract(UidSet.from(work.refusedUids));
  tellStillSkipped(work.run, work.display, before);
}

/** Of one that had not to be opened. */
export async function tellSkippedUnopened(run: RunContext, mailbox: string, key: string): Promise<void> {
  for (const way of run.ways) {
    const pair = await way.options.state.load(key);
    tellStillSkipped(way, mailbox, owed({ pair }, isRefused));
  }
  run.options.state.unload(key);
}
