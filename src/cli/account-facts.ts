import type {
  ListedMailbox,
  MailboxListing,
  MailSession,
  MailStore,
  Namespace,
  SpecialUse,
  StoreFacts,
} from '../index.js';
import { isSelectable } from '../model/mailbox.js';
import { displayPath, pathOf } from '../model/mailbox-path.js';

/** What `check` found out: the object of its `--json`. Names are decoded for people. */
export interface AccountFacts {
  readonly type: 'account';
  readonly account: string;
  readonly security: 'tls' | 'starttls' | 'none';
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
  /** Mailboxes that keep no mod-sequences although others do: their flags are compared in every run. */
  readonly withoutModseq: number;
  /** False when a line of the listing could not be understood. */
  readonly listingComplete: boolean;
}

/** Logs in, lists, and puts together what there is. Throws what the store throws. */
export async function accountFacts(
  store: MailStore,
  security: AccountFacts['security'],
  signal: AbortSignal,
): Promise<AccountFacts> {
  const session = await store.lease(signal);
  try {
    return factsOf(store, session, security, await session.list(signal));
  } finally {
    session.release();
  }
}

function factsOf(
  store: MailStore,
  { facts }: MailSession,
  security: AccountFacts['security'],
  { mailboxes, complete }: MailboxListing,
): AccountFacts {
  const selectable = mailboxes.filter(isSelectable);
  const { personal, other, shared, software, capabilities, features } = facts;
  return {
    type: 'account',
    account: store.account,
    ...{ security, software, capabilities, features },
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
