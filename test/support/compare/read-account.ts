import {
  type ConnectOptions,
  examine,
  type FetchedItems,
  fetchAll,
  type ListedMailbox,
  listMailboxes,
  loginRaw,
  parseInternalDate,
  type RawImap,
  type ServerFacts,
  tokenBytes,
  tokenList,
  tokenText,
} from '../imap-client/index.js';
import type { AccountImage, MailboxImage, MessageImage } from './account-image.js';
import { describeMessage } from './describe-message.js';

export interface ReadOptions extends ConnectOptions {
  /** Which mailboxes to read; all of them when absent. */
  readonly only?: (path: readonly string[]) => boolean;
}

/** Reads everything that an account holds, changing nothing: EXAMINE and BODY.PEEK. */
export async function readAccount(facts: ServerFacts, options: ReadOptions = {}): Promise<AccountImage> {
  const imap = await loginRaw(facts, options);
  try {
    const { mailboxes } = await listMailboxes(imap);
    const images: MailboxImage[] = [];
    for (const mailbox of mailboxes) {
      if (options.only?.(mailbox.path) !== false) images.push(await readMailbox(imap, mailbox));
    }
    return { mailboxes: images };
  } finally {
    await imap.logout();
  }
}

async function readMailbox(imap: RawImap, mailbox: ListedMailbox): Promise<MailboxImage> {
  const { path, rawName, selectable, subscribed } = mailbox;
  const identity = { path, rawName, selectable, subscribed };
  if (!selectable) return { ...identity, uidValidity: 0, messages: [] };
  const { exists, uidValidity } = await examine(imap, rawName);
  const messages = exists === 0 ? [] : await readMessages(imap);
  if (messages.length !== exists) {
    throw new Error(`${rawName} holds ${exists} messages, of which ${messages.length} could be fetched`);
  }
  return { ...identity, uidValidity, messages };
}

async function readMessages(imap: RawImap): Promise<MessageImage[]> {
  const messages: MessageImage[] = [];
  await fetchAll(imap, 'UID FLAGS INTERNALDATE BODY.PEEK[]', (items) => {
    // A row without a body tells of a flag that somebody changed meanwhile.
    if (items.has('BODY[]')) messages.push(messageImage(items));
  });
  return messages.sort((left, right) => left.uid - right.uid);
}

function messageImage(items: FetchedItems): MessageImage {
  const body = tokenBytes(items.get('BODY[]'));
  if (body === undefined) throw new Error(`no body of UID ${tokenText(items.get('UID'))}`);
  const flags = tokenList(items.get('FLAGS')).map(tokenText);
  const raw = tokenText(items.get('INTERNALDATE'));
  const internalDate = { epochSeconds: parseInternalDate(raw), raw };
  return describeMessage(Number(tokenText(items.get('UID'))), body, flags, internalDate);
}
