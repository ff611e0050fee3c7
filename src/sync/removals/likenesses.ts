import { internalDateEpoch, type MessageHeaders, type MessageMetadata } from '../../model/message.js';
import { fingerprintOf } from '../fingerprint.js';

/** The field with what is folded below it, as often as it is there. */
const MESSAGE_ID = /^message-id:.*(?:\r?\n[ \t].*)*/gim;

/**
 * What messages are known by on another server, which may have changed the size, the date or the headers. With a
 * Message-ID that is this alone. Of those without one anything is taken that may be the same: what has the same Date and
 * Subject, the same size, or the same internalDate.
 */
export class Likenesses {
  readonly #messageIds = new Set<string>();
  readonly #datesAndSubjects = new Set<string>();
  readonly #sizes = new Set<number>();
  readonly #internalDates = new Set<number>();

  add(row: MessageHeaders): void {
    const { messageId } = fingerprintOf(row);
    if (messageId !== null) {
      this.#messageIds.add(messageId);
      return;
    }
    const key = dateAndSubject(row);
    if (key !== null) this.#datesAndSubjects.add(key);
    this.addBare(row);
  }

  /** One whose headers nobody can read. */
  addBare({ sizeBytes, internalDate }: MessageMetadata): void {
    const epoch = internalDateEpoch(internalDate);
    this.#sizes.add(sizeBytes);
    if (epoch !== null) this.#internalDates.add(epoch);
  }

  /** Whether the message may be one of these. */
  has(row: MessageHeaders): boolean {
    const { messageId, internalDate, sizeBytes } = fingerprintOf(row);
    if (messageId !== null && this.#messageIds.has(messageId)) return true;
    if (this.#sizes.size === 0) return false;
    if (this.#sizes.has(sizeBytes) || this.#internalDates.has(internalDate)) return true;
    // Some servers give a message the Message-ID that it lacks.
    const key = dateAndSubject(row);
    return key !== null && this.#datesAndSubjects.has(key);
  }
}

function dateAndSubject(row: MessageHeaders): string | null {
  const header = Buffer.from(row.header.toString('latin1').replace(MESSAGE_ID, ''), 'latin1');
  return fingerprintOf({ ...row, header, internalDate: '' }).loose;
}
