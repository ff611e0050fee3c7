import { createHash } from 'node:crypto';
import { internalDateEpoch, type MessageHeaders } from '../model/message.js';

/** The header fields a fingerprint is made of. */
export const FINGERPRINT_FIELDS = ['MESSAGE-ID', 'DATE', 'FROM', 'SUBJECT'] as const;

/** What identifies a message whatever server it lies on. Keys are digests, so they are short and of one length. */
export interface Fingerprint {
  readonly uid: number;
  /** Message-ID, Date as an instant and From; null without a Message-ID. */
  readonly strong: string | null;
  readonly messageId: string | null;
  /** internalDate, Date and Subject, for messages without a Message-ID; null when all of it is missing. */
  readonly loose: string | null;
  /** Seconds since 1970, 0 when the server sent no date. */
  readonly internalDate: number;
  readonly sizeBytes: number;
}

export function fingerprintOf(row: MessageHeaders): Fingerprint {
  const fields = unfold(row.header.toString('latin1'));
  const messageId = fields.get('message-id') ?? '';
  const subject = fields.get('subject') ?? '';
  const date = dateInstant(fields.get('date') ?? '');
  const from = addressOf(fields.get('from') ?? '');
  const internalDate = internalDateEpoch(row.internalDate) ?? 0;
  return {
    uid: row.uid,
    strong: messageId === '' ? null : key(messageId, date, from),
    messageId: messageId === '' ? null : key(messageId),
    loose: messageId !== '' || (subject === '' && date === '') ? null : key(`${internalDate}`, date, subject),
    internalDate,
    sizeBytes: row.sizeBytes,
  };
}

/** Only what has the same headers, the same date and the same size is taken for the same message without reading it. */
export function sameMessageKey({ strong, loose, internalDate, sizeBytes }: Fingerprint): string | null {
  const headers = strong ?? loose;
  return headers === null || internalDate === 0 ? null : `${headers}|${internalDate}|${sizeBytes}`;
}

function key(...parts: readonly string[]): string {
  return createHash('sha1').update(parts.join('\0'), 'latin1').digest('base64').slice(0, 16);
}

/** First occurrence of each field, unfolded (RFC 5322, section 2.2.3) and trimmed; names in lower case. */
function unfold(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of header.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !fields.has(name))
      fields.set(
        name,
        line
          .slice(colon + 1)
          .replace(/\s+/g, ' ')
          .trim(),
      );
  }
  return fields;
}

/** Servers write dates anew in another zone or form; the instant stays. Text that is no date stays text. */
function dateInstant(text: string): string {
  const instant = Date.parse(text.replace(/\s*\([^()]*\)\s*$/, ''));
  return Number.isNaN(instant) ? text : String(instant / 1000);
}

/** The addr-spec in lower case: display names are re-encoded by some servers. */
function addressOf(from: string): string {
  const bracketed = /<([^<>]*)>/.exec(from);
  return (bracketed?.[1] ?? from).trim().toLowerCase();
}
