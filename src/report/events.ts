import type { Problem } from './problem.js';

/** The side in the words of the person who started the run. */
export type RunSide = 'source' | 'destination';

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
   * carry in them, by the counts of STATUS; an estimate for a progress display.
   */
  | { readonly type: 'listed'; readonly seen: number; readonly dirty: number; readonly messages?: number }
  | { readonly type: 'mailbox-started'; readonly mailbox: string; readonly destination: string }
  /** Work found in a mailbox; may come again when more is found. */
  | {
      readonly type: 'mailbox-planned';
      readonly mailbox: string;
      readonly messages: number;
      readonly sizeBytes: number | null;
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
    }
  /** Recognised at the destination instead of being sent. */
  | { readonly type: 'messages-paired'; readonly mailbox: string; readonly messages: number }
  /** Left out by choice (a filter, `\Deleted`), or not carried. */
  | {
      readonly type: 'messages-skipped';
      readonly mailbox: string;
      readonly messages: number;
      readonly reason: string;
    }
  | { readonly type: 'flags-updated'; readonly mailbox: string; readonly messages: number }
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
  | { readonly type: 'problem'; readonly problem: Problem };

export type OnRunEvent = (event: RunEvent) => void;
