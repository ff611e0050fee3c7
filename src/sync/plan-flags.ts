import type { FlagTable } from '../model/flags.js';
import type { UidSet } from '../model/uid-set.js';
import type { FlagFilter } from './carried-flags.js';

/** One change of one flag, for messages of the source. */
export interface FlagChange {
  readonly flag: string;
  readonly change: 'add' | 'remove';
  readonly uids: UidSet;
}

export interface FlagPlan {
  readonly changes: readonly FlagChange[];
  /** Flags the destination cannot keep. */
  readonly refused: readonly string[];
}

/**
 * What the source changed since both sides last agreed, one bit at a time (a bit the destination changed itself is
 * not in here and stays). `looked` are the messages whose flags are known; `weak` pairs, recognised and not carried
 * by us, only gain flags.
 */
export function planFlags(
  looked: UidSet,
  flags: FlagTable,
  base: FlagTable,
  weak: UidSet,
  filter: FlagFilter,
): FlagPlan {
  const changes: FlagChange[] = [];
  const refused: string[] = [];
  const names = new Map([...base.names(), ...flags.names()].map((name) => [name.toLowerCase(), name]));
  for (const flag of names.values()) {
    if (!filter.isWanted(flag)) continue;
    const now = flags.uidsOf(flag).intersect(looked);
    const before = base.uidsOf(flag).intersect(looked);
    const added = now.subtract(before);
    const removed = before.subtract(now).subtract(weak);
    if (!added.isEmpty && !filter.canKeep(flag)) refused.push(flag);
    else if (!added.isEmpty) changes.push({ flag, change: 'add', uids: added });
    if (!removed.isEmpty) changes.push({ flag, change: 'remove', uids: removed });
  }
  return { changes, refused };
}
