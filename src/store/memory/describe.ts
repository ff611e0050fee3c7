import type {
  ListedMailbox,
  MailboxListing,
  MailboxSnapshot,
  MailboxStatus,
  WireName,
} from '../../model/mailbox.js';
import type { MemoryAccount } from './account.js';
import { type MemoryMailbox, SYSTEM_FLAGS } from './mailbox.js';
import type { MemoryTraits } from './traits.js';

export function statusOf(mailbox: MemoryMailbox, traits: MemoryTraits): MailboxStatus {
  const { features, persistentModseq } = traits;
  return {
    messages: mailbox.count,
    uidNext: mailbox.uidNext,
    uidValidity: mailbox.uidValidity,
    highestModseq: features.condstore && persistentModseq(mailbox.name) ? mailbox.highestModseq : null,
    mailboxId: features.objectId ? mailbox.mailboxId : null,
  };
}

export function snapshotOf(mailbox: MemoryMailbox, traits: MemoryTraits, readOnly: boolean): MailboxSnapshot {
  const status = statusOf(mailbox, traits);
  return {
    ...status,
    name: mailbox.name,
    uidNext: traits.uidNextInSelect ? status.uidNext : null,
    readOnly,
    permanentFlags: readOnly ? [] : permanentFlagsOf(mailbox, traits),
  };
}

/** Keywords in use are listed too where any may be made (RFC 3501, section 7.2.6: FLAGS). */
function permanentFlagsOf(mailbox: MemoryMailbox, { permanentFlags }: MemoryTraits): string[] {
  return permanentFlags.includes('\\*')
    ? [...new Set([...permanentFlags, ...mailbox.keywords])]
    : [...permanentFlags];
}

/** LIST of the personal namespace; a level that is only the parent of others cannot be selected. */
export function listingOf(account: MemoryAccount, traits: MemoryTraits): MailboxListing {
  const personal = account.mailboxes().filter(({ name }) => isPersonal(name, traits));
  const parents = new Set(personal.flatMap(({ name }) => account.ancestors(name)));
  const placeholders = [...parents]
    .filter((name) => !account.find(name) && isPersonal(name, traits))
    .map((name) => placeholder(name, account, traits));
  const mailboxes = personal.map((mailbox) => listed(mailbox, parents.has(mailbox.name), account, traits));
  return { mailboxes: [...mailboxes, ...placeholders], complete: true };
}

/** INBOX is part of the personal namespace whatever its prefix is. */
export function isPersonal(name: WireName, { prefix, other, shared }: MemoryTraits): boolean {
  if (name === 'INBOX') return true;
  const foreign = [...other, ...shared].some((namespace) => name.startsWith(namespace.prefix));
  return name.startsWith(prefix) && !foreign;
}

function listed(
  mailbox: MemoryMailbox,
  hasChildren: boolean,
  account: MemoryAccount,
  traits: MemoryTraits,
): ListedMailbox {
  const specialUse = traits.features.specialUse ? mailbox.specialUse : null;
  const children = hasChildren ? '\\haschildren' : '\\hasnochildren';
  return {
    name: mailbox.name,
    delimiter: traits.delimiter,
    attributes: specialUse === null ? [children] : [children, specialUse],
    specialUse,
    subscribed: account.isSubscribed(mailbox.name),
    status: statusOf(mailbox, traits),
  };
}

function placeholder(name: WireName, account: MemoryAccount, traits: MemoryTraits): ListedMailbox {
  return {
    name,
    delimiter: traits.delimiter,
    attributes: ['\\noselect', '\\haschildren'],
    specialUse: null,
    subscribed: account.isSubscribed(name),
    status: null,
  };
}

/** Which of these flags a mailbox can keep; system flags that do not exist are for the caller to refuse. */
export function keepableFlags(flags: readonly string[], traits: MemoryTraits): string[] {
  const keepable = new Set(traits.permanentFlags.map((flag) => flag.toLowerCase()));
  return flags.filter((flag) => {
    const key = flag.toLowerCase();
    return keepable.has(key) || (!flag.startsWith('\\') && keepable.has('\\*'));
  });
}

/** The first flag that no client may set, such as `\Recent` (RFC 3501, section 2.3.2). */
export function invalidFlag(flags: readonly string[]): string | undefined {
  const system = new Set(SYSTEM_FLAGS.map((flag) => flag.toLowerCase()));
  return flags.find((flag) => flag === '' || (flag.startsWith('\\') && !system.has(flag.toLowerCase())));
}
