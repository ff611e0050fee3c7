import type { MailferryError } from '../errors.js';
import type { OutgoingMessage } from './outgoing.js';

/**
 * Told of messages refused as one APPEND, of which nothing was stored, before anything else can fail. Returns whether
 * they are to be tried again.
 */
type OnRefused = (messages: readonly OutgoingMessage[], error: MailferryError) => boolean;

/** What goes on around a transfer. */
export interface TransferEvents {
  readonly onRefused: OnRefused;
  /** All messages have been read, and perhaps not yet been taken. */
  onRead(): void;
  /** The source mailbox may have to be read for something else. */
  beforeLook(): Promise<void>;
}
