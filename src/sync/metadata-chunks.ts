import type { MessageMetadata } from '../model/message.js';
import { UidSet } from '../model/uid-set.js';
import type { OpenMailbox } from '../store/mail-store.js';
import type { BatchLimits } from './batch-size.js';

/** Metadata of at most this many messages is asked for at once. */
const MOST_DESCRIBED = 4000;
/** The first messages wait for what is asked before their bodies. */
export const FIRST_DESCRIBED = 1000;

/** How many messages to ask for next: some more than a batch takes. */
export function describedAtOnce({ maxMessages }: BatchLimits): number {
  return Math.max(FIRST_DESCRIBED, Math.min(2 * maxMessages, MOST_DESCRIBED));
}

/** With as many described messages no more are asked for: enough for a batch and for the next, which may be twice as large. */
export function mostQueued({ maxMessages }: BatchLimits): number {
  return Math.min(3 * maxMessages, 2 * MOST_DESCRIBED);
}

/** Metadata that was asked for before anybody knew which messages there are. */
export interface EarlyMetadata {
  /** The lowest UIDs of the mailbox. */
  readonly within: UidSet;
  readonly rows: Promise<readonly MessageMetadata[]>;
}

interface Describing {
  readonly early?: EarlyMetadata | null;
  /** Most messages in the part that is asked for now. */
  readonly size?: () => number;
  /** Hears of each answer that is on its way. */
  readonly onAsked?: (answer: Promise<unknown>) => void;
}

/** Metadata of messages in UID order, a part at a time, one part ahead of whoever uses it. */
export async function* metadataChunks(
  source: OpenMailbox,
  uids: UidSet,
  signal: AbortSignal,
  { early, size = () => MOST_DESCRIBED, onAsked = () => undefined }: Describing = {},
): AsyncGenerator<readonly MessageMetadata[]> {
  let [chunk, rest] = uids.splitAt(size());
  let pending: Promise<readonly MessageMetadata[]> | null = null;
  const described = early ? uids.intersect(early.within) : UidSet.empty;
  if (early && !described.isEmpty) {
    rest = uids.subtract(described);
    pending = early.rows.then((rows) => rows.filter(({ uid }) => described.has(uid)));
  } else if (!chunk.isEmpty) {
    pending = source.metadata(chunk, signal);
  }
  while (pending) {
    const rows = await pending;
    [chunk, rest] = rest.splitAt(size());
    pending = chunk.isEmpty ? null : source.metadata(chunk, signal);
    // If the user of this part fails, nobody waits for the next.
    pending?.catch(() => undefined);
    if (pending) onAsked(pending);
    yield rows;
  }
}
