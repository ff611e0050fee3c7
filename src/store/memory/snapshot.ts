import type { SpecialUse, WireName } from '../../model/mailbox.js';
import type { MemoryAccount } from './account.js';
import { digestOf } from './body-digest.js';
import type { MemoryMailbox, MemoryMessage } from './mailbox.js';

export interface AccountSnapshot {
  readonly mailboxes: Readonly<Record<WireName, MailboxContents>>;
  readonly subscriptions: readonly WireName[];
}

export interface MailboxContents {
  readonly uidValidity: number;
  readonly uidNext: number;
  /** Decimal. */
  readonly highestModseq: string;
  readonly mailboxId: string;
  readonly specialUse: SpecialUse | null;
  /** Ascending by UID. */
  readonly messages: readonly MessageContents[];
}

export interface MessageContents {
  readonly uid: number;
  /** Sorted. */
  readonly flags: readonly string[];
  readonly internalDate: string;
  readonly sizeBytes: number;
  /** SHA-256 of the octets, hexadecimal. */
  readonly digest: string;
  readonly recent: boolean;
}

export function snapshotAccount(account: MemoryAccount): AccountSnapshot {
  const entries = account.mailboxes().map((mailbox) => [mailbox.name, contentsOf(mailbox)] as const);
  // A null prototype, because a mailbox may be called __proto__.
  const mailboxes: Record<WireName, MailboxContents> = Object.assign(Object.create(null), {});
  for (const [name, contents] of entries) mailboxes[name] = contents;
  return { mailboxes, subscriptions: account.subscriptions() };
}

function contentsOf(mailbox: MemoryMailbox): MailboxContents {
  const { uidValidity, uidNext, highestModseq, mailboxId, specialUse } = mailbox;
  const messages = mailbox.messages().map(messageContents);
  return { uidValidity, uidNext, highestModseq: String(highestModseq), mailboxId, specialUse, messages };
}

function messageContents({ uid, flags, internalDate, body, recent }: MemoryMessage): MessageContents {
  const digest = digestOf(body);
  return { uid, flags: [...flags].sort(), internalDate, sizeBytes: body.length, digest, recent };
}
