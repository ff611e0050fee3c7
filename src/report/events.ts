import type { UidSet } from '../model/uid-set.js';
import type { Problem } from './problem.js';

/** The side in the words of the person who started the run. */
export type RunSide = 'source' | 'destination';

/** Both sides of a mirror changed the same thing in ways that cannot both stay; it was settled by rule. */
export interface Conflict {
  readonly mailbox: string;
  /**
   * Messages gone on one side whose flags changed on the other; a mailbox renamed to one name here and to another
   * there; a mailbox deleted on one side in which mail changed on the other.
   */
  readonly kind: 'gone-and-changed' | 'renamed-both' | 'deleted-and-changed';
  /** How many, where it is about messages. */
  readonly messages?: number;
  /** For people: what happened and which change won, without the name of the mailbox. */
  readonly text: string;
}

/** What happens in a run, as it happens. Mailbox names are decoded for people, `/` between levels. */
export type RunEvent =
  | {
      readonly type: 'connected';
      readonly side: RunSide;
      readonly account: string;
      readonly software: string | null;
    }
  /**
   * The survey of the account: `dirty` of `seen` mailboxes will be opened. `messages`: how many there may be to
   * carry in them, by the counts of STATUS; an estimate for a progress display. Comes again when a mirror looks once
   * more.
   */
  | { readonly type: 'listed'; readonly seen: number; readonly dirty: number; readonly messages?: number }
  | { readonly type: 'mailbox-started'; readonly mailbox: string; readonly destination: string }
  /**
   * All that is now to be carried in a mailbox; comes again, in place of the former, when the work is taken up again.
   * `sizeBytes`: null where the messages were not looked at yet, so that some of them may be left out or moved.
   */
  | {
      readonly type: 'mailbox-planned';
      readonly mailbox: string;
      readonly messages: number;
      readonly sizeBytes: number | null;
      /** Where they will go, when not to the destination. */
      readonly to?: RunSide;
    }
  | { readonly type: 'mailbox-created'; readonly mailbox: string; readonly side: RunSide }
  | {
      readonly type: 'mailbox-finished';
      readonly mailbox: string;
      readonly changed: boolean;
      readonly failed: boolean;
    }
  /** Stored and recorded. `uids` are the source's; bytes are octets of bodies. */
  | {
      readonly type: 'messages-copied';
      readonly mailbox: string;
      readonly uids: readonly number[];
      readonly sizeBytes: number;
      /** Where to, when not to the destination: `uids` are the destination's then. */
      readonly to?: RunSide;
    }
  /** Recognised at the destination instead of being sent. */
  | { readonly type: 'messages-paired'; readonly mailbox: string; readonly messages: number }
  /** Left out by choice (a filter, `\Deleted`); each message once. `uids` and `to` as of `messages-copied`. */
  | {
      readonly type: 'messages-skipped';
      readonly mailbox: string;
      readonly messages: number;
      readonly uids: UidSet;
      readonly reason: string;
      readonly to?: RunSide;
    }
  /**
   * Not carried because work on the mailbox ended before their turn: the `problem` is why. `uids` and `to` as of
   * `messages-copied`; null where nobody found out what is new there.
   */
  | {
      readonly type: 'messages-left';
      readonly mailbox: string;
      readonly uids: UidSet | null;
      readonly problem: Problem;
      readonly to?: RunSide;
    }
  /** Carried as a copy inside the account they went to: no body was sent. `uids` and `to` as of `messages-copied`. */
  | {
      readonly type: 'messages-moved';
      readonly mailbox: string;
      readonly uids: readonly number[];
      readonly to?: RunSide;
    }
  /** Taken away from `side`, because they are gone on the other (or were never to be there). */
  | {
      readonly type: 'messages-removed';
      readonly mailbox: string;
      readonly side: RunSide;
      readonly messages: number;
    }
  | {
      readonly type: 'mailbox-renamed';
      readonly mailbox: string;
      /** The name before. */
      readonly from: string;
      readonly side: RunSide;
    }
  | { readonly type: 'mailbox-removed'; readonly mailbox: string; readonly side: RunSide }
  | { readonly type: 'flags-updated'; readonly mailbox: string; readonly messages: number }
  | ({ readonly type: 'conflict' } & Conflict)
  /**
   * Octets of bodies that went out, and how many messages ended with them; not recorded yet, and sent again when
   * a batch is. For a progress display only.
   */
  | {
      readonly type: 'bytes-moved';
      readonly mailbox: string;
      readonly sizeBytes: number;
      readonly messages?: number;
    }
  | { readonly type: 'waiting'; readonly reason: string; readonly delayMs: number }
  | { readonly type: 'note'; readonly level: 'info' | 'warning'; readonly text: string }
  | {
      readonly type: 'problem';
      readonly problem: Problem;
      /** The messages that it concerns, where it is one problem of many; `to` as of `messages-copied`. */
      readonly uids?: UidSet;
      readonly to?: RunSide;
    };

export type OnRunEvent = (event: RunEvent) => void;

/** The mailbox that an event is about. */
export function mailboxOf(event: RunEvent): string | undefined {
  if (event.type === 'problem') return event.problem.mailbox;
  return 'mailbox' in event ? event.mailbox : undefined;
}
