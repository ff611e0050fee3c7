import { decodeModifiedUtf7, encodeModifiedUtf7 } from '../model/modified-utf7.js';

/** What servers are known not to take in a level of a name, by the software they say they are. */
const FORBIDDEN: readonly (readonly [software: RegExp, characters: RegExp])[] = [
  [/^cyrus/i, /["\\%*<>{};^!|\p{Cc}]/gu],
  [/^courier/i, /[\u{10000}-\u{10ffff}\p{Cc}]/gu],
];
/** What some servers refuse, tried when a name was refused and nobody knows why. */
const SUSPICIOUS = /[^\p{L}\p{N}\p{M} _.,()@=+#&'-]|[\u{10000}-\u{10ffff}]|^\s+|\s+$|^[~#&]/gu;
const EVERYWHERE = /\p{Cc}/gu;

/** Characters a server is known to refuse in names. */
export function forbiddenCharacters(software: string | null): RegExp {
  return FORBIDDEN.find(([pattern]) => pattern.test(software ?? ''))?.[1] ?? EVERYWHERE;
}

/**
 * A level without characters the destination is known to refuse, and without its delimiter. A level that is no valid
 * modified UTF-7 is carried as it is, but for the delimiter.
 */
export function cleanLevel(
  level: string,
  delimiter: string | null,
  forbidden: RegExp,
  altChar: string,
): string {
  const text = decodeModifiedUtf7(level);
  const cleaned = text === null ? level : encodeModifiedUtf7(text.replace(forbidden, altChar));
  // The delimiter is looked for on the wire: inside base64 of modified UTF-7 it cannot be (RFC 3501, section 5.1.3).
  return delimiter === null ? cleaned : replaceOutsideBase64(cleaned, delimiter, altChar);
}

/** A level that every server should take: letters, digits and a few signs. */
export function plainLevel(level: string, delimiter: string | null, altChar: string): string {
  const text = decodeModifiedUtf7(level) ?? level;
  return cleanLevel(encodeModifiedUtf7(text.replace(SUSPICIOUS, altChar)), delimiter, EVERYWHERE, altChar);
}

/** Base64 of modified UTF-7 has `,` and `+`, which some server may use as its delimiter. */
function replaceOutsideBase64(level: string, delimiter: string, altChar: string): string {
  return level.replace(/&[^-]*-|[^&]+|&/g, (part) => {
    return part.startsWith('&') && part.endsWith('-') ? part : part.replaceAll(delimiter, altChar);
  });
}
