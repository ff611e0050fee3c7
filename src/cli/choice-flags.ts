import { parseDateEpoch } from '../config/date.js';
import { parseSizeBytes } from '../config/size.js';
import { usageError } from '../config/usage-error.js';
import type { SyncRunOptions } from '../index.js';

/** The options of copy that choose messages, as commander hands them over. */
export interface ChoiceFlags {
  readonly since?: string;
  readonly before?: string;
  readonly minSize?: string;
  readonly maxSize?: string;
  readonly stopAfter?: string;
  readonly includeDeleted?: true;
  readonly restore?: true;
  readonly acceptSkipped?: true;
  readonly retrySkipped?: true;
  readonly altChar?: string;
}

/** What a run is told about the choice of messages. */
export type Choice = Pick<SyncRunOptions, 'filter' | 'stopAfterBytes' | 'restore' | 'skipped' | 'altChar'>;

/** Throws USAGE. */
export function readChoice(flags: ChoiceFlags): Choice {
  const { stopAfter, altChar } = flags;
  return {
    ...readFilter(flags),
    ...readSkipped(flags),
    ...(stopAfter === undefined ? {} : { stopAfterBytes: parseSizeBytes(stopAfter, '--stop-after') }),
    ...(flags.restore === undefined ? {} : { restore: true }),
    ...(altChar === undefined ? {} : { altChar: readAltChar(altChar) }),
  };
}

function readFilter({ since, before, minSize, maxSize }: ChoiceFlags): Pick<Choice, 'filter'> {
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

function readSkipped(flags: ChoiceFlags): Pick<Choice, 'skipped'> {
  if (flags.acceptSkipped !== undefined && flags.retrySkipped !== undefined) {
    throw usageError(
      '--accept-skipped and --retry-skipped are both given; wanted one of them',
      'take one out',
    );
  }
  if (flags.acceptSkipped !== undefined) return { skipped: 'accept' };
  return flags.retrySkipped === undefined ? {} : { skipped: 'retry' };
}

function readAltChar(text: string): string {
  if (/^[A-Za-z0-9_,;=@!~+-]$/.test(text)) return text;
  throw usageError(
    `--alt-char is "${text}"; wanted one character that every server takes in a mailbox name`,
    'write --alt-char _ or --alt-char -',
  );
}
