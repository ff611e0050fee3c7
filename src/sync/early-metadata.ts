import type { MailboxStatus } from '../model/mailbox.js';
import { UidSet } from '../model/uid-set.js';
import type { OpenMailbox } from '../store/mail-store.js';
import { knownOf } from './known-messages.js';
import { type EarlyMetadata, FIRST_DESCRIBED } from './metadata-chunks.js';
import type { MailboxWork } from './run-context.js';

/**
 * A mailbox that is copied for the first time, to where nothing is, will need the metadata of everything in it: the
 * first part is asked for together with the list of its UIDs, which saves a round trip. null where nothing is sure.
 */
export function askEarly(
  work: MailboxWork,
  source: OpenMailbox,
  destination: OpenMailbox | null,
): EarlyMetadata | null {
  if (!destination) return null;
  const within = describedEarly(work, source.snapshot, destination.snapshot.messages);
  if (!within) return null;
  const rows = source.metadata(within, work.run.signal);
  // What else goes wrong meanwhile ends the work, and nobody asks for them.
  rows.catch(() => undefined);
  return { within, rows };
}

/** The messages of a source with so much in it whose metadata will be needed first; null where nothing is sure. */
export function describedEarly(
  { run, pair }: MailboxWork,
  { messages, uidNext }: Pick<MailboxStatus, 'messages' | 'uidNext'>,
  messagesAtB: number,
): UidSet | null {
  // Other verbs look at all mailboxes before they carry anything, and would hold the rows of all until then.
  if (run.options.policy.changesOfB !== 'leave') return null;
  const isFirst = knownOf(pair, 'a').uids.isEmpty && pair.intents.size === 0;
  if (!isFirst || messagesAtB !== 0) return null;
  if (messages === 0 || uidNext === null || uidNext < 2) return null;
  const highest = messages <= FIRST_DESCRIBED ? uidNext - 1 : Math.min(FIRST_DESCRIBED, uidNext - 1);
  return UidSet.range(1, highest);
}
