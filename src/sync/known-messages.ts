import { UidSet } from '../model/uid-set.js';
import type { PairState } from '../state/pair-state.js';
import type { Side } from '../state/record.js';
import type { KnownMessages } from './survey.js';

/** Messages of a side that are owed something of this kind. */
export function indebted(
  { debt }: PairState,
  side: Side,
  isWanted: (debt: PairState['debt'][number]) => boolean,
): UidSet {
  return debt
    .filter((one) => one.side === side && isWanted(one))
    .reduce((all, one) => all.union(one.uids), UidSet.empty);
}

/** Messages that came to side b behind our back, and whose removal was held back: they are not foreign. */
export function heldDrift(pair: PairState): UidSet {
  const held = indebted(pair, 'b', ({ kind }) => kind === 'removal-held');
  return held.subtract(pair.map.bUids()).subtract(pair.aliases.aUids()).subtract(pair.foreign.b);
}

/** What is known of a side: pairs, what was left behind there for a reason, and what has no partner. */
export function knownOf(pair: PairState, side: Side): KnownMessages {
  const pairs = side === 'a' ? pair.map.aUids() : pair.map.bUids();
  const left = indebted(pair, side, ({ kind }) => kind === 'not-copied');
  const held = indebted(pair, side, ({ kind }) => kind === 'removal-held');
  const aliases = side === 'b' ? pair.aliases.aUids() : UidSet.empty;
  const others = left.union(pair.foreign[side]).union(aliases).union(held);
  // Where a message of a pair is gone, the other side owes a removal.
  const went = held.intersect(pairs);
  return { uids: pairs.union(others).subtract(went), flagged: pairs.union(left) };
}
