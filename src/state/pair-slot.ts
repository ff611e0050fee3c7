import type { PairSummary } from './pair-summary.js';
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
export class PairSlot {
  summary: PairSummary;
  file: string | null;
  records: ShardRecord[] = [];
  turnAfter: number | null = null;
  /** null while it is not loaded. */
  shard: Shard | null = null;
  loading: Promise<void> | null = null;

  constructor(summary: PairSummary, file: string | null) {
    this.summary = summary;
    this.file = file;
  }

  get isChanged(): boolean {
    return this.records.length > 0 || this.turnAfter !== null;
  }

  /** Throws a RangeError, with nothing changed, when the record's lists are none. */
  apply(record: ShardRecord): void {
    applyToShard(this.shard ?? emptyShard(), record);
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

/** Throws a RangeError when what was written cannot be read. */
export function shardFromRecipe(data: ShardData | null, { records, turnAfter }: ShardRecipe): Shard {
  let shard = data ? shardFromData(data) : emptyShard();
  for (const [index, record] of records.entries()) {
    if (index === turnAfter) shard = turnedShard(shard);
    applyToShard(shard, record);
  }
  return turnAfter === records.length ? turnedShard(shard) : shard;
}
