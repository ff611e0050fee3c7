import { MailferryError } from '../errors.js';
import type { UidSet } from '../model/uid-set.js';
import type { OpenMailbox } from '../store/mail-store.js';

/**
 * All UIDs of a mailbox. Throws LISTING_INCOMPLETE where these are fewer than the messages it was opened with: what is
 * there and not listed would be taken for missing, and sent once more.
 */
export async function listWhole(mailbox: OpenMailbox, signal: AbortSignal): Promise<UidSet> {
  const uids = await mailbox.uids(signal);
  refuseHoles(mailbox, uids);
  return uids;
}

/** Throws as {@link listWhole} does for what was listed before. */
export function refuseHoles({ snapshot: { name, messages } }: OpenMailbox, listed: UidSet): void {
  if (listed.size >= messages) return;
  throw new MailferryError({
    code: 'LISTING_INCOMPLETE',
    scope: 'mailbox',
    // Most often messages went between the opening and the listing.
    retry: 'now',
    message:
      `the server lists ${listed.size} of ${messages} messages, so it cannot be told ` +
      'which are there already; nothing new was carried',
    at: { mailbox: name },
  });
}
