import type { TraceEvent } from '../options.js';
import type { ResponsePart } from './response-reader.js';

/** A response as trace events; octets that went to a sink are not kept for it. */
export function traceResponse(
  trace: (event: TraceEvent) => void,
  connection: number,
  parts: readonly ResponsePart[],
): void {
  const direction = 'received';
  for (const part of parts) {
    if (typeof part === 'symbol') trace({ connection, direction, text: '(octets passed on)', data: true });
    else if ('text' in part)
      trace({ connection, direction, text: part.text.toString('latin1'), data: false });
    else trace({ connection, direction, text: part.literal.toString('latin1'), data: true });
  }
}
