import {
  type AccountLogin,
  argument,
  dataOf,
  listMailboxes,
  type RawImap,
  type Token,
  tokenList,
  tokenText,
  withLogin,
} from '../../support/imap-client/index.js';

/** How many messages each mailbox holds, keyed by its path. */
export type Contents = ReadonlyMap<string, number>;

/** Looks at an account as a client that has nothing to do with the programs under measurement. */
export function readContents(login: AccountLogin): Promise<Contents> {
  return readStatus(login, 'MESSAGES');
}

/** What the messages of an account weigh together, in octets. Needs STATUS=SIZE (RFC 8438). */
export async function readSizeBytes(login: AccountLogin): Promise<number> {
  const sizes = await readStatus(login, 'SIZE');
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** What the first difference is, or undefined: an empty mailbox more at the destination is none. */
export function differenceOf(wanted: Contents, found: Contents): string | undefined {
  for (const path of new Set([...wanted.keys(), ...found.keys()])) {
    const [count, there] = [wanted.get(path) ?? 0, found.get(path)];
    if (there === undefined) return `${path} is missing at the destination`;
    if (there !== count) return `${path} holds ${there} messages instead of ${count}`;
  }
  return undefined;
}

function readStatus(login: AccountLogin, item: 'MESSAGES' | 'SIZE'): Promise<Contents> {
  return withLogin(login, {}, async (imap) => {
    const { mailboxes } = await listMailboxes(imap);
    const values = new Map<string, number>();
    for (const { path, rawName, selectable } of mailboxes) {
      if (selectable) values.set(path.join('/'), await statusOf(imap, rawName, item));
    }
    return values;
  });
}

async function statusOf(imap: RawImap, rawName: string, item: string): Promise<number> {
  const { untagged } = await imap.run(['STATUS ', argument(rawName), ` (${item})`]);
  return wordAfter(dataOf(untagged, 'STATUS')[0]?.[2], item);
}

function wordAfter(list: Token | undefined, item: string): number {
  const words = tokenList(list).map(tokenText);
  return Number(words[words.findIndex((word) => word.toUpperCase() === item) + 1]);
}
