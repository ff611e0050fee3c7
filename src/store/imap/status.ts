import type { MailboxStatus, WireName } from '../../model/mailbox.js';
import type { StoreFeatures } from '../mail-store.js';
import { pairsOf } from './answers.js';
import { mailboxRefusal, refusal } from './errors.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';
import { atomsOf, modseqOf, nameOf, numberOf, type Token } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

/** The items of STATUS that a cursor needs, as far as the server knows them. */
export function statusItems(features: StoreFeatures): string {
  const items = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'];
  if (features.condstore) items.push('HIGHESTMODSEQ');
  if (features.objectId) items.push('MAILBOXID');
  return `(${items.join(' ')})`;
}

/** `(objectid)` (RFC 8474, section 4.1: up to 255 characters); null for anything else. */
export function readMailboxId(token: Token | undefined): string | null {
  const id = atomsOf(token)?.[0] ?? '';
  return id !== '' && id.length <= 255 ? id : null;
}

/** Reads the attribute list of a STATUS response; null when a value every server must give is missing. */
export function readStatusItems(list: readonly Token[]): MailboxStatus | null {
  const items = pairsOf(list);
  const messages = numberOf(items.get('MESSAGES'));
  const uidValidity = numberOf(items.get('UIDVALIDITY'));
  if (messages === null || uidValidity === null) return null;
  const modseq = modseqOf(items.get('HIGHESTMODSEQ'));
  return {
    messages,
    uidValidity,
    uidNext: numberOf(items.get('UIDNEXT')) || null,
    // 0 says that the mailbox has no persistent mod-sequences (RFC 7162, section 3.1.2.2).
    highestModseq: modseq === 0n ? null : modseq,
    mailboxId: readMailboxId(items.get('MAILBOXID')),
  };
}

export interface StatusRow {
  readonly name: WireName;
  readonly status: MailboxStatus;
}

/** Name and items of an untagged STATUS; null when it cannot be understood. */
export function readStatus(tokens: readonly Token[] | null): StatusRow | null {
  const name = nameOf(tokens?.[0]);
  const list = tokens?.[1];
  if (name === null || !Array.isArray(list)) return null;
  const status = readStatusItems(list);
  return status && { name, status };
}

/** Each answer is heard by all STATUS commands in flight; it is read once. */
const rowsRead = new WeakMap<Untagged, { readonly row: StatusRow | null }>();

function rowOf(response: Untagged): StatusRow | null {
  const read = rowsRead.get(response) ?? { row: readStatus(response.tokens()) };
  rowsRead.set(response, read);
  return read.row;
}

function isSameName(left: WireName, right: WireName): boolean {
  return left === right || (/^inbox$/i.test(left) && /^inbox$/i.test(right));
}

/** STATUS (RFC 3501, section 6.3.10). Throws MAILBOX_UNAVAILABLE, or PROTOCOL words as COMMAND_REFUSED. */
export async function mailboxStatus(
  connection: Connection,
  features: StoreFeatures,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<MailboxStatus> {
  const command = ['STATUS ', stringPart(mailbox), ` ${statusItems(features)}`];
  let own: MailboxStatus | null = null;
  let other: MailboxStatus | null = null;
  let others = 0;
  const onUntagged = (response: Untagged): undefined => {
    const row = rowOf(response);
    if (row && isSameName(row.name, mailbox)) own = row.status;
    else if (row && connection.accepting('STATUS') === 1) {
      other = row.status;
      others++;
    }
  };
  // Servers answer several before they tag the first.
  const handlers = { accepts: new Set(['STATUS']), onUntagged, overhears: true };
  const status = await connection.execute(command, handlers, signal);
  if (status.status !== 'OK') throw mailboxRefusal(status, 'tell the status of the mailbox', { mailbox });
  // A name that is spelled otherwise is believed where nobody else can be meant.
  const found = own ?? (others === 1 ? other : null);
  if (found) return found;
  throw refusal(status, 'tell the status of the mailbox (it answered without it)', { mailbox });
}
