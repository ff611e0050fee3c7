import type { ListedMailbox, Namespace } from '../model/mailbox.js';
import type { StoreFacts } from '../store/mail-store.js';
import { forbiddenCharacters } from './level-names.js';

/** Prefix and delimiter of the names a side gives to its own mailboxes. */
export interface NameStyle {
  readonly namespace: Namespace;
  readonly delimiter: string | null;
  /** What the server is known to refuse in names. */
  readonly forbidden?: RegExp;
}

export function nameStyle(facts: StoreFacts, mailboxes: readonly ListedMailbox[]): NameStyle {
  const namespace = facts.personal[0] ?? { prefix: '', delimiter: null };
  const listed = mailboxes.find((mailbox) => mailbox.delimiter !== null)?.delimiter ?? null;
  return { namespace, delimiter: namespace.delimiter ?? listed, forbidden: forbiddenCharacters(facts) };
}
