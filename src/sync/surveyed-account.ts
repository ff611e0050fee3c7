import type { ListedMailbox, WireName } from '../model/mailbox.js';
import type { PairSummary } from '../state/pair-summary.js';
import type { Side } from '../state/record.js';
import type { MappedMailbox } from './mailbox-map.js';
import type { NameStyle } from './name-style.js';

/** A mailbox in scope, with what its destination is now. */
export interface MailboxToDo extends MappedMailbox {
  readonly existing: ListedMailbox | undefined;
  readonly dirty: boolean;
  /** How the destination names its mailboxes. */
  readonly style: NameStyle;
}

/** Both accounts as they were listed. */
export interface AccountSurvey {
  /** Mailboxes in scope. */
  readonly mailboxes: readonly MailboxToDo[];
  /** Mailboxes that only side b has, with the sides exchanged; empty for verbs that go one way. */
  readonly newAtB: readonly MailboxToDo[];
  /** Pairs in scope whose mailbox is provably gone at the source. */
  readonly gone: readonly PairSummary[];
  /** The same for side b, with the sides exchanged; empty for verbs that go one way. */
  readonly goneAtB: readonly PairSummary[];
  /** All mailboxes that can be selected, in scope or not. */
  readonly names: Readonly<Record<Side, ReadonlySet<WireName>>>;
  /** Messages in the mailboxes in scope. */
  readonly messages: Readonly<Record<Side, number>>;
  readonly styles: Readonly<Record<Side, NameStyle>>;
}
