import type { MailSession, OpenMailbox } from '../store/mail-store.js';

/** What a transfer reads and writes. */
export interface TransferEnds {
  readonly source: OpenMailbox;
  /** The session that appends; the destination mailbox is selected on it. */
  readonly session: MailSession;
  readonly destination: OpenMailbox;
}
