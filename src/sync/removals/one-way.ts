import { UidSet } from '../../model/uid-set.js';
import type { PairState } from '../../state/pair-state.js';
import type { EqualTask } from '../equal/equal-task.js';
import type { MailboxWork } from '../run-context.js';

/** What is to go from one side of a mailbox because of the other. UIDs are those of the work's side a. */
export interface OneWayRemovals {
  readonly task: EqualTask;
  /** The direction: what is gone at its side a goes from its side b. */
  readonly work: MailboxWork;
  readonly gone: UidSet;
  /** Those of `gone` that were gone before every mailbox was looked at: these may be removed. */
  readonly safe: UidSet;
  /** By UIDs of side b: messages without a partner that are not to be there. */
  readonly extra: UidSet;
  /** Those of `extra` that a person has decided about. */
  readonly decided: UidSet;
  /** By UIDs of side b: those that would go and stay for now; none of `safe` is among them. */
  readonly stays: UidSet;
  /** Messages on side b when the work began, or that are there because of us by now. */
  readonly total: number;
}

/** What is to go from the work's side b. */
export function removalsForth(task: EqualTask): OneWayRemovals | null {
  const { work, finding } = task;
  if (!finding || (finding.gone.isEmpty && finding.extra.isEmpty)) return null;
  const { gone, extra, decided, look } = finding;
  const safe = task.safe.intersect(gone);
  return {
    task,
    work,
    gone,
    safe,
    extra,
    decided,
    stays: UidSet.empty,
    total: Math.max(look.openedB?.messages ?? 0, work.pair.map.size),
  };
}

/** What is to go from side a, in a run that merges both sides. */
export function removalsBack(task: EqualTask): OneWayRemovals | null {
  const { work, finding } = task;
  if (!finding || !work.backward || finding.lost.isEmpty) return null;
  const { map } = work.pair;
  const nothing = { extra: UidSet.empty, decided: UidSet.empty, stays: UidSet.empty };
  const gone = map.toB(finding.lost);
  const safe = map.toB(finding.lost.intersect(task.safe));
  return {
    task,
    work: work.backward,
    gone,
    safe,
    ...nothing,
    total: Math.max(finding.look.openedA.messages, map.size),
  };
}

/** The same without these messages of side b, which stay for now. */
export function without(removals: OneWayRemovals, stays: UidSet): OneWayRemovals {
  const safe = removals.safe.subtract(standingFor(removals.work.pair, stays));
  return { ...removals, safe, stays };
}

/** By UIDs of side a, which messages these of side b stand for. */
export function standingFor({ map, aliases }: PairState, uids: UidSet): UidSet {
  return map.toA(uids).union(aliases.toB(uids));
}
