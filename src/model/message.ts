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

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Seconds since 1970 of an IMAP date-time (RFC 3501, section 9: `date-time`); null when it is not one.
 */
export function internalDateEpoch(text: string): number | null {
  const match = /^ ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/.exec(text);
  if (!match) return null;
  const [, day, monthName, year, hours, minutes, seconds, sign, zoneHours, zoneMinutes] = match;
  const month = MONTHS.indexOf((monthName ?? '').toLowerCase());
  if (month < 0) return null;
  const local =
    Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds)) / 1000;
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60;
  return sign === '-' ? local + offset : local - offset;
}
