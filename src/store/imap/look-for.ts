import { isSelectable, type WireName } from '../../model/mailbox.js';
import { ask } from './answers.js';
import { isNonexistent, refusal } from './errors.js';
import { type Row, readRow } from './list.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';
import type { StatusLine } from './wire/status-line.js';

/** `level`: there is such a name, only to have others below it. */
export type Presence = 'mailbox' | 'level' | 'absent';

/**
 * What has exactly this name now, by LIST and by STATUS, because LIST alone is not always true: Dovecot 2.3 may list
 * a mailbox that was deleted while others lie below it as one that can be selected, and leave one out that was made
 * just now. Throws COMMAND_REFUSED when the answers tell nothing.
 */
export async function lookFor(
  connection: Connection,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<Presence> {
  const name = stringPart(mailbox);
  const [listed, { status }] = await Promise.all([
    ask(connection, ['LIST "" ', name], ['LIST'], signal),
    ask(connection, ['STATUS ', name, ' (UIDVALIDITY)'], ['STATUS'], signal),
  ]);
  const what = 'tell whether there is a mailbox';
  if (listed.status.status !== 'OK') throw refusal(listed.status, what, { mailbox });
  const rows = listed.untagged.map((response) => readRow(response.tokens()));
  const row = rows.find((each) => each !== null && each.name === canonical(mailbox));
  if (row) return presenceOf(row, status);
  if (rows.includes(null)) throw refusal(listed.status, `${what} (its answer cannot be read)`, { mailbox });
  // A server that knows names in any case has told STATUS about another one.
  const isOther = rows.some((each) => each?.name.toLowerCase() === mailbox.toLowerCase());
  return status.status === 'OK' && !isOther ? 'mailbox' : 'absent';
}

export async function isMailboxThere(
  connection: Connection,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<boolean> {
  return (await lookFor(connection, mailbox, signal)) === 'mailbox';
}

/** A STATUS that is refused for any other reason says nothing against a mailbox that is listed. */
function presenceOf(row: Row, status: StatusLine): Presence {
  const isListed = isSelectable({ ...row, status: null });
  return isListed && !isNonexistent(status) ? 'mailbox' : 'level';
}

function canonical(mailbox: WireName): WireName {
  return /^inbox$/i.test(mailbox) ? 'INBOX' : mailbox;
}
