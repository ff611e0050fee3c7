import { FlagTable } from '../model/flags.js';
import { UidMap } from '../model/uid-map.js';
import { UidSet } from '../model/uid-set.js';
import { debtFromRecord, debtToRecord } from './debt.js';
import type { Debt } from './record.js';
import type { OpenIntent, Shard } from './shard.js';

/** A shard as it is written: UID lists as deltas. What is empty is left out. */
export interface ShardData {
  readonly key: string;
  readonly map?: readonly number[];
  readonly aliases?: readonly number[];
  readonly base?: Readonly<Record<string, readonly number[]>>;
  readonly weak?: readonly number[];
  readonly debt?: readonly Debt[];
  readonly foreign?: { readonly a: readonly number[]; readonly b: readonly number[] };
  readonly intents?: readonly OpenIntent[];
}

/**
 * Base flags are read within the map alone, so a set may run on over UIDs that are in no pair: with it a mailbox
 * full of holes has a range for every change of the flag, not for every hole.
 */
function compactBase(base: FlagTable, mapped: UidSet): FlagTable {
  const compact = new FlagTable();
  for (const name of base.names()) {
    const uids = base.uidsOf(name).intersect(mapped);
    compact.set(name, uids.bridged(mapped.subtract(uids)));
  }
  return compact;
}

function intents(shard: Shard): OpenIntent[] {
  return [...shard.intents.values()].sort((left, right) => left.id - right.id);
}

export function shardToData(key: string, shard: Shard): ShardData {
  const mapped = shard.map.aUids();
  const base = compactBase(shard.base, mapped);
  const weak = shard.weak.intersect(mapped);
  const foreign = { a: shard.foreign.a.toDeltas(), b: shard.foreign.b.toDeltas() };
  return {
    key,
    ...(shard.map.isEmpty ? {} : { map: shard.map.toDeltas() }),
    ...(shard.aliases.isEmpty ? {} : { aliases: shard.aliases.toDeltas() }),
    ...(base.names().length === 0 ? {} : { base: base.toDeltas() }),
    ...(weak.isEmpty ? {} : { weak: weak.toDeltas() }),
    ...(shard.debt.length === 0 ? {} : { debt: shard.debt.map(debtToRecord) }),
    ...(foreign.a.length + foreign.b.length === 0 ? {} : { foreign }),
    ...(shard.intents.size === 0 ? {} : { intents: intents(shard) }),
  };
}

/** Throws a RangeError when the numbers are no such lists. */
export function shardFromData(data: ShardData): Shard {
  const map = UidMap.fromDeltas(data.map ?? []);
  return {
    map,
    aliases: UidMap.fromDeltas(data.aliases ?? []),
    base: FlagTable.fromDeltas(data.base ?? {}).within(map.aUids()),
    weak: UidSet.fromDeltas(data.weak ?? []),
    debt: (data.debt ?? []).map(debtFromRecord),
    foreign: {
      a: UidSet.fromDeltas(data.foreign?.a ?? []),
      b: UidSet.fromDeltas(data.foreign?.b ?? []),
    },
    intents: new Map((data.intents ?? []).map((intent) => [intent.id, intent])),
  };
}
