import type { MailboxWork } from '../run-context.js';
import type { Finding } from './find.js';
import type { EqualFlagPlan } from './plan-equal-flags.js';

/** Gone on one side, given other flags on the other: gone wins, and the report says so. */
export function tellConflicts(work: MailboxWork, { gone, lost }: Finding, flags: EqualFlagPlan): void {
  if (!work.backward) return;
  const messages = gone.intersect(flags.drifted).union(lost.intersect(flags.changedAtA)).size;
  if (messages === 0) return;
  const what = messages === 1 ? 'one message was' : `${messages} messages were`;
  const text = `${what} removed on one side and got other flags on the other; removed wins`;
  work.run.emit({ type: 'conflict', mailbox: work.display, kind: 'gone-and-changed', messages, text });
}
