import { FlagTable } from '../model/flags.js';
import { UidMap } from '../model/uid-map.js';
import { UidSet, UidSetBuilder } from '../model/uid-set.js';
import type { PairState } from './pair-state.js';
import type { Side, StateRecord } from './record.js';
import { otherSide } from './turn.js';

type OfType<T extends StateRecord['t']> = Extract<StateRecord, { readonly t: T }>;
type Put = (record: StateRecord) => void;

const SIDES: readonly Side[] = ['a', 'b'];

function mustBePlain({ t, aliases }: OfType<'pairs' | 'drop'>): void {
  if (aliases)
    throw new RangeError(`aliases in a record of the type ${t} cannot be told from the other side`);
}

/** Records a `pairs` of the other side: its runs lead from b to a. `pair` is seen from this side. */
export function recordPairsTurned(record: OfType<'pairs'>, pair: PairState, put: Put): void {
  mustBePlain(record);
  const { runs: _, flags: told, unseen, ...rest } = record;
  const added = UidMap.fromDeltas(record.runs);
  const flags = FlagTable.fromDeltas(told);
  replacePartners(record.key, added, pair, put);
  const { runs, others, aliases } = arranged(added, pair.map);
  const agreed = agreedFlags(added, flags, pair, runs);
  // A flag on which the further message does not agree is agreed on by all of them no more.
  for (const flag of pair.base.names()) {
    const remove = others.intersect(pair.base.uidsOf(flag)).subtract(agreed.uidsOf(flag));
    if (!remove.isEmpty) put({ t: 'base', key: record.key, flag, add: [], remove: remove.toDeltas() });
  }
  put({
    ...rest,
    runs: runs.toDeltas(),
    flags: agreed.within(runs.aUids()).toDeltas(),
    ...(unseen ? { unseen: otherSide(unseen) } : {}),
    ...(aliases.isEmpty ? {} : { aliases: aliases.toDeltas() }),
  });
}

/** Records a `drop` of the other side: it names bUids, of which no partner stays. `pair` is seen from this side. */
export function recordDropTurned(record: OfType<'drop'>, pair: PairState, put: Put): void {
  mustBePlain(record);
  const bUids = UidSet.fromDeltas(record.a);
  forget(record.key, pair, pair.map.toA(bUids), bUids.intersect(pair.aliases.aUids()), put);
}

/** Messages of b that have another partner from now on lose the one they had. */
function replacePartners(key: string, added: UidMap, pair: PairState, put: Put): void {
  const bUids = added.aUids();
  if (pair.map.toA(bUids).isEmpty && pair.aliases.toB(bUids).isEmpty) return;
  const { map: before, unseen } = pair.turned;
  const changing = new UidSetBuilder();
  for (const bUid of bUids.uids()) {
    const aUid = before.bOf(bUid);
    if (aUid !== 0 && aUid !== added.bOf(bUid)) changing.add(bUid);
  }
  const changed = changing.build();
  const aliased = changed.intersect(pair.aliases.aUids());
  forget(key, pair, before.toB(changed.subtract(aliased)), aliased, put);
  for (const side of SIDES) {
    const still = added.toB(unseen[side].intersect(changed));
    if (!still.isEmpty) put({ t: 'unseen', key, side: otherSide(side), a: still.toDeltas() });
  }
}

/** Where an aUid has a partner already, further messages of b become aliases of it. */
function arranged(added: UidMap, map: UidMap): { runs: UidMap; others: UidSet; aliases: UidMap } {
  const aUids = added.bUids();
  const taken = map.within(aUids).aUids();
  const sameAgain = new UidSetBuilder();
  for (const aUid of taken.uids()) if (added.bOf(map.bOf(aUid)) === aUid) sameAgain.add(aUid);
  const again = sameAgain.build();
  const runs = added.swapped().within(aUids.subtract(taken));
  runs.addAll(map.within(again).runs());
  const aliases = added.within(added.aUids().subtract(runs.bUids()));
  return { runs, others: taken.subtract(again), aliases };
}

/** By aUid, the flags on which all its partners agree. */
function agreedFlags(added: UidMap, flags: FlagTable, { aliases, base }: PairState, runs: UidMap): FlagTable {
  const agreed = new FlagTable();
  const shared = aliases.isEmpty ? UidSet.empty : aliases.bUids().intersect(runs.aUids());
  for (const flag of flags.names()) {
    const having = added.toB(flags.uidsOf(flag));
    const lacking = added.toB(added.aUids().subtract(flags.uidsOf(flag)));
    agreed.set(flag, having.subtract(lacking).subtract(shared.subtract(base.uidsOf(flag))));
  }
  return agreed;
}

/**
 * Records that these aUids have lost the partner in the map, and that these bUids are aliases no more. An alias that is
 * left takes the place of a lost partner: no message that has a partner is to look new.
 */
function forget(key: string, pair: PairState, aUids: UidSet, aliased: UidSet, put: Put): void {
  const { aliases, base, weak } = pair;
  const heirs = aliases.within(aliases.aUids().subtract(aliased)).swapped().within(aUids);
  const inheriting = heirs.aUids();
  for (const isWeak of [false, true]) {
    const some = isWeak ? inheriting.intersect(weak) : inheriting.subtract(weak);
    if (some.isEmpty) continue;
    const runs = heirs.within(some).toDeltas();
    put({ t: 'pairs', key, runs, flags: base.within(some).toDeltas(), weak: isWeak });
  }
  const lone = aUids.subtract(inheriting);
  if (lone.isEmpty && aliased.isEmpty) return;
  const more = aliased.isEmpty ? {} : { aliases: aliased.toDeltas() };
  put({ t: 'drop', key, a: lone.toDeltas(), ...more });
}
