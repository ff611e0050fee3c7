/**
 * The name of a mailbox exactly as the server lists it: octets as a latin1 string, modified UTF-7 not decoded
 * (RFC 3501, section 5.1.3). Only such a name addresses a mailbox; decoding is for people and for mapping.
 */
export type WireName = string;

/** Attributes of RFC 6154, section 2, lower case, with the backslash. */
export const SPECIAL_USES = [
  '\\all',
  '\\archive',
  '\\drafts',
  '\\flagged',
  '\\junk',
  '\\sent',
  '\\trash',
] as const;
export type SpecialUse = (typeof SPECIAL_USES)[number];

/** What STATUS tells of a mailbox. */
export interface MailboxStatus {
  readonly messages: number;
  /** null where the server does not say (Courier leaves it out of SELECT). */
  readonly uidNext: number | null;
  readonly uidValidity: number;
  /** 63 bits (RFC 7162, section 7). null: no persistent mod-sequences here. */
  readonly highestModseq: bigint | null;
  /** RFC 8474. null where not offered. */
  readonly mailboxId: string | null;
}

/** The opening snapshot of a selected mailbox: the only values a cursor may be made of. */
export interface MailboxSnapshot extends MailboxStatus {
  readonly name: WireName;
  readonly readOnly: boolean;
  /** Flags that STORE and APPEND can keep here; `\*` among them: new keywords may be made. Empty when read-only. */
  readonly permanentFlags: readonly string[];
}

export interface ListedMailbox {
  readonly name: WireName;
  /** null: the mailbox lives in a flat name space. */
  readonly delimiter: string | null;
  /** Attributes of LIST, lower case. */
  readonly attributes: readonly string[];
  readonly specialUse: SpecialUse | null;
  readonly subscribed: boolean;
  /** null for what cannot be selected. */
  readonly status: MailboxStatus | null;
}

export interface MailboxListing {
  readonly mailboxes: readonly ListedMailbox[];
  /** False when a line of the listing could not be understood: nothing may be removed on such evidence. */
  readonly complete: boolean;
}

export interface Namespace {
  readonly prefix: WireName;
  readonly delimiter: string | null;
}

export function isSelectable(mailbox: ListedMailbox): boolean {
  return !mailbox.attributes.includes('\\noselect') && !mailbox.attributes.includes('\\nonexistent');
}
