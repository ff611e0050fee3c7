import { FlagTable } from '../model/flags.js';
import { UidMap } from '../model/uid-map.js';
import { UidSet } from '../model/uid-set.js';
import { anchorsFromNumbers, anchorsToNumbers } from './anchor.js';
import { debtFromRecord, debtToRecord } from './debt.js';
import type { Debt, Side } from './record.js';
import type { OpenIntent, Shard } from './shard.js';

type TableData = Readonly<Record<string, readonly number[]>>;
type SidesData = Readonly<Record<Side, readonly number[]>>;

/** A shard as it is written: UID lists as deltas. What is empty is left out. */
export interface ShardData {
  readonly key: string;
  readonly map?: readonly number[];
  readonly aliases?: readonly number[];
  readonly base?: TableData;
  readonly weak?: readonly number[];
  readonly anchors?: readonly number[];
  readonly unseen?: SidesData;
  readonly written?: Readonly<Record<Side, TableData>>;
  readonly debt?: readonly Debt[];
  readonly foreign?: SidesData;
  readonly kept?: SidesData;
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

/** null when both are empty. */
function sidesToData({ a, b }: Readonly<Record<Side, UidSet>>): SidesData | null {
  return a.isEmpty && b.isEmpty ? null : { a: a.toDeltas(), b: b.toDeltas() };
}

function sidesFromData(data: SidesData | undefined): Record<Side, UidSet> {
  return { a: UidSet.fromDeltas(data?.a ?? []), b: UidSet.fromDeltas(data?.b ?? []) };
}

function writtenToData({ a, b }: Shard['written']): Record<Side, TableData> | null {
  return a.names().length + b.names().length === 0 ? null : { a: a.toDeltas(), b: b.toDeltas() };
}

export function shardToData(key: string, shard: Shard): ShardData {
  const mapped = shard.map.aUids();
  const base = compactBase(shard.base, mapped);
  const weak = shard.weak.intersect(mapped);
  // Unseen and kept are written whole: unlike weak they may come before the pairs or the foreign they speak of.
  const unseen = sidesToData(shard.unseen);
  const written = writtenToData(shard.written);
  const foreign = sidesToData(shard.foreign);
  const kept = sidesToData(shard.kept);
  return {
    key,
    ...(shard.map.isEmpty ? {} : { map: shard.map.toDeltas() }),
    ...(shard.aliases.isEmpty ? {} : { aliases: shard.aliases.toDeltas() }),
    ...(base.names().length === 0 ? {} : { base: base.toDeltas() }),
    ...(weak.isEmpty ? {} : { weak: weak.toDeltas() }),
    ...(shard.anchors.length === 0 ? {} : { anchors: anchorsToNumbers(shard.anchors) }),
    ...(unseen ? { unseen } : {}),
    ...(written ? { written } : {}),
    ...(shard.debt.length === 0 ? {} : { debt: shard.debt.map(debtToRecord) }),
    ...(foreign ? { foreign } : {}),
    ...(kept ? { kept } : {}),
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
    anchors: anchorsFromNumbers(data.anchors ?? []),
    unseen: sidesFromData(data.unseen),
    written: {
      a: FlagTable.fromDeltas(data.written?.a ?? {}),
      b: FlagTable.fromDeltas(data.written?.b ?? {}),
    },
    debt: (data.debt ?? []).map(debtFromRecord),
    foreign: sidesFromData(data.foreign),
    kept: sidesFromData(data.kept),
    intents: new Map((data.intents ?? []).map((intent) => [intent.id, intent])),
  };
}
