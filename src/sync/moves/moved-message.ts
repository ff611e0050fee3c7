import type { Fingerprint } from '../fingerprint.js';
import type { DepartedMessage } from './departed.js';

/** A message of the source, with the one of the destination that is the same. */
export interface MovedMessage {
  readonly uid: number;
  readonly print: Fingerprint;
  readonly internalDate: string;
  readonly there: DepartedMessage;
}
