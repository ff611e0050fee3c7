import type { WireName } from '../../model/mailbox.js';
import type { AccountEnd } from './account-end.js';
import { refused } from './refusal.js';

/** DELETE (RFC 3501, section 6.3.4); false when it is not there. Throws MAILBOX_UNAVAILABLE for INBOX. */
export function removeMailbox({ data, traits }: AccountEnd, name: WireName): boolean {
  const mailbox = data.find(name);
  if (mailbox?.name === 'INBOX') {
    const at = { account: traits.account, mailbox: name };
    throw refused('MAILBOX_UNAVAILABLE', '[CANNOT] INBOX cannot be deleted', at);
  }
  if (mailbox) data.delete(mailbox);
  return mailbox !== undefined;
}
