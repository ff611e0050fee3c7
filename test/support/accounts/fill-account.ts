import {
  type AppendableMessage,
  appendAll,
  argument,
  type ConnectOptions,
  listMailboxes,
  loginRaw,
  type PersonalNamespace,
  type RawImap,
  rawNameOf,
  type ServerFacts,
} from '../imap-client/index.js';

/** What the filler needs of an account; a generated one is one. */
export interface FillableAccount {
  readonly mailboxes: readonly FillableMailbox[];
}

export interface FillableMailbox {
  readonly path: readonly string[];
  readonly subscribed: boolean;
  readonly messages: readonly AppendableMessage[];
}

export interface FillOptions extends ConnectOptions {
  /** How many mailboxes are filled at the same time. */
  readonly connections?: number;
  /** Leave out what the server refuses and report it; otherwise the first refusal is thrown. */
  readonly skipRefused?: boolean;
}

export interface FillReport {
  readonly namespace: PersonalNamespace;
  readonly appended: number;
  readonly refused: readonly RefusedMessage[];
}

export interface RefusedMessage {
  readonly path: readonly string[];
  /** Position in the mailbox as it was given. */
  readonly index: number;
  readonly text: string;
}

/**
 * Puts an account on a server: creates the mailboxes that are missing, sets the subscriptions, appends every
 * message in order with its flags and date. What is there already stays.
 */
export async function fillAccount(
  facts: ServerFacts,
  account: FillableAccount,
  options: FillOptions = {},
): Promise<FillReport> {
  const first = await loginRaw(facts, options);
  const namespace = await createTree(first, account).finally(() => first.logout());
  const refused: RefusedMessage[] = [];
  let appended = 0;
  const waiting = account.mailboxes.filter((mailbox) => mailbox.messages.length > 0);
  const fillNext = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const imap = await loginRaw(facts, options);
    try {
      for (let mailbox = waiting.shift(); mailbox !== undefined; mailbox = waiting.shift()) {
        const { path, messages } = mailbox;
        const outcome = await appendAll(imap, rawNameOf(path, namespace), messages, options);
        refused.push(...outcome.refused.map((refusal) => ({ path, ...refusal })));
        appended += messages.length - outcome.refused.length;
      }
    } finally {
      await imap.logout();
    }
  };
  await Promise.all(Array.from({ length: options.connections ?? 2 }, fillNext));
  return { namespace, appended, refused };
}

async function createTree(imap: RawImap, account: FillableAccount): Promise<PersonalNamespace> {
  const { namespace, mailboxes } = await listMailboxes(imap);
  const existing = new Map(mailboxes.map((mailbox) => [mailbox.rawName, mailbox]));
  for (const { path, subscribed } of account.mailboxes) {
    const rawName = rawNameOf(path, namespace);
    const before = existing.get(rawName);
    if (before?.selectable !== true && rawName !== 'INBOX') await imap.run(['CREATE ', argument(rawName)]);
    // Some servers subscribe what they create.
    if (subscribed) await imap.run(['SUBSCRIBE ', argument(rawName)]);
    else await imap.command(['UNSUBSCRIBE ', argument(rawName)]);
  }
  return namespace;
}
