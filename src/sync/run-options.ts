import type { OnRunEvent } from '../report/events.js';
import type { RouteView } from '../state/route-view.js';
import type { MailStore } from '../store/mail-store.js';
import type { BatchLimits } from './batch-size.js';
import type { MessageFilter } from './message-filter.js';
import type { SyncPolicy } from './policy.js';

/** Which mailboxes a run looks at. Patterns know `*` and `?` only; `/` stands for any server's delimiter. */
export interface MailboxSelection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * A share of the messages there are, of a mailbox and of the account, with a floor of 20 messages below which no share
 * counts; or a number of messages for the whole run.
 */
export type RemovalLimit =
  | { readonly unit: 'percent'; readonly most: number }
  | { readonly unit: 'messages'; readonly most: number };

/** Everything a run needs. Side a is the source, side b the destination. */
export interface SyncRunOptions {
  readonly policy: SyncPolicy;
  readonly a: MailStore;
  readonly b: MailStore;
  readonly state: RouteView;
  readonly selection: MailboxSelection;
  /** Ignore cursors and compare everything. */
  readonly full: boolean;
  /** Mailboxes worked on at once; at most the connections of a side. */
  readonly parallel: number;
  readonly onEvent: OnRunEvent;
  /** Aborted: finish what is in flight, save, stop. */
  readonly finish: AbortSignal;
  /** Aborted: stop at once; what is saved stays saved. */
  readonly signal: AbortSignal;
  /** Look and tell, but write nothing; the stores are guarded and the state is open read-only. */
  readonly dryRun?: boolean;
  readonly filter?: MessageFilter;
  /** End cleanly after about so many octets of bodies; at least one message is carried. */
  readonly stopAfterBytes?: number;
  /** Carry again what was carried once and has been deleted at the destination since. */
  readonly restore?: boolean;
  /**
   * What the destination refused for good: told at every run (default), no longer told, or tried once more.
   */
  readonly skipped?: 'tell' | 'accept' | 'retry';
  /** How much a run may remove before a person has to say so (default 50 %). */
  readonly removalLimit?: RemovalLimit;
  /** Messages that the destination had before us and the source does not have: ask (default), leave, or remove. */
  readonly foreign?: 'ask' | 'keep' | 'remove';
  /** What becomes of changes made at a destination that is to equal the source (default: put right). */
  readonly onDrift?: 'put-right' | 'stop';
  /** Stands for characters that the destination cannot have in a mailbox name (default `_`). */
  readonly altChar?: string;
  /** Octets of new messages for which one more mailbox is searched for what they may be copies of (default 32 KiB). */
  readonly worthASearchBytes?: number;
  /** The most that goes into the first APPEND; it grows with success. */
  readonly firstBatch?: BatchLimits;
  /** Waits before a mailbox is tried again, by attempts that carried nothing; after the last its error stands. */
  readonly retryWaitsMs?: readonly number[];
  /** How long an APPEND without an answer may still land after its commit record (default 10 s). */
  readonly lateCommitMs?: number;
}
