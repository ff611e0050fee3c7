import { usageError } from '../config/usage-error.js';
import type { RemovalLimit, SyncRunOptions } from '../index.js';
import { refuseBoth } from './refuse-both.js';

/** The options about what may be removed and undone, as commander hands them over. */
export interface RemovalFlags {
  readonly maxDelete?: string;
  readonly keepExtra?: true;
  readonly removeForeign?: true;
  readonly onDrift?: string;
}

type Removal = Pick<SyncRunOptions, 'removalLimit' | 'foreign' | 'onDrift'>;

/** Throws USAGE. */
export function readRemoval(flags: RemovalFlags): Removal {
  const { maxDelete, onDrift } = flags;
  return {
    ...(maxDelete === undefined ? {} : { removalLimit: parseRemovalLimit(maxDelete) }),
    ...readForeign(flags),
    ...(onDrift === undefined ? {} : { onDrift: readOnDrift(onDrift) }),
  };
}

function parseRemovalLimit(text: string): RemovalLimit {
  const match = /^(\d{1,9})(%?)$/.exec(text);
  const most = match === null ? Number.NaN : Number(match[1]);
  if (match?.[2] === '') return { unit: 'messages', most };
  if (match?.[2] === '%' && most <= 100) return { unit: 'percent', most };
  throw usageError(
    `--max-delete is "${text}"; wanted a number of messages, or a share from 0% to 100%`,
    'write --max-delete 100 or --max-delete 20%',
  );
}

function readForeign({ keepExtra, removeForeign }: RemovalFlags): Pick<Removal, 'foreign'> {
  refuseBoth('--keep-extra', keepExtra, '--remove-foreign', removeForeign);
  if (keepExtra !== undefined) return { foreign: 'keep' };
  return removeForeign === undefined ? {} : { foreign: 'remove' };
}

function readOnDrift(text: string): 'put-right' | 'stop' {
  if (text === 'stop' || text === 'put-right') return text;
  throw usageError(`--on-drift is "${text}"; wanted stop or put-right`, 'write --on-drift stop');
}
