import {
  type AccountLogin,
  type ConnectOptions,
  examine,
  type FetchedItems,
  fetchAll,
  type ListedMailbox,
  listMailboxes,
  parseInternalDate,
  type RawImap,
  tokenBytes,
  tokenList,
  tokenText,
  withLogin,
} from '../imap-client/index.js';
import type { AccountImage, MailboxImage, MessageImage } from './account-image.js';
import { describeMessage } from './describe-message.js';

export interface ReadOptions extends ConnectOptions {
  /** Which mailboxes to read; all of them when absent. */
  readonly only?: (path: readonly string[]) => boolean;
  /** How many mailboxes are read at the same time. */
  readonly connections?: number;
}

/** Reads everything that an account holds, changing nothing: EXAMINE and BODY.PEEK. */
export async function readAccount(login: AccountLogin, options: ReadOptions = {}): Promise<AccountImage> {
  const tree = await withLogin(login, options, listMailboxes);
  const wanted = tree.mailboxes.filter(({ path }) => options.only?.(path) !== false);
  const images: (MailboxImage | undefined)[] = wanted.map(() => undefined);
  const waiting = wanted.entries();
  const readNext = async (imap: RawImap): Promise<void> => {
    for (const [index, mailbox] of waiting) images[index] = await readMailbox(imap, mailbox);
  };
  const connections = Math.min(options.connections ?? 4, wanted.length);
  await Promise.all(Array.from({ length: connections }, () => withLogin(login, options, readNext)));
  return {
    mailboxes: images.filter((image) => image !== undefined),
    orphanSubscriptions: tree.orphanSubscriptions,
  };
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
