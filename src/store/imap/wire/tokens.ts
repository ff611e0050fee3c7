import { type ResponsePart, STREAMED } from './response-reader.js';

/** A quoted string, as octets in a latin1 string; `NIL` in quotes is text, not nothing. */
export interface QuotedText {
  readonly quoted: string;
}

/** atom → string, NIL → null, quoted → QuotedText, literal → Buffer, streamed literal → STREAMED, list → array. */
export type Token = string | null | QuotedText | Buffer | typeof STREAMED | readonly Token[];

/**
 * Reads the tokens of a response; null when its parentheses or quotes do not close. More tolerant than the grammar
 * of RFC 3501, section 9: an atom ends only at a blank or parenthesis, so a mailbox `a{b` or a flag `\Se{en` is
 * read and not lost.
 */
export function tokenize(parts: readonly ResponsePart[], from = 0): Token[] | null {
  const root: Token[] = [];
  const open: Token[][] = [root];
  for (const [index, part] of parts.entries()) {
    const list = open[open.length - 1] as Token[];
    if (part === STREAMED) list.push(STREAMED);
    else if ('literal' in part) list.push(part.literal);
    else {
      const followed = index + 1 < parts.length;
      if (!readText(part.text.toString('latin1'), index === 0 ? from : 0, followed, open)) return null;
    }
  }
  return open.length === 1 ? root : null;
}

function readText(text: string, from: number, beforeLiteral: boolean, open: Token[][]): boolean {
  const end = beforeLiteral ? text.search(/~?\{\d+\}$/) : text.length;
  let at = from;
  while (at < end) {
    const char = text.charCodeAt(at);
    const list = open[open.length - 1] as Token[];
    if (char === 0x20) at++;
    else if (char === 0x28) {
      const inner: Token[] = [];
      list.push(inner);
      open.push(inner);
      at++;
    } else if (char === 0x29) {
      if (open.length === 1) return false;
      open.pop();
      at++;
    } else if (char === 0x22) {
      const close = closingQuote(text, at + 1, end);
      if (close < 0) return false;
      list.push({ quoted: withoutEscapes(text.slice(at + 1, close)) });
      at = close + 1;
    } else {
      const stop = atomEnd(text, at, end);
      const atom = text.slice(at, stop);
      list.push(atom.length === 3 && atom.toUpperCase() === 'NIL' ? null : atom);
      at = stop;
    }
  }
  return true;
}

function closingQuote(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5c) at++;
    else if (char === 0x22) return at;
  }
  return -1;
}

function withoutEscapes(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text;
}

/** An atom may hold a section in brackets with blanks and parentheses: `BODY[HEADER.FIELDS (DATE)]`. */
function atomEnd(text: string, from: number, end: number): number {
  let at = from;
  for (; at < end; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x20 || char === 0x28 || char === 0x29) break;
    if (char === 0x5b && /^(?:BODY|BINARY)/i.test(text.slice(from, at))) {
      const close = text.indexOf(']', at);
      if (close < 0) return end;
      at = close;
    }
  }
  return at;
}

/** The octets of a string token (quoted, literal or atom) as latin1 text; null for anything else. */
export function textOf(token: Token | undefined): string | null {
  if (typeof token === 'string') return token;
  if (token === null || token === undefined || typeof token === 'symbol' || Array.isArray(token)) return null;
  if (Buffer.isBuffer(token)) return token.toString('latin1');
  return (token as QuotedText).quoted;
}

/** A list of atoms (flags, attributes); null when the token is not a list. */
export function atomsOf(token: Token | undefined): string[] | null {
  if (!Array.isArray(token)) return null;
  return token.map((item: Token) => textOf(item)).filter((item): item is string => item !== null);
}

/** A non-negative number of at most 2^53; null for anything else. */
export function numberOf(token: Token | undefined): number | null {
  const text = textOf(token);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A mod-sequence: up to 63 bits (RFC 7162, section 7); some servers send 64. */
export function modseqOf(token: Token | undefined): bigint | null {
  const text = textOf(Array.isArray(token) ? (token[0] as Token) : token);
  return text !== null && /^\d{1,20}$/.test(text) ? BigInt(text) : null;
}
