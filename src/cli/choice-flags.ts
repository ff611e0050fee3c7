import { parseSizeBytes } from '../config/size.js';
import { usageError } from '../config/usage-error.js';
import type { SyncRunOptions } from '../index.js';
import { refuseBoth } from './refuse-both.js';

/** What every verb that carries mail may be told about messages, as commander hands it over. */
export interface ChoiceFlags {
  readonly stopAfter?: string;
  readonly acceptSkipped?: true;
  readonly retrySkipped?: true;
  readonly altChar?: string;
}

type Choice = Pick<SyncRunOptions, 'stopAfterBytes' | 'skipped' | 'altChar'>;

/** Throws USAGE. */
export function readChoice(flags: ChoiceFlags): Choice {
  const { stopAfter, altChar } = flags;
  return {
    ...readSkipped(flags),
    ...(stopAfter === undefined ? {} : { stopAfterBytes: parseSizeBytes(stopAfter, '--stop-after') }),
    ...(altChar === undefined ? {} : { altChar: readAltChar(altChar) }),
  };
}

function readSkipped({ acceptSkipped, retrySkipped }: ChoiceFlags): Pick<Choice, 'skipped'> {
  refuseBoth('--accept-skipped', acceptSkipped, '--retry-skipped', retrySkipped);
  if (acceptSkipped !== undefined) return { skipped: 'accept' };
  return retrySkipped === undefined ? {} : { skipped: 'retry' };
}

function readAltChar(text: string): string {
  if (/^[A-Za-z0-9_,;=@!~+-]$/.test(text)) return text;
  throw usageError(
    `--alt-char is "${text}"; wanted one character that every server takes in a mailbox name`,
    'write --alt-char _ or --alt-char -',
  );
}
