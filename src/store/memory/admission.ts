import { internalDateEpoch } from '../../model/message.js';
import type { MemoryAccount } from './account.js';
import { invalidFlag, keepableFlags } from './describe.js';
import type { MemoryMailbox, NewMessage } from './mailbox.js';
import { refused } from './refusal.js';
import type { MemoryTraits, MessageFacts } from './traits.js';

/** A message that an APPEND brings. */
export type Draft = Omit<MessageFacts, 'mailbox'>;

/** The mailbox an APPEND or a COPY goes to. Throws MAILBOX_UNAVAILABLE. */
export function writableMailbox(
  account: MemoryAccount,
  traits: MemoryTraits,
  mailbox: string,
): MemoryMailbox {
  const found = account.find(mailbox);
  if (found) return found;
  const at = { account: traits.account, mailbox };
  throw refused('MAILBOX_UNAVAILABLE', '[TRYCREATE] Mailbox does not exist', at);
}

/** Throws MESSAGE_TOO_LARGE, or MESSAGE_REJECTED for no octets at all, which cancel an APPEND (RFC 3502, 6.3.11). */
export function checkSize(sizeBytes: number, traits: MemoryTraits, mailbox: string): void {
  const at = { account: traits.account, mailbox };
  if (sizeBytes > (traits.features.appendLimitBytes ?? Number.POSITIVE_INFINITY)) {
    throw refused('MESSAGE_TOO_LARGE', '[TOOBIG] Message is too large', at);
  }
  if (sizeBytes === 0) throw refused('MESSAGE_REJECTED', 'APPEND was cancelled', at);
}

/**
 * Stores what one APPEND brings, all or nothing, and tells the UIDs in the order given.
 * Throws OVER_QUOTA, MESSAGE_TOO_LARGE, MESSAGE_REJECTED, MAILBOX_UNAVAILABLE.
 */
export function storeMessages(
  account: MemoryAccount,
  traits: MemoryTraits,
  name: string,
  drafts: readonly Draft[],
): { uidValidity: number; uids: number[] } {
  const mailbox = writableMailbox(account, traits, name);
  const admitted = drafts.map((draft) => admit(draft, traits, name));
  return { uidValidity: mailbox.uidValidity, uids: storeAll(account, traits, mailbox, admitted) };
}

/** Puts messages into a mailbox, all or nothing, and tells the UIDs in the order given. Throws OVER_QUOTA. */
export function storeAll(
  account: MemoryAccount,
  traits: MemoryTraits,
  mailbox: MemoryMailbox,
  messages: readonly NewMessage[],
): number[] {
  const sizeBytes = messages.reduce((sum, { body }) => sum + body.length, 0);
  if (Number.isFinite(traits.quotaBytes) && account.sizeBytes() + sizeBytes > traits.quotaBytes) {
    const at = { account: traits.account, mailbox: mailbox.name };
    throw refused('OVER_QUOTA', '[OVERQUOTA] Quota exceeded', at);
  }
  if (!traits.dedupes) return mailbox.add(messages);
  return messages.flatMap((message) => [twinOf(message.body, mailbox) ?? mailbox.add([message])[0] ?? 0]);
}

function admit(draft: Draft, traits: MemoryTraits, mailbox: string): Draft {
  const at = { account: traits.account, mailbox };
  checkSize(draft.body.length, traits, mailbox);
  const invalid = invalidFlag(draft.flags);
  if (invalid !== undefined) throw refused('MESSAGE_REJECTED', `BAD Invalid system flag ${invalid}`, at);
  if (internalDateEpoch(draft.internalDate) === null) {
    throw refused('MESSAGE_REJECTED', 'BAD Invalid internal date', at);
  }
  const no = traits.refuseMessage({ ...draft, mailbox });
  if (no !== null) throw refused('MESSAGE_REJECTED', no, at);
  return {
    flags: keptFlags(draft.flags, traits, mailbox),
    internalDate: traits.rewriteInternalDate(draft.internalDate),
    body: traits.rewriteBody(draft.body),
  };
}

/** The flags that can be kept. Throws MESSAGE_REJECTED for the others where the server refuses such. */
function keptFlags(flags: readonly string[], traits: MemoryTraits, mailbox: string): string[] {
  const kept = keepableFlags(flags, traits);
  if (kept.length < flags.length && traits.foreignKeywords === 'refused') {
    const at = { account: traits.account, mailbox };
    throw refused('MESSAGE_REJECTED', '[CANNOT] Keyword cannot be kept', at);
  }
  return kept;
}

/** Changes flags as STORE does. Throws COMMAND_REFUSED. */
export function changeFlags(
  mailbox: MemoryMailbox,
  traits: MemoryTraits,
  ...[uids, change, flags]: Parameters<MemoryMailbox['changeFlags']>
): void {
  const at = { account: traits.account, mailbox: mailbox.name };
  const invalid = invalidFlag(flags);
  if (invalid !== undefined) throw refused('COMMAND_REFUSED', `BAD Invalid system flag ${invalid}`, at);
  const kept = keepableFlags(flags, traits);
  if (kept.length < flags.length && traits.foreignKeywords === 'refused') {
    throw refused('COMMAND_REFUSED', '[CANNOT] Keyword cannot be kept', at);
  }
  if (kept.length > 0) mailbox.changeFlags(uids, change, kept);
}

function twinOf(body: Buffer, mailbox: MemoryMailbox): number | undefined {
  return mailbox.messages().find((message) => message.body.equals(body))?.uid;
}
