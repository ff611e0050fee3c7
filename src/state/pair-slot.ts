import type { PairSource } from './pair-state.js';
import { type PairSummary, summaryFromOtherSide } from './pair-summary.js';
import { applyToShard, type ShardRecord } from './reduce-shard.js';
import { emptyShard, type Shard } from './shard.js';
import { type ShardData, shardFromData } from './shard-data.js';
import { turnedShard } from './turn.js';

/** How a shard comes to be: what is in its file, and what has been recorded since. */
export interface ShardRecipe {
  readonly file: string | null;
  /** All records since the file was written, loaded or not. */
  readonly records: readonly ShardRecord[];
  /** The sides change after so many of the records; null: they do not. */
  readonly turnAfter: number | null;
}

/** A mailbox pair in memory. */
export class PairSlot implements PairSource {
  summary: PairSummary;
  file: string | null;
  records: ShardRecord[] = [];
  turnAfter: number | null = null;
  loading: Promise<void> | null = null;
  readonly turned: PairSource = new TurnedSlot(this);
  #shard: Shard | null = null;
  #turnedShard: Shard | null = null;

  constructor(summary: PairSummary, file: string | null) {
    this.summary = summary;
    this.file = file;
  }

  /** null while it is not loaded. */
  get shard(): Shard | null {
    return this.#shard;
  }

  set shard(shard: Shard | null) {
    this.#shard = shard;
    this.#turnedShard = null;
  }

  /** The shard seen from the other side: made when first asked for after a change, and then left as it is. */
  get turnedShard(): Shard | null {
    if (this.#shard) this.#turnedShard ??= turnedShard(this.#shard);
    return this.#turnedShard;
  }

  get isChanged(): boolean {
    return this.records.length > 0 || this.turnAfter !== null;
  }

  /** Throws a RangeError, with nothing changed, when the record's lists are none. */
  apply(record: ShardRecord): void {
    applyToShard(this.#shard ?? emptyShard(), record);
    this.#turnedShard = null;
    this.records.push(record);
  }

  /** As it stands now; later records do not change it. */
  recipe(): ShardRecipe {
    return { file: this.file, records: [...this.records], turnAfter: this.turnAfter };
  }

  /** The recipe up to here has been written into `file`. */
  written(file: string | null, recordCount: number): void {
    this.file = file;
    this.records = this.records.slice(recordCount);
    this.turnAfter = null;
  }
}

class TurnedSlot implements PairSource {
  readonly turned: PairSlot;

  constructor(slot: PairSlot) {
    this.turned = slot;
  }

  get summary(): PairSummary {
    return summaryFromOtherSide(this.turned.summary);
  }

  get shard(): Shard | null {
    return this.turned.turnedShard;
  }
}

/** Throws a RangeError when what was written cannot be read. */
export function shardFromRecipe(data: ShardData | null, { records, turnAfter }: ShardRecipe): Shard {
  let shard = data ? shardFromData(data) : emptyShard();
  for (const [index, record] of records.entries()) {
    if (index === turnAfter) shard = turnedShard(shard);
    applyToShard(shard, record);
  }
  return turnAfter === records.length ? turnedShard(shard) : shard;
}
