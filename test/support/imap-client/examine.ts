import { argument } from './argument.js';
import type { RawImap, Untagged } from './raw-imap.js';
import { tokenText } from './token-parser.js';

export interface ExaminedMailbox {
  readonly exists: number;
  readonly uidValidity: number;
}

/** Opens a mailbox for reading only. Throws when the server leaves out what RFC 3501 section 6.3.1 requires. */
export async function examine(imap: RawImap, rawName: string): Promise<ExaminedMailbox> {
  const { untagged } = await imap.run(['EXAMINE ', argument(rawName)]);
  let exists: number | undefined;
  let uidValidity: number | undefined;
  for (const response of untagged) {
    exists ??= existsOf(response);
    uidValidity ??= uidValidityOf(response);
  }
  if (exists === undefined || uidValidity === undefined) {
    throw new Error(`EXAMINE of ${rawName} tells not both EXISTS and UIDVALIDITY`);
  }
  return { exists, uidValidity };
}

function existsOf(response: Untagged): number | undefined {
  if (response.type !== 'data') return undefined;
  const [count, keyword] = response.tokens;
  if (keyword?.type !== 'atom' || keyword.text.toUpperCase() !== 'EXISTS') return undefined;
  return Number(tokenText(count));
}

function uidValidityOf(response: Untagged): number | undefined {
  if (response.type !== 'status') return undefined;
  const digits = /^UIDVALIDITY (\d+)/i.exec(response.code)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
