import type { Intent } from '../state/record.js';
import type { MailboxWork } from './run-context.js';

/** Tells of messages that are at the destination now. What was copied inside of it was not sent. */
export function tellArrived(
  { run, display: mailbox }: MailboxWork,
  { copied }: Intent,
  uids: readonly number[],
  sizeBytes: number,
): void {
  if (copied) run.emit({ type: 'messages-moved', mailbox, uids });
  else run.emit({ type: 'messages-copied', mailbox, uids, sizeBytes });
}
