import type { MailboxStatus, WireName } from '../../model/mailbox.js';
import type { StoreFeatures } from '../mail-store.js';
import { pairsOf } from './answers.js';
import { mailboxRefusal, refusal } from './errors.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';
import { atomsOf, modseqOf, numberOf, type Token, textOf } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

/** The items of STATUS that a cursor needs, as far as the server knows them. */
export function statusItems(features: StoreFeatures): string {
  const items = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'];
  if (features.condstore) items.push('HIGHESTMODSEQ');
  if (features.objectId) items.push('MAILBOXID');
  return `(${items.join(' ')})`;
}

/** Reads the attribute list of a STATUS response; null when a value every server must give is missing. */
export function readStatusItems(list: readonly Token[]): MailboxStatus | null {
  const items = pairsOf(list);
  const messages = numberOf(items.get('MESSAGES'));
  const uidValidity = numberOf(items.get('UIDVALIDITY'));
  if (messages === null || uidValidity === null) return null;
  const modseq = modseqOf(items.get('HIGHESTMODSEQ'));
  const mailboxId = items.get('MAILBOXID');
  return {
    messages,
    uidValidity,
    uidNext: numberOf(items.get('UIDNEXT')) || null,
    // 0 says that the mailbox has no persistent mod-sequences (RFC 7162, section 3.1.2.2).
    highestModseq: modseq === 0n ? null : modseq,
    mailboxId: atomsOf(mailboxId)?.[0] ?? null,
  };
}

/** Name and items of an untagged STATUS; null when it cannot be understood. */
export function readStatus(
  tokens: readonly Token[] | null,
): { name: WireName; status: MailboxStatus } | null {
  const name = textOf(tokens?.[0]);
  const list = tokens?.[1];
  if (name === null || !Array.isArray(list)) return null;
  const status = readStatusItems(list);
  return status && { name, status };
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
  const told: { name: WireName; status: MailboxStatus }[] = [];
  let isAlone = true;
  const onUntagged = (response: Untagged): undefined => {
    const row = readStatus(response.tokens());
    if (row) told.push(row);
    isAlone &&= connection.accepting('STATUS') === 1;
  };
  const handlers = { accepts: new Set(['STATUS']), onUntagged };
  const status = await connection.execute(command, handlers, signal);
  if (status.status !== 'OK') throw mailboxRefusal(status, 'tell the status of the mailbox', { mailbox });
  // What was told first may be about another mailbox; a name that is spelled otherwise is believed of the only one.
  const only = told.length === 1 && isAlone ? told[0] : undefined;
  const own = told.find((row) => isSameName(row.name, mailbox)) ?? only;
  if (own) return own.status;
  throw refusal(status, 'tell the status of the mailbox (it answered without it)', { mailbox });
}
