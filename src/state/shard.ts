import { FlagTable } from '../model/flags.js';
import { UidMap } from '../model/uid-map.js';
import { UidSet } from '../model/uid-set.js';
import type { PairDebt } from './debt.js';
import type { Anchor, Intent, Side } from './record.js';
import type { WrittenFlags } from './written-flags.js';

/** An intent that has not ended. suspect: sent again, although the first may still land. */
export interface OpenIntent extends Intent {
  readonly state: 'open' | 'suspect';
}

/** What is remembered of the messages of a mailbox pair. Only the reducer and the turning round change it. */
export interface Shard {
  map: UidMap;
  /**
   * Messages of side b (the keys) that are also the message of side a (the values) which has a partner in `map`
   * already. They come to be when side a stores equal messages of b once, or a bUid with several aUids is seen from the other side.
   */
  aliases: UidMap;
  /** Flags both sides last agreed on, by aUid; read it as its intersection with the map. */
  base: FlagTable;
  /** aUids of pairs made by fingerprint. */
  weak: UidSet;
  /** Read as those whose messages are still each other's partners. */
  anchors: readonly Anchor[];
  /** By side, aUids of pairs whose flags there were written by us and not seen since; read within the map alone. */
  unseen: Record<Side, UidSet>;
  /** By side, which flags of those were written, as far as that is known. */
  written: Record<Side, WrittenFlags>;
  debt: readonly PairDebt[];
  foreign: Record<Side, UidSet>;
  /** Foreign messages that stay because a person said so; read within `foreign` alone. */
  kept: Record<Side, UidSet>;
  intents: Map<number, OpenIntent>;
}

export function emptyShard(): Shard {
  return {
    map: new UidMap(),
    aliases: new UidMap(),
    base: new FlagTable(),
    weak: UidSet.empty,
    anchors: [],
    unseen: { a: UidSet.empty, b: UidSet.empty },
    written: { a: new FlagTable(), b: new FlagTable() },
    debt: [],
    foreign: { a: UidSet.empty, b: UidSet.empty },
    kept: { a: UidSet.empty, b: UidSet.empty },
    intents: new Map(),
  };
}

/** A copy that later records do not change. */
export function cloneShard(shard: Shard): Shard {
  return {
    map: shard.map.clone(),
    aliases: shard.aliases.clone(),
    base: shard.base.clone(),
    weak: shard.weak,
    anchors: shard.anchors,
    unseen: { ...shard.unseen },
    written: { a: shard.written.a.clone(), b: shard.written.b.clone() },
    debt: shard.debt,
    foreign: { ...shard.foreign },
    kept: { ...shard.kept },
    intents: new Map(shard.intents),
  };
}

/**
 * What is read within the map or within `foreign` counts without them too: the record that gives it its meaning
 * may be yet to come.
 */
export function isEmptyShard(shard: Shard): boolean {
  const { map, aliases, anchors, unseen, debt, foreign, kept, intents } = shard;
  const uids = [unseen, foreign, kept].flatMap(({ a, b }) => [a, b]);
  const knowsMessages = !map.isEmpty || !aliases.isEmpty || uids.some((set) => !set.isEmpty);
  return !knowsMessages && anchors.length + debt.length + intents.size === 0;
}
