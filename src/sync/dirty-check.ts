import type { ListedMailbox, MailboxStatus } from '../model/mailbox.js';
import type { PairSummary } from '../state/pair-summary.js';
import type { Cursor } from '../state/record.js';
import { wentBack } from './survey.js';

/** What decides whether a mailbox has to be opened at all. */
export interface DirtyQuestion {
  readonly known: PairSummary | undefined;
  readonly source: ListedMailbox;
  readonly destination: ListedMailbox | undefined;
  readonly policy: string;
  readonly filter: string;
  /** Whether what was done at the destination itself matters. */
  readonly looksAtB: boolean;
}

/**
 * Whether anything may be left to do in a mailbox, judged by STATUS alone. What changed at the destination does not
 * matter to a verb that only adds, unless it went back in time: then mail may be missing there.
 */
export function isDirty({ known, source, destination, policy, filter, looksAtB }: DirtyQuestion): boolean {
  if (!known?.cursors.a || !known.cursors.b) return true;
  if (known.hasDebt || known.openIntents.length > 0) return true;
  if (known.policy !== policy || known.filter !== filter) return true;
  if (!source.status || !destination?.status) return true;
  if (destination.status.uidValidity !== known.cursors.b.uidValidity) return true;
  if (wentBack(known.cursors.b, destination.status)) return true;
  if (looksAtB && !isUnchanged(destination.status, known.cursors.b)) return true;
  return !isUnchanged(source.status, known.cursors.a);
}

/** Without persistent mod-sequences flags may have changed unseen. */
function isUnchanged(status: MailboxStatus, cursor: Cursor): boolean {
  return (
    status.highestModseq !== null &&
    cursor.highestModseq === String(status.highestModseq) &&
    status.uidValidity === cursor.uidValidity &&
    status.uidNext === cursor.uidNext &&
    status.messages === cursor.messages
  );
}
