import type { MailboxWork } from './run-context.js';

/** Takes note of the UIDs that messages of ours got at the destination; 0 stands for one that is not there. */
export function noteStored(work: MailboxWork, uids: readonly number[]): void {
  const later = uids.filter((uid) => uid >= work.destinationUidNext);
  const next = later.reduce((highest, uid) => Math.max(highest, uid + 1), work.destinationUidNext);
  // What got the UIDs in between is not ours, and nobody has looked at it.
  if (next - work.destinationUidNext > later.length) work.hasStrangers = true;
  work.destinationUidNext = next;
}
