import { UidSet } from '../model/uid-set.js';
import type { PairState } from './pair-state.js';

/** The aUids that are the partners of these bUids when the pair is seen from side b: one for each that has any. */
export function partnersOf(pair: PairState, bUids: UidSet): UidSet {
  const { map, aliases } = pair;
  const aUids = map.toA(bUids);
  if (aliases.isEmpty && map.toB(aUids).size === aUids.size) return aUids;
  return pair.turned.map.toB(bUids);
}

/** Of these aUids those whose every partner is among `bUids`. */
export function withAllTheirPartners({ map, aliases }: PairState, aUids: UidSet, bUids: UidSet): UidSet {
  const several = aliases.isEmpty ? UidSet.empty : aUids.intersect(aliases.bUids());
  if (several.isEmpty) return aUids;
  const missing = map.toB(several).union(aliases.toA(several)).subtract(bUids);
  return aUids.subtract(several.intersect(map.toA(missing).union(aliases.toB(missing))));
}
