import type { RawImap, Untagged } from './raw-imap.js';
import { type Token, tokenText } from './token-parser.js';

/** One untagged FETCH: upper-case item names to their values. */
export type FetchedItems = ReadonlyMap<string, Token>;

/**
 * Fetches `items` of the whole selected mailbox in ascending order, one call of `onMessage` a message, keeping
 * nothing. Rows that the server sends unasked, such as changed flags, come too.
 */
export async function fetchAll(
  imap: RawImap,
  items: string,
  onMessage: (items: FetchedItems) => void,
): Promise<void> {
  await imap.run([`FETCH 1:* (${items})`], {
    onUntagged: (response) => {
      const fetched = fetchedItems(response);
      if (fetched !== undefined) onMessage(fetched);
    },
  });
}

/** Reads `* n FETCH (…)`; undefined for every other response. */
export function fetchedItems(response: Untagged): FetchedItems | undefined {
  if (response.type !== 'data') return undefined;
  const [, keyword, list] = response.tokens;
  if (keyword?.type !== 'atom' || keyword.text.toUpperCase() !== 'FETCH' || list?.type !== 'list')
    return undefined;
  const items = new Map<string, Token>();
  for (let index = 0; index + 1 < list.items.length; index += 2) {
    const value = list.items[index + 1];
    if (value !== undefined) items.set(tokenText(list.items[index]).toUpperCase(), value);
  }
  return items;
}
