import type { WireName } from '../../model/mailbox.js';
import type { MemoryAccount } from './account.js';
import type { AccountEnd } from './account-end.js';
import type { MemoryMailbox, MemoryMessage, NewMessage } from './mailbox.js';
import { checkMailboxName } from './mailbox-name.js';
import { refused } from './refusal.js';

/** RENAME (RFC 3501, section 6.3.5). Throws MAILBOX_UNAVAILABLE; nothing has changed then. */
export function renameMailbox({ data, traits }: AccountEnd, from: WireName, to: WireName): void {
  const no = refusalOf(data, from, to);
  if (no !== null) throw refused('MAILBOX_UNAVAILABLE', no, { account: traits.account, mailbox: from });
  checkMailboxName(to, traits);
  const mailbox = data.find(from);
  if (mailbox?.name === 'INBOX') moveInbox(data, mailbox, to);
  else data.rename(from, to);
}

/** A level that only has others below it has a name as well. */
function refusalOf(data: MemoryAccount, from: WireName, to: WireName): string | null {
  if (!isName(data, from)) return '[NONEXISTENT] Mailbox does not exist';
  if (isName(data, to)) return '[ALREADYEXISTS] Target mailbox already exists';
  const isInbox = data.find(from)?.name === 'INBOX';
  return !isInbox && data.isBelow(to, from) ? '[CANNOT] A mailbox cannot move below itself' : null;
}

function isName(data: MemoryAccount, name: WireName): boolean {
  return (
    data.find(name) !== undefined || data.mailboxes().some((mailbox) => data.isBelow(mailbox.name, name))
  );
}

/** Its messages go into a new mailbox; INBOX stays, empty, and so does what lies below it. */
function moveInbox(data: MemoryAccount, inbox: MemoryMailbox, to: WireName): void {
  data.create(to)?.add(inbox.messages().map(withoutUid));
  inbox.expunge(inbox.uids());
}

export function withoutUid({ flags, internalDate, body }: MemoryMessage): NewMessage {
  return { flags, internalDate, body };
}
