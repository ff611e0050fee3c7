import type { StatusLine } from './status-line.js';

type Words = Pick<StatusLine, 'code' | 'text'>;

/** Response codes (RFC 5530; THROTTLED is Gmail's) of a server that wants less of us for a while. */
const BUSY_CODES = new Set(['UNAVAILABLE', 'INUSE', 'THROTTLED', 'LIMIT']);
const BUSY_TEXT =
  /throttl|backoff time|rate limit|too many (?:\w+ )?(?:requests|connections|commands)|bandwidth limit|server unavailable/i;
/** Yahoo says [UNAVAILABLE] with these words whenever it is asked for a message that it cannot read. */
const OF_ONE_MESSAGE = /server error/i;
const BACKOFF = /backoff time[:=\s]+(\d+)/i;
/** Nobody is waited for longer without being asked again. */
export const LONGEST_BACKOFF_MS = 5 * 60 * 1000;

/** Whether a server's words, whatever its code, say that it wants less of us for a while. */
export function saysBusy({ text }: Pick<StatusLine, 'text'>): boolean {
  return BUSY_TEXT.test(text);
}

/** The same by its words or its code, and that it is not about the one message that was asked for. */
export function isBusy({ code, text }: Words): boolean {
  if (saysBusy({ text })) return true;
  return code !== null && BUSY_CODES.has(code) && !OF_ONE_MESSAGE.test(text);
}

/** How long the server asks to be left alone, in ms (Microsoft 365 does); to be spread over an error. */
export function backoffOf(text: string | undefined): { readonly retryAfterMs?: number } {
  const told = BACKOFF.exec(text ?? '')?.[1];
  return told === undefined ? {} : { retryAfterMs: Math.min(Number(told), LONGEST_BACKOFF_MS) };
}
