import { ConflictLog } from './conflict-log.js';
import type { RunEvent } from './events.js';
import { mailboxOf } from './events.js';
import type { Planned } from './planned-work.js';
import { NOTHING_PLANNED, PlannedWork, sumOf } from './planned-work.js';
import { ProblemLog } from './problem-log.js';

/** The numbers of a run so far. Nothing here grows with the number of messages. */
export class RunTotals {
  readonly mailboxes = { seen: 0, dirty: 0, changed: 0, created: 0, removed: 0, renamed: 0, failed: 0 };
  /** A mirror may come to the same mailbox again. */
  readonly #changed = new Set<string>();
  readonly #failed = new Set<string>();
  readonly messages = { copied: 0, moved: 0, removed: 0, skipped: 0, failed: 0, paired: 0 };
  /** How many of these at the source: a mirror goes both ways. */
  readonly atSource = { copied: 0, moved: 0, removed: 0 };
  readonly flags = { updated: 0 };
  readonly bytes = { copied: 0 };
  /** What went out, recorded or not; more than was copied when a batch is sent again. */
  readonly sent = { messages: 0, sizeBytes: 0 };
  readonly #planned = new Map<string, PlannedWork>();
  #plannedInAll: Planned | null = null;
  /** How many messages there may be to look at, told before they are; 0 when nobody knows. */
  expectedMessages = 0;
  /** Of those that were listed last. */
  mailboxesFinished = 0;
  readonly conflicts = new ConflictLog();
  readonly problems = new ProblemLog();
  /** True once the mailboxes of the account were listed: the run got further than its login. */
  listed = false;

  /** Work found so far, done or not; `sizeBytes` is null once a mailbox could not tell. */
  get planned(): Planned {
    this.#plannedInAll ??= [...this.#planned.values()].reduce(
      (all, { planned }) => sumOf(all, planned),
      NOTHING_PLANNED,
    );
    return this.#plannedInAll;
  }

  add(event: RunEvent): void {
    this.#plan(event);
    switch (event.type) {
      case 'listed':
        this.listed = true;
        this.mailboxes.seen = event.seen;
        this.mailboxes.dirty = event.dirty;
        this.expectedMessages = event.messages ?? 0;
        this.mailboxesFinished = 0;
        return;
      case 'mailbox-created':
        this.mailboxes.created += 1;
        return;
      case 'mailbox-renamed':
        this.mailboxes.renamed += 1;
        return;
      case 'mailbox-removed':
        this.mailboxes.removed += 1;
        return;
      case 'mailbox-finished':
        this.mailboxesFinished += 1;
        if (event.changed) this.mailboxes.changed = this.#changed.add(event.mailbox).size;
        if (event.failed) this.mailboxes.failed = this.#failed.add(event.mailbox).size;
        return;
      case 'messages-copied':
        this.messages.copied += event.uids.length;
        if (event.to === 'source') this.atSource.copied += event.uids.length;
        this.bytes.copied += event.sizeBytes;
        return;
      case 'messages-moved':
        this.messages.moved += event.uids.length;
        if (event.to === 'source') this.atSource.moved += event.uids.length;
        return;
      case 'messages-removed':
        this.messages.removed += event.messages;
        if (event.side === 'source') this.atSource.removed += event.messages;
        return;
      case 'messages-paired':
        this.messages.paired += event.messages;
        return;
      case 'messages-skipped':
        this.messages.skipped += event.messages;
        return;
      case 'flags-updated':
        this.flags.updated += event.messages;
        return;
      case 'bytes-moved':
        this.sent.messages += event.messages ?? 0;
        this.sent.sizeBytes += event.sizeBytes;
        return;
      case 'conflict':
        this.conflicts.add(event);
        return;
      case 'problem':
        if (event.problem.scope === 'message') this.messages.failed += 1;
        this.problems.add(event.problem);
        return;
      case 'connected':
      case 'mailbox-started':
      case 'mailbox-planned':
      case 'messages-left':
      case 'waiting':
      case 'note':
        return;
    }
  }

  #plan(event: RunEvent): void {
    const mailbox = mailboxOf(event);
    if (mailbox === undefined || event.type === 'bytes-moved') return;
    this.#plannedInAll = null;
    const known = this.#planned.get(mailbox);
    const work = known ?? new PlannedWork();
    work.add(event);
    if (known === undefined) this.#planned.set(mailbox, work);
  }
}
