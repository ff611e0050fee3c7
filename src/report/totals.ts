import type { RunEvent } from './events.js';
import { ProblemLog } from './problem-log.js';

/** The numbers of a run so far. Sums only: nothing here grows with the number of messages. */
export class RunTotals {
  readonly mailboxes = { seen: 0, dirty: 0, changed: 0, created: 0, removed: 0, renamed: 0, failed: 0 };
  readonly messages = { copied: 0, moved: 0, removed: 0, skipped: 0, failed: 0, paired: 0 };
  readonly flags = { updated: 0 };
  readonly bytes = { copied: 0 };
  /** What went out, recorded or not; more than was copied when a batch is sent again. */
  readonly moved = { messages: 0, sizeBytes: 0 };
  /** Work found so far; `sizeBytes` is null once a mailbox could not tell. */
  readonly planned: { messages: number; sizeBytes: number | null } = { messages: 0, sizeBytes: 0 };
  /** How many messages there may be to look at, told before they are; 0 when nobody knows. */
  expectedMessages = 0;
  mailboxesFinished = 0;
  readonly problems = new ProblemLog();
  /** True once the mailboxes of the account were listed: the run got further than its login. */
  listed = false;

  add(event: RunEvent): void {
    switch (event.type) {
      case 'listed':
        this.listed = true;
        this.mailboxes.seen = event.seen;
        this.mailboxes.dirty = event.dirty;
        this.expectedMessages = event.messages ?? 0;
        return;
      case 'mailbox-planned':
        this.#addPlan(event.messages, event.sizeBytes);
        return;
      case 'mailbox-created':
        this.mailboxes.created += 1;
        return;
      case 'mailbox-finished':
        this.mailboxesFinished += 1;
        if (event.changed) this.mailboxes.changed += 1;
        if (event.failed) this.mailboxes.failed += 1;
        return;
      case 'messages-copied':
        this.messages.copied += event.uids.length;
        this.bytes.copied += event.sizeBytes;
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
        this.moved.messages += event.messages ?? 0;
        this.moved.sizeBytes += event.sizeBytes;
        return;
      case 'problem':
        if (event.problem.scope === 'message') this.messages.failed += 1;
        this.problems.add(event.problem);
        return;
      case 'connected':
      case 'mailbox-started':
      case 'waiting':
      case 'note':
        return;
    }
  }

  #addPlan(messages: number, sizeBytes: number | null): void {
    this.planned.messages += messages;
    const sum = this.planned.sizeBytes;
    this.planned.sizeBytes = sum === null || sizeBytes === null ? null : sum + sizeBytes;
  }
}
