import { MailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import { ask } from './answers.js';
import { mailboxRefusal } from './errors.js';
import { isMailboxThere } from './look-for.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';

/** DELETE (RFC 3501, section 6.3.4); false when the mailbox is not there. Throws MAILBOX_UNAVAILABLE. */
export async function removeMailbox(
  connection: Connection,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<boolean> {
  if (/^inbox$/i.test(mailbox)) throw inboxStays(mailbox);
  const { status } = await ask(connection, ['DELETE ', stringPart(mailbox)], [], signal);
  if (status.status === 'OK') return true;
  if (status.code === 'NONEXISTENT' || !(await isMailboxThere(connection, mailbox, signal))) return false;
  throw mailboxRefusal(status, 'delete the mailbox', { mailbox });
}

/** RFC 3501, section 6.3.4, calls it an error; it is not left to the server to say so. */
function inboxStays(mailbox: WireName): MailferryError {
  return new MailferryError({
    code: 'MAILBOX_UNAVAILABLE',
    scope: 'mailbox',
    retry: 'never',
    message: 'INBOX cannot be deleted',
    at: { mailbox },
  });
}
