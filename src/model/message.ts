/** What is known of a message before its body is fetched. */
export interface MessageMetadata {
  readonly uid: number;
  /** As the server spells them, without `\Recent`. */
  readonly flags: readonly string[];
  /** IMAP date-time, e.g. ` 7-Feb-1994 21:52:25 -0800`, kept as text so that the zone survives. */
  readonly internalDate: string;
  /** RFC822.SIZE: an estimate on some servers; only a literal's header tells the true length. */
  readonly sizeBytes: number;
}

/** Metadata plus the header fields that identify a message. */
export interface MessageHeaders extends MessageMetadata {
  /** The octets of BODY[HEADER.FIELDS (…)]. */
  readonly header: Buffer;
}

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';

/**
 * Seconds since 1970 of an IMAP date-time (RFC 3501, section 9: `date-time`); null when it is not one. Read by its
 * places, as it is asked for each message.
 */
export function internalDateEpoch(text: string): number | null {
  // From the end, as the day has one digit or two, or a blank and one.
  const from = text.length - '-Mmm-yyyy hh:mm:ss +zzzz'.length;
  if (!hasMarks(text, from)) return null;
  const day = dayOf(text, from);
  const month = MONTHS.indexOf(text.slice(from + 1, from + 4).toLowerCase()) / 3;
  const year = digits(text, from + 5, 4);
  const hours = digits(text, from + 10, 2);
  const minutes = digits(text, from + 13, 2);
  const seconds = digits(text, from + 16, 2);
  const zoneHours = digits(text, from + 20, 2);
  const zoneMinutes = digits(text, from + 22, 2);
  const sum = day + month + year + hours + minutes + seconds + zoneHours + zoneMinutes;
  // A part that is no number is NaN, an unknown month a fraction.
  if (!Number.isInteger(sum)) return null;
  const local = Date.UTC(year, month, day, hours, minutes, seconds) / 1000;
  const offset = (zoneHours * 60 + zoneMinutes) * 60;
  return text[from + 19] === '-' ? local + offset : local - offset;
}

function hasMarks(text: string, from: number): boolean {
  const isThere = (at: number, mark: string): boolean => text[from + at] === mark;
  return (
    isThere(0, '-') &&
    isThere(4, '-') &&
    isThere(9, ' ') &&
    isThere(12, ':') &&
    isThere(15, ':') &&
    isThere(18, ' ') &&
    (isThere(19, '+') || isThere(19, '-'))
  );
}

/** NaN when it is none. */
function dayOf(text: string, length: number): number {
  const from = text[0] === ' ' ? 1 : 0;
  return length - from === 1 || length - from === 2 ? digits(text, from, length - from) : Number.NaN;
}

/** NaN when these are not all digits. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
