import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.js';
import type { RawImap, Untagged } from './raw-imap.js';
import { type Token, tokenBytes, tokenList, tokenText } from './token-parser.js';

/** How an account's own mailboxes are named: RFC 2342. */
export interface PersonalNamespace {
  /** As the server writes it, e.g. `INBOX.`; empty where there is none. */
  readonly prefix: string;
  /** Empty where the server has no hierarchy. */
  readonly delimiter: string;
}

export interface ListedMailbox {
  /** The name as the server writes it, still in modified UTF-7; each character is one octet. */
  readonly rawName: string;
  /** Decoded segments without the namespace's prefix. */
  readonly path: readonly string[];
  /** Lower case, with their backslash. */
  readonly attributes: readonly string[];
  readonly selectable: boolean;
  readonly subscribed: boolean;
}

export interface MailboxTree {
  readonly namespace: PersonalNamespace;
  /** Sorted by path, INBOX first. */
  readonly mailboxes: readonly ListedMailbox[];
  /** Subscribed paths where there is no mailbox. */
  readonly orphanSubscriptions: readonly (readonly string[])[];
}

/** Asks for the first personal namespace; where there is no NAMESPACE, the delimiter alone. */
export async function personalNamespace(imap: RawImap): Promise<PersonalNamespace> {
  if (!imap.has('NAMESPACE')) {
    const { untagged } = await imap.run(['LIST "" ""']);
    const delimiter = dataOf(untagged, 'LIST').map((tokens) => tokenBytes(tokens[2])?.toString('latin1'))[0];
    return { prefix: '', delimiter: delimiter ?? '' };
  }
  const { untagged } = await imap.run(['NAMESPACE']);
  const personal = tokenList(tokenList(dataOf(untagged, 'NAMESPACE')[0]?.[1])[0]);
  return {
    prefix: tokenText(personal[0]),
    delimiter: tokenBytes(personal[1])?.toString('latin1') ?? '',
  };
}

/** Lists the account's own mailboxes with LIST and LSUB, which every server has. */
export async function listMailboxes(imap: RawImap): Promise<MailboxTree> {
  const namespace = await personalNamespace(imap);
  const listed = dataOf((await imap.run(['LIST "" "*"'])).untagged, 'LIST');
  const subscribed = subscribedNames(dataOf((await imap.run(['LSUB "" "*"'])).untagged, 'LSUB'));
  const mailboxes = new Map<string, ListedMailbox>();
  for (const tokens of listed) {
    const rawName = canonicalName(tokenText(tokens[3]));
    const path = pathOf(rawName, namespace);
    if (path === undefined) continue;
    const attributes = attributesOf(tokens);
    const selectable = !attributes.includes('\\noselect') && !attributes.includes('\\nonexistent');
    mailboxes.set(rawName, { rawName, path, attributes, selectable, subscribed: subscribed.has(rawName) });
  }
  const orphans = [...subscribed].filter((rawName) => !mailboxes.has(rawName)).sort();
  const orphanSubscriptions = orphans.flatMap((rawName) => {
    const path = pathOf(rawName, namespace);
    return path === undefined ? [] : [path];
  });
  return { namespace, mailboxes: [...mailboxes.values()].sort(byPath), orphanSubscriptions };
}

/** Segments of a name, or undefined when it lies outside the namespace. */
export function pathOf(
  rawName: string,
  { prefix, delimiter }: PersonalNamespace,
): readonly string[] | undefined {
  if (rawName === 'INBOX') return ['INBOX'];
  if (!rawName.startsWith(prefix)) return undefined;
  const rest = rawName.slice(prefix.length);
  return (delimiter === '' ? [rest] : rest.split(delimiter)).map(decodeModifiedUtf7);
}

/** The name under which a server knows a path. Throws when a segment holds the delimiter. */
export function rawNameOf(path: readonly string[], { prefix, delimiter }: PersonalNamespace): string {
  if (path.length === 1 && path[0]?.toUpperCase() === 'INBOX') return 'INBOX';
  if (path.length > 1 && delimiter === '')
    throw new Error(`no hierarchy on this server for ${path.join(' > ')}`);
  for (const segment of path) {
    if (delimiter !== '' && segment.includes(delimiter)) {
      throw new Error(`the mailbox name ${JSON.stringify(segment)} holds the delimiter ${delimiter}`);
    }
  }
  return prefix + path.map(encodeModifiedUtf7).join(delimiter);
}

/** The values of those untagged responses whose first word is `keyword`. */
export function dataOf(untagged: readonly Untagged[], keyword: string): (readonly Token[])[] {
  const found: (readonly Token[])[] = [];
  for (const response of untagged) {
    if (response.type !== 'data') continue;
    const first = response.tokens[0];
    if (first?.type === 'atom' && first.text.toUpperCase() === keyword) found.push(response.tokens);
  }
  return found;
}

function subscribedNames(lsub: readonly (readonly Token[])[]): Set<string> {
  // RFC 3501 section 6.3.9: a parent of a subscribed name may be listed with \Noselect; Courier does so for '*'.
  const own = lsub.filter((tokens) => !attributesOf(tokens).includes('\\noselect'));
  return new Set(own.map((tokens) => canonicalName(tokenText(tokens[3]))));
}

function attributesOf(tokens: readonly Token[]): string[] {
  return tokenList(tokens[1]).map((token) => tokenText(token).toLowerCase());
}

function canonicalName(rawName: string): string {
  return rawName.toUpperCase() === 'INBOX' ? 'INBOX' : rawName;
}

function byPath(left: ListedMailbox, right: ListedMailbox): number {
  const inboxFirst = Number(right.rawName === 'INBOX') - Number(left.rawName === 'INBOX');
  if (inboxFirst !== 0) return inboxFirst;
  const [one, other] = [left.path.join('\0'), right.path.join('\0')];
  return one < other ? -1 : Number(one > other);
}
