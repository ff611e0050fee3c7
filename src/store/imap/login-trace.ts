import type { TraceEvent } from './options.js';
import type { ServerWords } from './server-words.js';

interface LogEntry {
  readonly src?: string;
  readonly msg?: unknown;
}

/**
 * imapflow's log of the login as trace events. It hides the credentials it knows of; what a server repeats is masked
 * here, and the size of a literal, which is that of a password, is not told either.
 */
export function traceLogger(trace: (event: TraceEvent) => void, id: number, words: ServerWords): object {
  const write = (entry: LogEntry): void => {
    if (entry.src !== 's' && entry.src !== 'c') return;
    const direction = entry.src === 's' ? 'received' : 'sent';
    const text = words
      .mask(String(entry.msg).trimEnd())
      .replace(/^\(\* \d+B continuation \*\)$/, '(literal)');
    trace({ connection: id, direction, text, data: false });
  };
  const ignore = (): void => undefined;
  return { trace: ignore, debug: write, info: ignore, warn: ignore, error: write };
}

/** For what is said after the login: some servers repeat what they were sent even there. */
export function maskedTrace(
  trace: (event: TraceEvent) => void,
  words: ServerWords,
): (event: TraceEvent) => void {
  return (event) => trace({ ...event, text: words.mask(event.text) });
}
