import type { WireName } from '../../model/mailbox.js';
import type { Fingerprint } from '../fingerprint.js';

/** A message of the destination, and where it lies. */
export interface MessageThere {
  readonly mailbox: WireName;
  readonly uidValidity: number;
  readonly uid: number;
  readonly flags: readonly string[];
}

/** A message of the source, moved or copied, with the one of the destination that is the same. */
export interface MovedMessage {
  readonly uid: number;
  readonly print: Fingerprint;
  readonly internalDate: string;
  readonly there: MessageThere;
}
