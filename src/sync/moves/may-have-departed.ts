import type { MailboxStatus } from '../../model/mailbox.js';
import { policyHash } from '../policy-hash.js';
import type { RunContext } from '../run-context.js';
import type { MailboxToDo } from '../surveyed-account.js';

/**
 * Whether messages may have left a mailbox of the source, by the counts of STATUS alone. Every message that came has
 * taken a UID, so as many messages more than UIDs were given out means that none has gone.
 */
export function mayHaveDeparted(run: RunContext, mailboxes: readonly MailboxToDo[]): boolean {
  return mailboxes.some((mailbox) => {
    const pair = run.options.state.pairByName('a', mailbox.source.name);
    if (!pair?.cursors.a || !pair.cursors.b) return false;
    if (pair.hasDebt || pair.policy !== policyHash(run.options.policy)) return true;
    const { a, b } = pair.cursors;
    return hasFewer(mailbox.source.status, a) || hasFewer(mailbox.existing?.status ?? null, b);
  });
}

function hasFewer(
  status: MailboxStatus | null,
  cursor: { readonly uidValidity: number; readonly uidNext: number | null; readonly messages: number },
): boolean {
  if (!status || status.uidValidity !== cursor.uidValidity) return true;
  if (status.uidNext === null || cursor.uidNext === null) return true;
  return status.messages !== cursor.messages + (status.uidNext - cursor.uidNext);
}
