/** One value of an IMAP response (RFC 3501 section 9). NIL is an atom: where it means 'none' depends on the place. */
export type Token =
  | { readonly type: 'atom'; readonly text: string }
  | { readonly type: 'string'; readonly bytes: Buffer }
  | { readonly type: 'list'; readonly items: readonly Token[] };

/** A response as it came: `lines[i]` is followed by `literals[i]`; there is one line more than literals. */
export interface RawResponse {
  readonly lines: readonly Buffer[];
  readonly literals: readonly Buffer[];
}

const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;
const LITERAL_HEADER = /~?\{\d+\+?\}$/;

/** Splits a response into its values. Throws on anything that the grammar does not allow. */
export function parseTokens(raw: RawResponse): Token[] {
  return new TokenParser(raw).all();
}

class TokenParser {
  readonly #raw: RawResponse;
  #lineIndex = 0;
  #line: Buffer;
  #end: number;
  #at = 0;

  constructor(raw: RawResponse) {
    this.#raw = raw;
    this.#line = raw.lines[0] ?? Buffer.alloc(0);
    this.#end = this.#endOfLine();
  }

  all(): Token[] {
    const tokens: Token[] = [];
    while (!this.#finished()) {
      if (this.#peek() === SPACE) this.#at++;
      else tokens.push(this.#value());
    }
    return tokens;
  }

  #value(): Token {
    if (this.#at === this.#end) return { type: 'string', bytes: this.#literal() };
    const first = this.#peek();
    if (first === OPEN) return this.#list();
    if (first === QUOTE) return { type: 'string', bytes: this.#quoted() };
    if (first === CLOSE) throw this.#broken('a ")" without "("');
    return { type: 'atom', text: this.#atom() };
  }

  #list(): Token {
    const items: Token[] = [];
    this.#at++;
    while (this.#at === this.#end || this.#peek() !== CLOSE) {
      if (this.#finished()) throw this.#broken('a list that does not end');
      if (this.#at < this.#end && this.#peek() === SPACE) this.#at++;
      else items.push(this.#value());
    }
    this.#at++;
    return { type: 'list', items };
  }

  #quoted(): Buffer {
    const bytes: number[] = [];
    for (this.#at++; this.#peek() !== QUOTE; this.#at++) {
      if (this.#peek() === BACKSLASH) this.#at++;
      bytes.push(this.#peek());
    }
    this.#at++;
    return Buffer.from(bytes);
  }

  /** An atom, or a section such as `BODY[HEADER.FIELDS (TO)]<0>`, whose brackets may hold spaces and parentheses. */
  #atom(): string {
    const start = this.#at;
    let inSection = false;
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#peek();
      if (!inSection && (byte === SPACE || byte === OPEN || byte === CLOSE || byte === QUOTE)) break;
      if (byte === 0x5b && /^(BODY|BINARY)/i.test(this.#line.toString('latin1', start, this.#at))) {
        inSection = true;
      }
      if (byte === 0x5d) inSection = false;
    }
    if (this.#at === start) throw this.#broken('an empty atom');
    return this.#line.toString('latin1', start, this.#at);
  }

  #literal(): Buffer {
    const literal = this.#raw.literals[this.#lineIndex];
    const next = this.#raw.lines[this.#lineIndex + 1];
    if (literal === undefined || next === undefined) throw this.#broken('an end in the middle');
    this.#lineIndex++;
    this.#line = next;
    this.#at = 0;
    this.#end = this.#endOfLine();
    return literal;
  }

  /** The header of a literal, `{n}`, is no part of the values. */
  #endOfLine(): number {
    if (this.#lineIndex >= this.#raw.literals.length) return this.#line.length;
    return this.#line.length - (LITERAL_HEADER.exec(this.#line.toString('latin1'))?.[0].length ?? 0);
  }

  #finished(): boolean {
    return this.#at >= this.#end && this.#lineIndex >= this.#raw.literals.length;
  }

  #peek(): number {
    const byte = this.#line[this.#at];
    if (byte === undefined) throw this.#broken('an end in the middle');
    return byte;
  }

  #broken(what: string): Error {
    return new Error(`unreadable response: ${what} in ${JSON.stringify(this.#line.toString('latin1'))}`);
  }
}

/** The text of an atom or a string, as latin1, so that every octet is one character. */
export function tokenText(token: Token | undefined): string {
  if (token?.type === 'atom') return token.text;
  if (token?.type === 'string') return token.bytes.toString('latin1');
  throw new Error(`expected a word, got ${token === undefined ? 'nothing' : 'a list'}`);
}

/** The octets of an atom or a string; undefined for NIL. */
export function tokenBytes(token: Token | undefined): Buffer | undefined {
  if (token?.type === 'atom' && token.text.toUpperCase() === 'NIL') return undefined;
  return token?.type === 'string' ? token.bytes : Buffer.from(tokenText(token), 'latin1');
}

/** The items of a list; NIL is an empty list. */
export function tokenList(token: Token | undefined): readonly Token[] {
  if (token?.type === 'list') return token.items;
  if (token?.type === 'atom' && token.text.toUpperCase() === 'NIL') return [];
  throw new Error('expected a list');
}
