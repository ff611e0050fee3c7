import {
  type AccountLogin,
  type AppendableMessage,
  appendAll,
  argument,
  CommandRefused,
  type ConnectOptions,
  listMailboxes,
  type PersonalNamespace,
  type RawImap,
  rawNameOf,
  withLogin,
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
  login: AccountLogin,
  account: FillableAccount,
  options: FillOptions = {},
): Promise<FillReport> {
  const namespace = await withLogin(login, options, (imap) => createTree(imap, account));
  const refusals: (readonly RefusedMessage[])[] = account.mailboxes.map(() => []);
  const waiting = account.mailboxes.entries();
  const fillNext = async (imap: RawImap): Promise<void> => {
    for (const [place, { path, messages }] of waiting) {
      const outcome = await appendAll(imap, rawNameOf(path, namespace), messages, options);
      refusals[place] = outcome.refused.map((refusal) => ({ path, ...refusal }));
    }
  };
  const connections = Math.min(options.connections ?? 2, account.mailboxes.length);
  await Promise.all(Array.from({ length: connections }, () => withLogin(login, options, fillNext)));
  const given = account.mailboxes.reduce((sum, { messages }) => sum + messages.length, 0);
  const refused = refusals.flat();
  return { namespace, appended: given - refused.length, refused };
}

async function createTree(imap: RawImap, account: FillableAccount): Promise<PersonalNamespace> {
  const { namespace, mailboxes } = await listMailboxes(imap);
  const existing = new Map(mailboxes.map((mailbox) => [mailbox.rawName, mailbox]));
  for (const { path, subscribed } of account.mailboxes) {
    const rawName = rawNameOf(path, namespace);
    const before = existing.get(rawName);
    if (before?.selectable !== true && rawName !== 'INBOX') await create(imap, rawName);
    // Some servers subscribe what they create.
    if (subscribed) await imap.run(['SUBSCRIBE ', argument(rawName)]);
    else await imap.command(['UNSUBSCRIBE ', argument(rawName)]);
  }
  return namespace;
}

async function create(imap: RawImap, rawName: string): Promise<void> {
  const answer = await imap.command(['CREATE ', argument(rawName)]);
  if (answer.status !== 'OK') throw new CommandRefused(`CREATE ${rawName}`, answer);
}
