import type { OutgoingMessage } from './outgoing.js';

/** The most one APPEND may hold. Batches are streamed, so their size costs no memory, only time when one is refused. */
export interface BatchLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export const FIRST_BATCH: BatchLimits = { maxMessages: 200, maxBytes: 4 * 1024 * 1024 };
const LARGEST: BatchLimits = { maxMessages: 5000, maxBytes: 32 * 1024 * 1024 };
const SMALLEST_BYTES = 1024 * 1024;

/** A batch that takes longer than this is followed by smaller ones, a quick one by larger ones. */
const SLOW_BATCH_MS = 5000;
const QUICK_BATCH_MS = 2000;

/** How many messages from the front go into one batch: at least one, however large. `alone`: these go alone. */
export function batchLength(
  queue: readonly OutgoingMessage[],
  limits: BatchLimits,
  alone: { has(uid: number): boolean } = new Set<number>(),
): number {
  let bytes = 0;
  let count = 0;
  for (const { uid, sizeBytes } of queue) {
    const isFull = count >= limits.maxMessages || bytes + sizeBytes > limits.maxBytes;
    if (count > 0 && (isFull || alone.has(uid))) break;
    if (alone.has(uid)) return 1;
    bytes += sizeBytes;
    count++;
  }
  return count;
}

/** The limits after a batch that was taken. */
export function adaptedLimits(limits: BatchLimits, tookMs: number): BatchLimits {
  const factor = tookMs < QUICK_BATCH_MS ? 2 : tookMs > SLOW_BATCH_MS ? 0.5 : 1;
  return {
    maxMessages: Math.max(1, Math.min(LARGEST.maxMessages, Math.round(limits.maxMessages * factor))),
    maxBytes: Math.max(SMALLEST_BYTES, Math.min(LARGEST.maxBytes, limits.maxBytes * factor)),
  };
}
