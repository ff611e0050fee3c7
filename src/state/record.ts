import type { WireName } from '../model/mailbox.js';

/** A side of a route. Which account is a and which is b is up to whoever opened the state. */
export type Side = 'a' | 'b';

/** Up to where a side is fully applied. Only ever taken from an opening snapshot or one proven equal to it. */
export interface Cursor {
  readonly uidValidity: number;
  readonly uidNext: number | null;
  /** Decimal text: 63 bits do not fit a JSON number. null: no persistent mod-sequences. */
  readonly highestModseq: string | null;
  readonly messages: number;
  /** What names the mailbox whatever it is called (RFC 8474, section 4); absent where the server has no such. */
  readonly mailboxId?: string;
}

/**
 * A pair of messages that tells this mailbox from another one with the same UIDs, by what the servers said of them.
 * `dates`: seconds since 1970 of the internal date; `sizes`: RFC822.SIZE in octets; 0: not known on that side.
 */
export interface Anchor {
  readonly uids: Readonly<Record<Side, number>>;
  readonly dates: Readonly<Record<Side, number>>;
  readonly sizes: Readonly<Record<Side, number>>;
}

/** The written promise that an APPEND or COPY is about to be completed. All arrays run parallel, in order of sending. */
export interface Intent {
  readonly id: number;
  /** The side that is written. */
  readonly side: Side;
  readonly sourceUids: readonly number[];
  readonly sourceUidValidity: number;
  readonly sizes: readonly number[];
  /** Digests of the octets sent; null while they are not known (the record written before the first octet). */
  readonly digests: readonly string[] | null;
  readonly internalDates: readonly string[];
  /** Flags sent, one entry a flag: indices into `sourceUids`, as {@link UidSet} deltas of index + 1. */
  readonly flags: Readonly<Record<string, readonly number[]>>;
  readonly uidValidity: number;
  /** No message of this intent can have a UID below this one. */
  readonly uidNext: number;
  /** Milliseconds since 1970. */
  readonly writtenAtMs: number;
  /** Written before the first octet was sent: the last may have left at any time after that. */
  readonly ahead?: true;
  /** The messages were to come by COPY inside the account that is written: no octets were sent. */
  readonly copied?: true;
  /** What each is by its headers, date and size, for a COPY whose originals may be gone when it is looked for. */
  readonly prints?: readonly string[];
}

export type DebtKind = 'not-copied' | 'removal-held' | 'flags-refused';
/**
 * choice: left out by a filter, to be looked at again when that changes; permanent: refused for good;
 * temporary: to be tried again.
 */
export type DebtClass = 'choice' | 'permanent' | 'temporary';

/** What is known but not done, as it is written. `uids` are of `side`, as {@link UidSet} deltas. */
export interface Debt {
  readonly side: Side;
  readonly uids: readonly number[];
  readonly kind: DebtKind;
  readonly class: DebtClass;
  /** An error code or the name of the filter. */
  readonly reason: string;
  /** The server's words, where it was the server. */
  readonly text?: string;
}

/** What JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * One line of the journal. Replaying a record twice must give the same state. UID lists are deltas as in
 * UidSet.toDeltas and UidMap.toDeltas. Where two records speak of the same thing the later one holds.
 */
export type StateRecord =
  /** A mailbox pair and its names; a name is null while that side has no such mailbox. */
  | {
      readonly t: 'mailbox';
      readonly key: string;
      readonly a: WireName | null;
      readonly b: WireName | null;
      readonly subscribed: boolean | null;
      /** See {@link PairSummary.nameFrom}, which stays what it was when absent. */
      readonly nameFrom?: Side | null;
    }
  | { readonly t: 'forget-mailbox'; readonly key: string }
  | {
      readonly t: 'cursor';
      readonly key: string;
      readonly a: Cursor | null;
      readonly b: Cursor | null;
      readonly policy: string;
      readonly filter: string;
      /** Messages refused for good that are still left behind; none when absent. */
      readonly skipped?: number;
      /** Foreign messages nobody has decided about; none when absent. */
      readonly foreign?: number;
    }
  /** An intent with the id of an open one takes its place. */
  | { readonly t: 'intent'; readonly key: string; readonly intent: Intent }
  /** done: its pairs are recorded; void: it never landed; suspect: sent again although it may still land. */
  | {
      readonly t: 'intent-end';
      readonly key: string;
      readonly id: number;
      readonly outcome: 'done' | 'void' | 'suspect';
    }
  /**
   * New pairs with the flags both sides agree on (deltas of aUids; what is not named is not agreed on); ends the
   * intent when one is named. An aUid that had another partner, or other base flags, has these now.
   * `unseen`: the flags on that side were written by us and have not been looked at there since.
   * `aliases`: further messages of b, as runs from b to a, for messages of a that have their partner in the map.
   */
  | {
      readonly t: 'pairs';
      readonly key: string;
      readonly runs: readonly number[];
      readonly flags: Readonly<Record<string, readonly number[]>>;
      readonly intent?: number;
      readonly weak?: boolean;
      readonly unseen?: Side;
      readonly aliases?: readonly number[];
    }
  /** Pairs that are no more, by aUid; all aliases of theirs go too. `aliases`: single ones that go, by bUid. */
  | {
      readonly t: 'drop';
      readonly key: string;
      readonly a: readonly number[];
      readonly aliases?: readonly number[];
    }
  /** Changes of base flags, by aUid. */
  | {
      readonly t: 'base';
      readonly key: string;
      readonly flag: string;
      readonly add: readonly number[];
      readonly remove: readonly number[];
    }
  /** Takes the place of what was owed of this kind for these UIDs before. */
  | { readonly t: 'debt'; readonly key: string; readonly debt: Debt }
  /** Debt of this kind for these UIDs is settled. */
  | {
      readonly t: 'settled';
      readonly key: string;
      readonly side: Side;
      readonly kind: DebtKind;
      readonly uids: readonly number[];
    }
  /** Messages of a side that were there before us and have no partner. */
  | { readonly t: 'foreign'; readonly key: string; readonly side: Side; readonly uids: readonly number[] }
  | { readonly t: 'not-foreign'; readonly key: string; readonly side: Side; readonly uids: readonly number[] }
  /** Takes the place of all anchors of the pair. One that is not, or no longer, of a pair in the map says nothing. */
  | { readonly t: 'anchors'; readonly key: string; readonly anchors: readonly Anchor[] }
  /**
   * Pairs, by aUid, whose flags on `side` were written by us and have not been looked at there since. May be
   * recorded before the pairs themselves, which do not end it. `flag`: the one that was written; any when absent.
   */
  | {
      readonly t: 'unseen';
      readonly key: string;
      readonly side: Side;
      readonly a: readonly number[];
      readonly flag?: string;
    }
  | { readonly t: 'seen'; readonly key: string; readonly side: Side; readonly a: readonly number[] }
  /** Foreign messages of a side about which a person decided that they stay; `not-foreign` ends it. */
  | { readonly t: 'kept'; readonly key: string; readonly side: Side; readonly uids: readonly number[] }
  /**
   * All that is known of the messages of this pair, debt and cursors are void (a UIDVALIDITY changed); names and
   * intents stay. The cursors go too: nothing may skip the mailbox before it is paired again.
   */
  | { readonly t: 'unpair'; readonly key: string }
  /** What is known of a server (capabilities, namespaces …), to save asking: free JSON, never relied on alone. */
  | { readonly t: 'facts'; readonly side: Side; readonly facts: Json };
