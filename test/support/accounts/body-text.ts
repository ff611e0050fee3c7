import type { Random } from './random.js';
import { WORDS } from './words.js';

/** RFC 5322 section 2.1.1: no line is longer, without its CRLF. */
export const LONGEST_LINE = 998;

const BASE64_LINE = 76;
const QUOTED_LINE = 76;
const BASE64_BYTES = 57;

export type Alphabet = 'ascii' | 'latin1' | 'unicode';

/** Lines that mail software is known to stumble over, all of them well-formed. */
const AWKWARD_LINES = [
  'From the beginning of a line',
  '>From quoted',
  '.',
  '..',
  '',
  '',
  '-- ',
  'trailing blanks   ',
  '\ta tab',
];

/** About `sizeBytes` octets of text in lines that end in CRLF. At least one line. */
export function textOf(random: Random, alphabet: Alphabet, sizeBytes: number): Buffer {
  const encoding = alphabet === 'latin1' ? 'latin1' : 'utf8';
  const lines: string[] = [];
  let length = 0;
  do {
    const line = random.chance(0.05) ? random.pick(AWKWARD_LINES) : textLine(random, alphabet);
    lines.push(line);
    length += Buffer.byteLength(line, encoding) + 2;
  } while (length < sizeBytes);
  return Buffer.from(`${lines.join('\r\n')}\r\n`, encoding);
}

/** One line of the greatest length that is allowed. */
export function longestLine(random: Random): string {
  let line = '';
  while (line.length < LONGEST_LINE) line += `${random.pick(WORDS.ascii)} `;
  // A blank at the end would be a matter of its own.
  return `${line.slice(0, LONGEST_LINE - 1)}.\r\n`;
}

/** About `sizeBytes` octets of base64 of random octets, in lines of 76. */
export function base64Of(random: Random, sizeBytes: number): Buffer {
  const lineCount = Math.max(1, Math.floor(sizeBytes / (BASE64_LINE + 2)));
  const rawBytes = lineCount * BASE64_BYTES - random.between(0, BASE64_BYTES - 1);
  const encoded = Buffer.from(random.bytes(rawBytes).toString('base64'), 'latin1');
  const lines = Buffer.allocUnsafe(encoded.length + 2 * lineCount);
  let to = 0;
  for (let from = 0; from < encoded.length; from += BASE64_LINE) {
    to += encoded.copy(lines, to, from, Math.min(encoded.length, from + BASE64_LINE));
    lines[to++] = 0x0d;
    lines[to++] = 0x0a;
  }
  return lines.subarray(0, to);
}

/** Quoted-printable (RFC 2045 section 6.7) of text in CRLF lines. */
export function quotedPrintable(text: Buffer): Buffer {
  const lines = text.toString('latin1').split('\r\n').map(quotedLine);
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function quotedLine(line: string): string {
  const quoted = line.replace(/[^ -<>-~]|[ \t]$/g, quotedByte);
  return quoted.length <= QUOTED_LINE ? quoted : quoted.replace(/.{70}(?:=..)?(?=.)/g, softBreak);
}

function quotedByte(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Breaks before an escape rather than in the middle of it. */
function softBreak(run: string): string {
  const cut = /=.?$/.exec(run)?.index ?? run.length;
  return `${run.slice(0, cut)}=\r\n${run.slice(cut)}`;
}

function textLine(random: Random, alphabet: Alphabet): string {
  const width = random.between(20, 74);
  let line = random.pick(WORDS[alphabet]);
  while (line.length < width) {
    line += ` ${random.pick(random.chance(0.3) ? WORDS[alphabet] : WORDS.ascii)}`;
  }
  return line;
}
