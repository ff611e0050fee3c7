import { internalDateEpoch, type MessageHeaders, type MessageMetadata } from '../../model/message.js';
import { fingerprintOf } from '../fingerprint.js';

/** What the Date and the Subject of a message are; null for one that it does not have. */
interface Headings {
  readonly date: string | null;
  readonly subject: string | null;
}

const NONE_KNOWN: Headings = { date: null, subject: null };

/** Messages by their size, or by their internalDate. */
type HeadingsByNumber = Map<number, Map<string, Headings>>;

/**
 * What messages are known by on another server, which may have changed the size, the date or the headers. With a
 * Message-ID that is this alone. Of those without one anything is taken that may be the same: what has the same Date and
 * Subject, or else the same size or the same internalDate and neither another Date nor another Subject.
 */
export class Likenesses {
  readonly #messageIds = new Set<string>();
  readonly #nameless = new NumberedHeadings();
  readonly #datesAndSubjects = new Set<string>();
  /** Those with a Message-ID as well. */
  readonly #all = new NumberedHeadings();

  add(row: MessageHeaders): void {
    this.#all.add(row, NONE_KNOWN);
    const { messageId } = fingerprintOf(row);
    if (messageId !== null) {
      this.#messageIds.add(messageId);
      return;
    }
    const headings = headingsOf(row);
    if (hasAny(headings)) this.#datesAndSubjects.add(textOf(headings));
    this.#nameless.add(row, headings);
  }

  /** One whose headers nobody can read. */
  addBare(row: MessageMetadata): void {
    this.#all.add(row, NONE_KNOWN);
    this.#nameless.add(row, NONE_KNOWN);
  }

  /** Whether the message may be one of these. */
  has(row: MessageHeaders): boolean {
    const { messageId } = fingerprintOf(row);
    if (messageId !== null && this.#messageIds.has(messageId)) return true;
    if (this.#nameless.isEmpty) return false;
    // Some servers give a message the Message-ID or the Date that it lacks.
    const headings = headingsOf(row);
    if (hasAny(headings) && this.#datesAndSubjects.has(textOf(headings))) return true;
    return this.#nameless.has(row, headings);
  }

  /** Whether a message whose headers nobody can read may be one of these. */
  hasBare(row: MessageMetadata): boolean {
    return this.#all.has(row, NONE_KNOWN);
  }
}

/** Messages by size and internalDate, with what tells them apart from others of the same. */
class NumberedHeadings {
  readonly #sizes: HeadingsByNumber = new Map();
  readonly #internalDates: HeadingsByNumber = new Map();

  get isEmpty(): boolean {
    return this.#sizes.size === 0;
  }

  add({ sizeBytes, internalDate }: MessageMetadata, headings: Headings): void {
    const epoch = internalDateEpoch(internalDate);
    addTo(this.#sizes, sizeBytes, headings);
    if (epoch !== null) addTo(this.#internalDates, epoch, headings);
  }

  has({ sizeBytes, internalDate }: MessageMetadata, headings: Headings): boolean {
    const epoch = internalDateEpoch(internalDate);
    if (hasLike(this.#sizes.get(sizeBytes), headings)) return true;
    return epoch !== null && hasLike(this.#internalDates.get(epoch), headings);
  }
}

function addTo(byNumber: HeadingsByNumber, number: number, headings: Headings): void {
  const known = byNumber.get(number) ?? new Map<string, Headings>();
  byNumber.set(number, known.set(textOf(headings), headings));
}

function hasLike(known: ReadonlyMap<string, Headings> | undefined, { date, subject }: Headings): boolean {
  if (!known) return false;
  for (const one of known.values())
    if (!differs(one.date, date) && !differs(one.subject, subject)) return true;
  return false;
}

/** What one of them lacks tells nothing. */
function differs(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

function headingsOf(row: MessageHeaders): Headings {
  const keyOf = (...without: readonly string[]): string | null => {
    const header = Buffer.from(withoutFields(row.header.toString('latin1'), without), 'latin1');
    return fingerprintOf({ ...row, header, internalDate: '' }).loose;
  };
  return { date: keyOf('message-id', 'subject'), subject: keyOf('message-id', 'date') };
}

/** Without these fields and what is folded below them, as often as they are there. */
function withoutFields(header: string, names: readonly string[]): string {
  return header.replace(new RegExp(`^(?:${names.join('|')})[ \\t]*:.*(?:\\r?\\n[ \\t].*)*`, 'gim'), '');
}

function hasAny({ date, subject }: Headings): boolean {
  return date !== null || subject !== null;
}

function textOf({ date, subject }: Headings): string {
  return `${date ?? ''} ${subject ?? ''}`;
}
