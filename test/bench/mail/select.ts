import { argument, dataOf, type RawImap, tokenText } from '../../support/imap-client/index.js';

/** Opens a mailbox for writing. */
export async function select(imap: RawImap, rawName: string): Promise<void> {
  await imap.run(['SELECT ', argument(rawName)]);
}

/** UIDs in ascending order. */
export async function search(imap: RawImap, criteria: string): Promise<number[]> {
  const { untagged } = await imap.run([`UID SEARCH ${criteria}`]);
  const found = dataOf(untagged, 'SEARCH').flatMap((tokens) =>
    tokens.slice(1).map((token) => Number(tokenText(token))),
  );
  return found.sort((left, right) => left - right);
}
