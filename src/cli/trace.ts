import type { KnownSecrets } from '../config/known-secrets.js';
import { usageError } from '../config/usage-error.js';
import type { TraceEvent } from '../index.js';
import type { Log } from './log.js';
import { cleanText } from './render/clean-text.js';

/** `imap`: the protocol; `imap-data`: with the octets of literals, which are people's mail. */
export type TraceLevel = 'imap' | 'imap-data';

export function readTraceLevel(text: string | undefined): TraceLevel | null {
  if (text === undefined || text === 'imap' || text === 'imap-data') return text ?? null;
  throw usageError(`--trace is "${text}"; wanted imap or imap-data`, 'write --trace imap');
}

/**
 * Writes what one account's connections say. The store has masked the credentials; secrets that come back from a
 * server are masked here.
 */
export function traceWriter(
  level: TraceLevel,
  name: string,
  log: Log,
  known: KnownSecrets,
): (event: TraceEvent) => void {
  return (event) => {
    if (event.data && level !== 'imap-data') return;
    const arrow = event.direction === 'sent' ? '>' : '<';
    log.trace(cleanText(`${name} ${event.connection} ${arrow} ${known.mask(event.text)}`));
  };
}
