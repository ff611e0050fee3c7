import { FlagTable } from '../model/flags.js';
import { UidMap } from '../model/uid-map.js';
import { UidSet } from '../model/uid-set.js';
import type { PairDebt } from './debt.js';
import type { Intent } from './record.js';

/** An intent that has not ended. suspect: sent again, although the first may still land. */
export interface OpenIntent extends Intent {
  readonly state: 'open' | 'suspect';
}

/** What is remembered of the messages of a mailbox pair. Only the reducer and the turning round change it. */
export interface Shard {
  map: UidMap;
  /**
   * Messages of side b (the keys) that are also the message of side a (the values) which has a partner in `map`
   * already. They come to be when a state with aliases is opened with its sides swapped.
   */
  aliases: UidMap;
  /** Flags both sides last agreed on, by aUid; read it as its intersection with the map. */
  base: FlagTable;
  /** aUids of pairs made by fingerprint. */
  weak: UidSet;
  debt: readonly PairDebt[];
  foreign: { a: UidSet; b: UidSet };
  intents: Map<number, OpenIntent>;
}

export function emptyShard(): Shard {
  return {
    map: new UidMap(),
    aliases: new UidMap(),
    base: new FlagTable(),
    weak: UidSet.empty,
    debt: [],
    foreign: { a: UidSet.empty, b: UidSet.empty },
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
    debt: shard.debt,
    foreign: { ...shard.foreign },
    intents: new Map(shard.intents),
  };
}

export function isEmptyShard({ map, aliases, debt, foreign, intents }: Shard): boolean {
  const knowsMessages = !map.isEmpty || !aliases.isEmpty || !foreign.a.isEmpty || !foreign.b.isEmpty;
  return !knowsMessages && debt.length === 0 && intents.size === 0;
}
