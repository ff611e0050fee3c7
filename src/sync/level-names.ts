import { decodeModifiedUtf7, encodeModifiedUtf7, readableName } from '../model/modified-utf7.js';
import type { StoreFacts } from '../store/mail-store.js';

/** By what a server is recognised. */
export type ServerIdentity = Pick<StoreFacts, 'software' | 'capabilities'>;

/** What servers are known not to take in a level of a name. */
const CYRUS = /["\\%*<>{};^!|`\p{Cc}]/gu;
const COURIER = /[\u{10000}-\u{10ffff}\p{Cc}]/gu;
/** What some servers refuse, tried when a name was refused and nobody knows why. */
const SUSPICIOUS = /[^\p{L}\p{N}\p{M} _.,()@=+#&'-]|[\u{10000}-\u{10ffff}]|^\s+|\s+$|^[~#&]|^\.+|\.+$/gu;
const EVERYWHERE = /\p{Cc}/gu;

/** Characters a server is known to refuse in names. */
export function forbiddenCharacters({ software, capabilities }: ServerIdentity): RegExp {
  if (/^cyrus/i.test(software ?? '')) return CYRUS;
  // Courier has no ID command; this extension is its own.
  return capabilities.includes('ACL2=UNION') ? COURIER : EVERYWHERE;
}

/**
 * A level without characters the destination is known to refuse, and without its delimiter. A level that is no valid
 * modified UTF-7 is carried as it is, but for the delimiter. An empty one, which few servers take, gets a character.
 */
export function cleanLevel(
  level: string,
  delimiter: string | null,
  forbidden: RegExp,
  altChar: string,
): string {
  if (level === '') return altChar;
  const text = decodeModifiedUtf7(level);
  const cleaned = text === null ? level : encodeModifiedUtf7(text.replace(forbidden, altChar));
  // The delimiter is looked for on the wire: inside base64 of modified UTF-7 it cannot be (RFC 3501, section 5.1.3).
  return delimiter === null ? cleaned : replaceOutsideBase64(cleaned, delimiter, altChar);
}

/** A level that every server should take: letters, digits and a few signs. */
export function plainLevel(level: string, delimiter: string | null, altChar: string): string {
  const text = readableName(level).replace(SUSPICIOUS, altChar);
  return cleanLevel(encodeModifiedUtf7(text), delimiter, EVERYWHERE, altChar);
}

/** As much from the front as fits into so many octets of the wire; characters stay whole. */
export function shortened(level: string, limitBytes: number): string {
  if (level.length <= limitBytes) return level;
  const characters = [...readableName(level)];
  let count = Math.min(characters.length, limitBytes);
  while (encodeModifiedUtf7(characters.slice(0, count).join('')).length > limitBytes) count--;
  return encodeModifiedUtf7(characters.slice(0, count).join('').trimEnd());
}

/** Base64 of modified UTF-7 has `,` and `+`, which some server may use as its delimiter. */
function replaceOutsideBase64(level: string, delimiter: string, altChar: string): string {
  return level.replace(/&[^-]*-|[^&]+|&/g, (part) => {
    return part.startsWith('&') && part.endsWith('-') ? part : part.replaceAll(delimiter, altChar);
  });
}
