import type { ResponsePart } from './response-reader.js';
import { type Token, tokenize } from './tokens.js';

/** OK, NO, BAD, BYE or PREAUTH with its response code (RFC 3501, section 7.1). */
export interface StatusLine {
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';
  /** Upper case; null when there is none, or one longer than any. */
  readonly code: string | null;
  /** What follows the code inside the brackets. */
  readonly args: readonly Token[];
  /** The server's words for a person, cut where they are longer than anybody reads. */
  readonly text: string;
}

const LONGEST_CODE = 100;
/** They reach errors, and with them the state and the terminal. */
const LONGEST_TEXT = 1000;
const MOST_OCTETS_A_CHARACTER = 4;
const STATUS = /^[^ ]+ (OK|NO|BAD|BYE|PREAUTH)(?: |$)/i;

/** Reads a tagged or untagged status response; null when the response is none. */
export function parseStatusLine(parts: readonly ResponsePart[]): StatusLine | null {
  const first = parts[0];
  if (first === undefined || typeof first === 'symbol' || !('text' in first)) return null;
  const line = first.text.toString('latin1');
  const match = STATUS.exec(line);
  if (!match) return null;
  const status = (match[1] as string).toUpperCase() as StatusLine['status'];
  const rest = line.slice(match[0].length);
  const close = rest.startsWith('[') ? closingBracket(rest) : -1;
  if (close < 0) return { status, code: null, args: [], text: decode(rest) };
  const inner = Buffer.from(rest.slice(1, close), 'latin1');
  const [code, ...args] = tokenize([{ text: inner }]) ?? [];
  return {
    status,
    code: typeof code === 'string' && code.length <= LONGEST_CODE ? code.toUpperCase() : null,
    args,
    text: decode(rest.slice(close + 1).trimStart()),
  };
}

/** The bracket that ends a response code; brackets inside quotes or parentheses belong to its arguments. */
function closingBracket(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 1; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ']' && depth <= 0) return at;
  }
  return -1;
}

function decode(latin1: string): string {
  const head = latin1.slice(0, (LONGEST_TEXT + 1) * MOST_OCTETS_A_CHARACTER);
  const characters = [...Buffer.from(head, 'latin1').toString('utf8')];
  if (characters.length <= LONGEST_TEXT) return characters.join('');
  return `${characters.slice(0, LONGEST_TEXT).join('')}…`;
}
