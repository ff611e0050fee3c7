import { chown, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppendableMessage, parseInternalDate } from '../imap-client/index.js';
import { MAIL_GID, MAIL_UID } from '../servers/system-users.js';

const LETTERS: Readonly<Record<string, string>> = {
  '\\Answered': 'R',
  '\\Draft': 'D',
  '\\Flagged': 'F',
  '\\Seen': 'S',
};
const ENDED_AT_SECONDS = 1_700_000_000;

/**
 * Puts messages into a Maildir that nobody has opened yet, for servers that take one message after the other and long for
 * each. A server that looks at them numbers them in this order. Keywords are left out.
 */
export async function writeMaildir(maildir: string, messages: readonly AppendableMessage[]): Promise<void> {
  for (const [index, { flags, internalDate, body }] of messages.entries()) {
    const letters = flags.map((flag) => LETTERS[flag] ?? '').sort();
    const number = String(index).padStart(6, '0');
    const file = join(maildir, 'cur', `${ENDED_AT_SECONDS}.M${number}P1.test:2,${letters.join('')}`);
    // As servers keep them; CRLF is for the wire.
    await writeFile(file, body().toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    await chown(file, MAIL_UID, MAIL_GID);
    const seconds = internalDate === undefined ? ENDED_AT_SECONDS : parseInternalDate(internalDate);
    await utimes(file, seconds, seconds);
  }
}
