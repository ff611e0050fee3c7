import type { MailSession, OpenMailbox } from '../../store/mail-store.js';

/** The sessions of a direction, and the mailbox that is read. */
export interface SearchEnds {
  readonly source: OpenMailbox;
  /** The session on which `source` is open. */
  readonly reader: MailSession;
  /** The session of the side that is written. */
  readonly session: MailSession;
}
