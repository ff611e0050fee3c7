import type {
  ImapAccountOptions,
  ListedMailbox,
  MailboxListing,
  MailSession,
  MailStore,
  Namespace,
  Quota,
  SpecialUse,
  StoreFacts,
} from '../index.js';
import { isSelectable } from '../model/mailbox.js';
import { displayPath, pathOf } from '../model/mailbox-path.js';

const QUESTIONS_AT_ONCE = 50;

/** What `check` found out: the object of its `--json`. Names are decoded for people. */
export interface AccountFacts {
  readonly type: 'account';
  readonly account: string;
  /** What protects the connection; `tunnel`: nothing inside it. */
  readonly security: 'tls' | 'starttls' | 'tunnel' | 'none';
  /** null: no TLS. */
  readonly tls: StoreFacts['tls'];
  readonly software: string | null;
  readonly capabilities: readonly string[];
  readonly features: StoreFacts['features'];
  readonly namespaces: {
    readonly personal: readonly Namespace[];
    readonly other: readonly Namespace[];
    readonly shared: readonly Namespace[];
  };
  /** Mailboxes by their role (RFC 6154). */
  readonly roles: Readonly<Partial<Record<SpecialUse, string>>>;
  readonly mailboxes: { readonly seen: number; readonly selectable: number; readonly subscribed: number };
  readonly messages: number;
  /** Octets of all messages; null where the server cannot tell without reading them. */
  readonly sizeBytes: number | null;
  readonly quota: readonly Quota[];
  /** Mailboxes that keep no mod-sequences although others do: their flags are compared in every run. */
  readonly withoutModseq: number;
  /** False when a line of the listing could not be understood. */
  readonly listingComplete: boolean;
}

/** How the connection was to be made. */
export type AskedSecurity = Pick<ImapAccountOptions, 'security' | 'tunnel'>;

/** Logs in, lists, and puts together what there is. Throws what the store throws. */
export async function accountFacts(
  store: MailStore,
  asked: AskedSecurity,
  signal: AbortSignal,
): Promise<AccountFacts> {
  const session = await store.lease(signal);
  try {
    const listing = await session.list(signal);
    const sizeBytes = await totalBytes(session, listing, signal);
    const quota = await session.quota('INBOX', signal);
    return { ...factsOf(store, session, asked, listing), sizeBytes, quota };
  } finally {
    session.release();
  }
}

/** Sums up what each mailbox tells, some questions at a time; null as soon as one does not tell. */
async function totalBytes(
  session: MailSession,
  { mailboxes }: MailboxListing,
  signal: AbortSignal,
): Promise<number | null> {
  const names = mailboxes.filter(isSelectable).map(({ name }) => name);
  let sum = 0;
  for (let at = 0; at < names.length; at += QUESTIONS_AT_ONCE) {
    const asked = names.slice(at, at + QUESTIONS_AT_ONCE).map((name) => session.totalBytes(name, signal));
    for (const sizeBytes of await Promise.all(asked)) {
      if (sizeBytes === null) return null;
      sum += sizeBytes;
    }
  }
  return sum;
}

function factsOf(
  store: MailStore,
  { facts }: MailSession,
  asked: AskedSecurity,
  { mailboxes, complete }: MailboxListing,
): Omit<AccountFacts, 'sizeBytes' | 'quota'> {
  const selectable = mailboxes.filter(isSelectable);
  const { personal, other, shared, software, tls, capabilities, features } = facts;
  return {
    type: 'account',
    account: store.account,
    security: securityOf(tls, asked),
    ...{ tls, software, capabilities, features },
    namespaces: { personal, other, shared },
    roles: rolesOf(mailboxes, personal),
    mailboxes: {
      seen: mailboxes.length,
      selectable: selectable.length,
      subscribed: mailboxes.filter(({ subscribed }) => subscribed).length,
    },
    messages: selectable.reduce((sum, { status }) => sum + (status?.messages ?? 0), 0),
    withoutModseq: selectable.filter(({ status }) => status !== null && status.highestModseq === null).length,
    listingComplete: complete,
  };
}

/** By what happened: in a tunnel `imap://` may do without TLS. */
function securityOf(tls: StoreFacts['tls'], { security, tunnel }: AskedSecurity): AccountFacts['security'] {
  if (tls !== null) return security === 'tls' ? 'tls' : 'starttls';
  return tunnel === undefined ? 'none' : 'tunnel';
}

function rolesOf(
  mailboxes: readonly ListedMailbox[],
  personal: readonly Namespace[],
): Partial<Record<SpecialUse, string>> {
  const namespace = personal[0] ?? { prefix: '', delimiter: null };
  const named = mailboxes.flatMap(({ name, delimiter, specialUse }) =>
    specialUse === null ? [] : [[specialUse, displayPath(pathOf(name, delimiter, namespace))] as const],
  );
  return Object.fromEntries(named);
}
