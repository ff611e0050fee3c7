import type { WireName } from '../../model/mailbox.js';
import type { CopyResult } from '../mail-store.js';
import type { AccountEnd } from './account-end.js';
import { storeAll, writableMailbox } from './admission.js';
import type { MemoryMessage } from './mailbox.js';
import { withoutUid } from './rename-mailbox.js';

/**
 * COPY (RFC 3501, section 6.4.7), all or nothing; `messages` ascend by UID. COPYUID is left out when nothing was
 * copied, as servers do. Throws OVER_QUOTA, MAILBOX_UNAVAILABLE.
 */
export function copyMessages(
  { data, traits }: AccountEnd,
  messages: readonly MemoryMessage[],
  to: WireName,
): CopyResult {
  const target = writableMailbox(data, traits, to);
  const uids = storeAll(data, traits, target, messages.map(withoutUid));
  if (!traits.features.uidplus || uids.length === 0) return { assigned: null };
  return { assigned: { uidValidity: target.uidValidity, from: messages.map(({ uid }) => uid), to: uids } };
}
