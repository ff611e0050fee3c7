import { formatInternalDate } from '../imap-client/index.js';
import type { MessageContent } from './message-content.js';

export interface GeneratedAccount {
  readonly seed: number | string;
  /** Parents come before their children. */
  readonly mailboxes: readonly GeneratedMailbox[];
}

export interface GeneratedMailbox {
  /** Decoded segments; `['INBOX']` is the inbox. */
  readonly path: readonly string[];
  readonly subscribed: boolean;
  /** In the order in which they arrive. */
  readonly messages: readonly GeneratedMessage[];
}

/** A message in one mailbox. Copies share their content; flags and date are the copy's own. */
export class GeneratedMessage {
  readonly content: MessageContent;
  readonly flags: readonly string[];
  /** The internal date, seconds since 1970 UTC. */
  readonly epochSeconds: number;
  readonly zoneMinutes: number;

  constructor(
    content: MessageContent,
    flags: readonly string[],
    date: { readonly epochSeconds: number; readonly zoneMinutes: number },
  ) {
    this.content = content;
    this.flags = flags;
    this.epochSeconds = date.epochSeconds;
    this.zoneMinutes = date.zoneMinutes;
  }

  /** RFC 3501 date-time without quotes. */
  get internalDate(): string {
    return formatInternalDate(this.epochSeconds, this.zoneMinutes);
  }

  /** The octets, made anew at each call and always the same. */
  body(): Buffer {
    return this.content.body();
  }
}
