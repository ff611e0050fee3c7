import { parseDateEpoch } from '../config/date.js';
import { parseSizeBytes } from '../config/size.js';
import { usageError } from '../config/usage-error.js';
import type { SyncRunOptions } from '../index.js';

/** The options that narrow which messages are copied, as commander hands them over. */
export interface FilterFlags {
  readonly since?: string;
  readonly before?: string;
  readonly minSize?: string;
  readonly maxSize?: string;
}

/** Throws USAGE. */
export function readFilter({ since, before, minSize, maxSize }: FilterFlags): Pick<SyncRunOptions, 'filter'> {
  const filter = {
    ...(since === undefined ? {} : { since: parseDateEpoch(since, '--since') }),
    ...(before === undefined ? {} : { before: parseDateEpoch(before, '--before') }),
    ...(minSize === undefined ? {} : { minSizeBytes: parseSizeBytes(minSize, '--min-size') }),
    ...(maxSize === undefined ? {} : { maxSizeBytes: parseSizeBytes(maxSize, '--max-size') }),
  };
  refuseEmptyRange(
    '--since',
    since,
    '--before',
    before,
    (filter.since ?? -Infinity) >= (filter.before ?? Infinity),
  );
  const sizes = (filter.minSizeBytes ?? 0) > (filter.maxSizeBytes ?? Infinity);
  refuseEmptyRange('--min-size', minSize, '--max-size', maxSize, sizes);
  return Object.keys(filter).length === 0 ? {} : { filter };
}

function refuseEmptyRange(
  low: string,
  lowText: string | undefined,
  high: string,
  highText: string | undefined,
  isEmpty: boolean,
): void {
  if (!isEmpty) return;
  throw usageError(
    `${low} ${lowText} and ${high} ${highText} leave no message; wanted a range`,
    'exchange the two values',
  );
}
