import type { MessageMetadata } from '../model/message.js';
import { internalDateEpoch } from '../model/message.js';

/** Which new messages a copy carries; it never decides about what is removed. All bounds are inclusive but `before`. */
export interface MessageFilter {
  /** Seconds since 1970, compared with the internalDate. */
  readonly since?: number;
  readonly before?: number;
  readonly minSizeBytes?: number;
  readonly maxSizeBytes?: number;
}

/**
 * Tells whether what was left out was left out for the same reasons: under another filter, or with another limit of the
 * destination (null: none is told), it is looked at again.
 */
export function filterHash(filter: MessageFilter, appendLimitBytes: number | null): string {
  const { since, before, minSizeBytes, maxSizeBytes } = filter;
  const values = [since, before, minSizeBytes, maxSizeBytes, appendLimitBytes ?? undefined];
  return values.every((value) => value === undefined) ? '' : values.map((value) => value ?? '').join(',');
}

/** The option that leaves a message out; null when none does. A message without a readable date passes. */
export function leftOutBy(
  filter: MessageFilter,
  { internalDate, sizeBytes }: MessageMetadata,
): string | null {
  if (filter.since !== undefined || filter.before !== undefined) {
    const date = internalDateEpoch(internalDate);
    if (filter.since !== undefined && date !== null && date < filter.since) return '--since';
    if (filter.before !== undefined && date !== null && date >= filter.before) return '--before';
  }
  if (filter.minSizeBytes !== undefined && sizeBytes < filter.minSizeBytes) return '--min-size';
  if (filter.maxSizeBytes !== undefined && sizeBytes > filter.maxSizeBytes) return '--max-size';
  return null;
}
