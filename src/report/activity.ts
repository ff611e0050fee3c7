import type { RunEvent } from './events.js';
import { mailboxOf } from './events.js';
import { PlannedWork } from './planned-work.js';

/** The part of the counts that is of the source: a mirror goes both ways. */
export interface CountsAtSource {
  planned: number;
  copied: number;
  moved: number;
  removed: number;
}

/** What one mailbox of a run came to. */
export interface MailboxCounts {
  readonly mailbox: string;
  readonly destination: string;
  /** What was found to carry, carried or not. */
  planned: number;
  /** null when the server could not tell. */
  plannedBytes: number | null;
  copied: number;
  /** Messages that went out, recorded or not. */
  sent: number;
  /** Carried by a copy inside the account they went to. */
  moved: number;
  paired: number;
  skipped: number;
  failed: number;
  removed: number;
  flagsUpdated: number;
  bytesCopied: number;
  /** How many of these at the source. */
  readonly atSource: CountsAtSource;
}

/** The mailboxes in work, in the order they were started. Finished ones are forgotten. */
export class RunActivity {
  readonly #inWork = new Map<string, MailboxCounts>();
  readonly #planned = new Map<string, PlannedWork>();

  get inWork(): readonly MailboxCounts[] {
    return [...this.#inWork.values()];
  }

  isInWork(mailbox: string): boolean {
    return this.#inWork.has(mailbox);
  }

  /** Returns the mailbox's counts when the event finishes it, else undefined. */
  add(event: RunEvent): MailboxCounts | undefined {
    if (event.type === 'mailbox-started') {
      this.#inWork.set(event.mailbox, started(event.mailbox, event.destination));
      this.#planned.set(event.mailbox, new PlannedWork());
      return undefined;
    }
    const counts = this.#countsOf(event);
    if (counts === undefined) return undefined;
    if (event.type === 'mailbox-finished') {
      this.#inWork.delete(event.mailbox);
      this.#planned.delete(event.mailbox);
      return counts;
    }
    count(counts, event);
    this.#plan(counts, event);
    return undefined;
  }

  #countsOf(event: RunEvent): MailboxCounts | undefined {
    const mailbox = mailboxOf(event);
    if (mailbox === undefined) return undefined;
    const counts = this.#inWork.get(mailbox);
    // A mailbox may end that was never opened.
    return counts ?? (event.type === 'mailbox-finished' ? started(mailbox, mailbox) : undefined);
  }

  #plan(counts: MailboxCounts, event: RunEvent): void {
    const work = this.#planned.get(counts.mailbox);
    if (work === undefined) return;
    work.add(event);
    const { messages, sizeBytes, toSource } = work.planned;
    counts.planned = messages;
    counts.plannedBytes = sizeBytes;
    counts.atSource.planned = toSource;
  }
}

function started(mailbox: string, destination: string): MailboxCounts {
  return {
    mailbox,
    destination,
    planned: 0,
    plannedBytes: 0,
    copied: 0,
    sent: 0,
    moved: 0,
    paired: 0,
    skipped: 0,
    failed: 0,
    removed: 0,
    flagsUpdated: 0,
    bytesCopied: 0,
    atSource: { planned: 0, copied: 0, moved: 0, removed: 0 },
  };
}

function count(counts: MailboxCounts, event: RunEvent): void {
  switch (event.type) {
    case 'messages-copied':
      counts.copied += event.uids.length;
      if (event.to === 'source') counts.atSource.copied += event.uids.length;
      counts.bytesCopied += event.sizeBytes;
      return;
    case 'bytes-moved':
      counts.sent += event.messages ?? 0;
      return;
    case 'messages-moved':
      counts.moved += event.uids.length;
      if (event.to === 'source') counts.atSource.moved += event.uids.length;
      return;
    case 'messages-removed':
      counts.removed += event.messages;
      if (event.side === 'source') counts.atSource.removed += event.messages;
      return;
    case 'messages-paired':
      counts.paired += event.messages;
      return;
    case 'messages-skipped':
      counts.skipped += event.messages;
      return;
    case 'flags-updated':
      counts.flagsUpdated += event.messages;
      return;
    case 'problem':
      if (event.problem.scope === 'message') counts.failed += 1;
      return;
    default:
  }
}
