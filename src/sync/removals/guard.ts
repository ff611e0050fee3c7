import { countedMessages } from '../../model/counted.js';
import type { RemovalLimit } from '../run-options.js';

/** Fewer removals than this are never too large a share. */
const FEW_MESSAGES = 20;
const DEFAULT_LIMIT: RemovalLimit = { unit: 'percent', most: 50 };

/** What is about to be removed from a mailbox. */
export interface MailboxRemovals {
  readonly key: string;
  /** Messages that would be removed, those aside that have moved and those a person has decided about. */
  readonly messages: number;
  /** Messages there when the run began. */
  readonly total: number;
  /** Trash, junk and mailboxes that are deleted as a whole count for the account alone. */
  readonly countsForAccountOnly: boolean;
}

export interface GuardQuestion {
  readonly mailboxes: readonly MailboxRemovals[];
  /** Messages in all mailboxes of the account in scope when the run began. */
  readonly accountTotal: number;
  /** The other side had mail and has none at all now. */
  readonly isSuddenlyEmpty: boolean;
  readonly limit?: RemovalLimit | undefined;
}

export interface GuardVerdict {
  /** Keys of mailboxes that keep their messages for now, with the reason for a person. */
  readonly held: ReadonlyMap<string, string>;
  /** The number for --max-delete that would allow all of it. */
  readonly override: number;
}

/** Decides whether removals are plausible. Pure: looks at numbers only. */
export function judgeRemovals(question: GuardQuestion): GuardVerdict {
  const { mailboxes, limit = DEFAULT_LIMIT } = question;
  const all = mailboxes.reduce((sum, { messages }) => sum + messages, 0);
  const whole = reasonForAccount(question, limit, all);
  const held = new Map<string, string>();
  for (const mailbox of mailboxes) {
    if (mailbox.messages === 0) continue;
    const reason = whole ?? reasonForMailbox(mailbox, limit);
    if (reason !== null) held.set(mailbox.key, reason);
  }
  return { held, override: all };
}

function reasonForAccount(
  { accountTotal, isSuddenlyEmpty, limit: given }: GuardQuestion,
  limit: RemovalLimit,
  all: number,
): string | null {
  if (all === 0) return null;
  if (limit.unit === 'messages') {
    return all > limit.most
      ? `${countedMessages(all)} of the account would go, and --max-delete is ${limit.most}`
      : null;
  }
  if (isTooMany(all, accountTotal, limit.most)) {
    return `${countedMessages(all)} of ${accountTotal} in the account would go, more than ${limit.most} %`;
  }
  // Whoever gives a limit has thought about it.
  if (isSuddenlyEmpty && given === undefined) return 'the other account is suddenly empty';
  return null;
}

function reasonForMailbox(
  { messages, total, countsForAccountOnly }: MailboxRemovals,
  limit: RemovalLimit,
): string | null {
  if (countsForAccountOnly || limit.unit === 'messages') return null;
  return isTooMany(messages, total, limit.most)
    ? `${countedMessages(messages)} of ${total} would go, more than ${limit.most} %`
    : null;
}

function isTooMany(messages: number, total: number, percent: number): boolean {
  return messages >= FEW_MESSAGES && messages * 100 > total * percent;
}
