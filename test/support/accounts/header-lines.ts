import type { Random } from './random.js';

const FOLD_AT = 76;
const WORD_MAX = 75;

/** A header field whose value is folded at its spaces (RFC 5322 section 2.2.3). */
export function headerField(name: string, value: string, indent = ' '): string {
  let line = `${name}:`;
  let text = '';
  for (const word of value.split(' ')) {
    if (line.length + 1 + word.length > FOLD_AT && line.length > name.length + 1) {
      text += `${line}\r\n`;
      line = indent + word;
    } else line += ` ${word}`;
  }
  return `${text}${line}\r\n`;
}

/** Text as US-ASCII, in encoded words (RFC 2047) where it must be. */
export function encodedText(text: string, random: Random): string {
  // Text that only looks encoded has to be encoded as well.
  if (/^[ -~]*$/.test(text) && !text.includes('=?')) return text;
  const latin1 = /^[\0-\xff]*$/.test(text);
  const [charset, encoding] = latin1 && random.chance(0.5) ? LATIN1 : UTF8;
  const encode = random.chance(0.5) ? base64Word : quotedWord;
  const words: string[] = [];
  let run = '';
  // By code point, so that no character is cut in two (RFC 2047 section 5).
  for (const character of text) {
    const longer = encode(Buffer.from(run + character, encoding), charset);
    if (longer.length > WORD_MAX) {
      words.push(encode(Buffer.from(run, encoding), charset));
      run = character;
    } else run += character;
  }
  words.push(encode(Buffer.from(run, encoding), charset));
  return words.join(' ');
}

/** A mailbox of an address field, its display name quoted or encoded. */
export function addressText(name: string, address: string, random: Random): string {
  if (name === '') return `<${address}>`;
  if (!/^[ -~]*$/.test(name)) return `${encodedText(name, random)} <${address}>`;
  const plain = /^[\w ]+$/.test(name);
  return `${plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`;
}

/** RFC 5322 date-time. */
export function dateText(epochSeconds: number, zoneMinutes: number): string {
  const [weekday = '', rest = ''] = new Date((epochSeconds + zoneMinutes * 60) * 1000)
    .toUTCString()
    .split(', ');
  const zone = Math.abs(zoneMinutes);
  const digits = String(Math.floor(zone / 60) * 100 + (zone % 60)).padStart(4, '0');
  return `${weekday}, ${rest.replace('GMT', (zoneMinutes < 0 ? '-' : '+') + digits)}`;
}

const LATIN1 = ['iso-8859-1', 'latin1'] as const;
const UTF8 = ['utf-8', 'utf8'] as const;

function base64Word(bytes: Buffer, charset: string): string {
  return `=?${charset}?B?${bytes.toString('base64')}?=`;
}

function quotedWord(bytes: Buffer, charset: string): string {
  let text = '';
  for (const byte of bytes) text += QUOTED_OCTETS[byte] ?? '';
  return `=?${charset}?Q?${text}?=`;
}

/** Each octet as the Q encoding may write it anywhere (RFC 2047 section 4.2 and 5 (3)). */
const QUOTED_OCTETS = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (character === ' ') return '_';
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  return /[A-Za-z0-9]/.test(character) ? character : `=${hex}`;
});
