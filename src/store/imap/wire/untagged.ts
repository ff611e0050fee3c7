import { keptBytes, type ResponsePart, STREAMED } from './response-reader.js';
import { parseStatusLine, type StatusLine } from './status-line.js';
import { type Token, tokenize } from './tokens.js';

/** An untagged response: `* 12 FETCH (…)` has kind FETCH and number 12. */
export interface Untagged {
  readonly kind: string;
  readonly number: number | null;
  /** Octets of it that are kept in memory. */
  readonly sizeBytes: number;
  /** For OK, NO, BAD, BYE, PREAUTH. */
  readonly status: StatusLine | null;
  /** Whether a literal of it went to a sink. */
  readonly isStreamed: boolean;
  /** The command it says it answers (ESEARCH: RFC 4466, section 2.6.2); null when it does not say. */
  readonly answersTag: string | null;
  /** What follows the kind; null when it cannot be understood. */
  tokens(): readonly Token[] | null;
  /** Text of the first part after the kind, for answers too large for tokens. */
  rest(): string;
}

const STATUS_KINDS = new Set(['OK', 'NO', 'BAD', 'BYE', 'PREAUTH']);
const SPACE = 0x20;
/** `number` of RFC 3501, section 9. */
const MOST_NUMBER = 0xffffffff;
const FETCH = Buffer.from('FETCH');
const CORRELATOR = /^ \(TAG "?([^")]+)"?\)/i;
/** A correlator is no longer than this: tags are ours. */
const MOST_CORRELATOR_BYTES = 64;

/** Read octet by octet: a copy of small messages has two of them for each. */
export function parseUntagged(parts: readonly ResponsePart[]): Untagged | null {
  const first = parts[0];
  if (first === undefined || typeof first === 'symbol' || !('text' in first)) return null;
  const { text } = first;
  if (text[0] !== 0x2a || text[1] !== SPACE) return null;
  let number: number | null = null;
  let at = 2;
  for (; isDigit(text[at]); at++) number = (number ?? 0) * 10 + (text[at] as number) - 0x30;
  if (number !== null && (text[at++] !== SPACE || number > MOST_NUMBER)) return null;
  const from = at;
  while (isLetter(text[at])) at++;
  if (at === from) return null;
  return new UntaggedResponse(parts, text, number, kindOf(text, from, at), at);
}

class UntaggedResponse implements Untagged {
  readonly kind: string;
  readonly number: number | null;
  readonly #parts: readonly ResponsePart[];
  readonly #text: Buffer;
  readonly #from: number;

  constructor(
    parts: readonly ResponsePart[],
    text: Buffer,
    number: number | null,
    kind: string,
    from: number,
  ) {
    this.kind = kind;
    this.number = number;
    this.#parts = parts;
    this.#text = text;
    this.#from = from;
  }

  get sizeBytes(): number {
    return this.#parts.reduce((sum, part) => sum + keptBytes(part), 0);
  }

  get status(): StatusLine | null {
    return STATUS_KINDS.has(this.kind) ? parseStatusLine(this.#parts) : null;
  }

  get isStreamed(): boolean {
    return this.#parts.includes(STREAMED);
  }

  get answersTag(): string | null {
    if (this.kind !== 'ESEARCH') return null;
    const head = this.#text.toString('latin1', this.#from, this.#from + MOST_CORRELATOR_BYTES);
    return CORRELATOR.exec(head)?.[1] ?? null;
  }

  tokens(): readonly Token[] | null {
    return tokenize(this.#parts, this.#from);
  }

  rest(): string {
    return this.#text.toString('latin1', this.#from);
  }
}

function kindOf(text: Buffer, from: number, to: number): string {
  const isFetch = to - from === FETCH.length && text.compare(FETCH, 0, FETCH.length, from, to) === 0;
  return isFetch ? 'FETCH' : text.toString('latin1', from, to).toUpperCase();
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

function isLetter(octet: number | undefined): boolean {
  if (octet === undefined) return false;
  const small = octet | 0x20;
  return small >= 0x61 && small <= 0x7a;
}
