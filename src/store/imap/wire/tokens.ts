import { MailferryError } from '../../../errors.js';
import { type ResponsePart, STREAMED } from './response-reader.js';

/** A quoted string, as octets in a latin1 string; `NIL` in quotes is text, not nothing. */
export interface QuotedText {
  readonly quoted: string;
}

/** atom → string, NIL → null, quoted → QuotedText, literal → Buffer, streamed literal → STREAMED, list → array. */
export type Token = string | null | QuotedText | Buffer | typeof STREAMED | readonly Token[];

/** No answer to a command of ours nests deeper than five. */
const DEEPEST = 100;
/** A list of two octets takes twenty times as many in memory. */
const MOST_TOKENS = 100_000;

/**
 * Reads the tokens of a response; null when its parentheses or quotes do not close. More tolerant than the grammar
 * of RFC 3501, section 9: an atom ends only at a blank or parenthesis, so a mailbox `a{b` or a flag `\Se{en` is
 * read and not lost. Throws PROTOCOL_ERROR for more tokens, or deeper ones, than any answer has.
 */
export function tokenize(parts: readonly ResponsePart[], from = 0): Token[] | null {
  const reader = new TokenReader();
  for (const [index, part] of parts.entries()) {
    if (part === STREAMED) reader.add(STREAMED);
    else if ('literal' in part) reader.add(part.literal);
    else {
      const beforeLiteral = index + 1 < parts.length;
      if (!reader.read(part.text.toString('latin1'), index === 0 ? from : 0, beforeLiteral)) return null;
    }
  }
  return reader.depth === 0 ? reader.list : null;
}

/**
 * The list that a literal is about to come into, as far as it has been read: of `* 3 FETCH (UID 7 BODY[] {5}` what
 * follows the parenthesis. null unless exactly one list is open. Throws like {@link tokenize}.
 */
export function listBeforeLiteral({ text }: { readonly text: Buffer }): readonly Token[] | null {
  const reader = new TokenReader();
  return reader.read(text.toString('latin1'), 0, true) && reader.depth === 1 ? reader.list : null;
}

class TokenReader {
  readonly #open: Token[][] = [];
  #tokens = 0;
  /** The list that is open now, at depth 0 the whole. */
  list: Token[] = [];

  get depth(): number {
    return this.#open.length;
  }

  add(token: Token): void {
    if (++this.#tokens > MOST_TOKENS) throw tooMuch(`${MOST_TOKENS} tokens`);
    this.list.push(token);
  }

  /** false when it cannot be understood. */
  read(text: string, from: number, beforeLiteral: boolean): boolean {
    const end = beforeLiteral ? text.search(/~?\{\d+\}$/) : text.length;
    let at = from;
    while (at < end) {
      const char = text.charCodeAt(at);
      if (char === 0x20) at++;
      else if (char === 0x28) {
        this.#openList();
        at++;
      } else if (char === 0x29) {
        if (!this.#closeList()) return false;
        at++;
      } else if (char === 0x22) {
        const close = closingQuote(text, at + 1, end);
        if (close < 0) return false;
        this.add({ quoted: withoutEscapes(text.slice(at + 1, close)) });
        at = close + 1;
      } else {
        const stop = atomEnd(text, at, end);
        const atom = text.slice(at, stop);
        this.add(atom.length === 3 && atom.toUpperCase() === 'NIL' ? null : atom);
        at = stop;
      }
    }
    return true;
  }

  #openList(): void {
    if (this.#open.length === DEEPEST) throw tooMuch(`${DEEPEST} parentheses in each other`);
    const inner: Token[] = [];
    this.add(inner);
    this.#open.push(this.list);
    this.list = inner;
  }

  #closeList(): boolean {
    const outer = this.#open.pop();
    if (!outer) return false;
    this.list = outer;
    return true;
  }
}

function tooMuch(limit: string): MailferryError {
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'later',
    message: `the server sent a response of more than ${limit}`,
  });
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

/** The name of a mailbox, as octets in latin1 text: an astring (RFC 3501, section 9), so the atom NIL is a name. */
export function nameOf(token: Token | undefined): string | null {
  return token === null ? 'NIL' : textOf(token);
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
