import type { ResponsePart } from './response-reader.js';
import { parseStatusLine, type StatusLine } from './status-line.js';
import { type Token, tokenize } from './tokens.js';

/** An untagged response: `* 12 FETCH (…)` has kind FETCH and number 12. */
export interface Untagged {
  readonly kind: string;
  readonly number: number | null;
  /** For OK, NO, BAD, BYE, PREAUTH. */
  readonly status: StatusLine | null;
  /** What follows the kind; null when it cannot be understood. */
  tokens(): readonly Token[] | null;
  /** Text of the first part after the kind, for answers too large for tokens. */
  rest(): string;
}

const STATUS_KINDS = new Set(['OK', 'NO', 'BAD', 'BYE', 'PREAUTH']);

export function parseUntagged(parts: readonly ResponsePart[]): Untagged | null {
  const first = parts[0];
  if (first === undefined || typeof first === 'symbol' || !('text' in first)) return null;
  const match = /^\* (?:(\d+) )?([A-Za-z]+)/.exec(first.text.toString('latin1', 0, 64));
  if (!match) return null;
  const kind = (match[2] as string).toUpperCase();
  const from = match[0].length;
  return {
    kind,
    number: match[1] === undefined ? null : Number(match[1]),
    status: STATUS_KINDS.has(kind) ? parseStatusLine(parts) : null,
    tokens: () => tokenize(parts, from),
    rest: () => first.text.toString('latin1', from),
  };
}
