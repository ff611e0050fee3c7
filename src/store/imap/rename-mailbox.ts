import { MailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import { ask } from './answers.js';
import { mailboxRefusal } from './errors.js';
import { lookFor } from './look-for.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';

/**
 * RENAME (RFC 3501, section 6.3.5). Looks first, as servers do not: Courier says OK for a mailbox that is not there,
 * and Dovecot (Maildir) leaves behind what lies below when the new name has something below it already.
 * Throws MAILBOX_UNAVAILABLE.
 */
export async function renameMailbox(
  connection: Connection,
  from: WireName,
  to: WireName,
  signal: AbortSignal,
): Promise<void> {
  if (/^inbox$/i.test(from)) throw unavailable('INBOX cannot be renamed', from);
  const [old, taken] = await Promise.all([
    lookFor(connection, from, signal),
    lookFor(connection, to, signal),
  ]);
  if (old === 'absent') throw unavailable('there is no such mailbox to be renamed', from);
  if (taken !== 'absent') throw unavailable(`the mailbox cannot be renamed to ${to}, which is there`, from);
  const { status } = await ask(connection, ['RENAME ', stringPart(from), ' ', stringPart(to)], [], signal);
  if (status.status !== 'OK') throw mailboxRefusal(status, 'rename the mailbox', { mailbox: from });
}

function unavailable(message: string, mailbox: WireName): MailferryError {
  const kind = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never' } as const;
  return new MailferryError({ ...kind, message, at: { mailbox } });
}
