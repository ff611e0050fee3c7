import { stateDamaged } from './damage.js';
import { type PairSlot, type ShardRecipe, shardFromRecipe } from './pair-slot.js';
import type { Shard } from './shard.js';
import type { ShardData } from './shard-data.js';
import type { ShardFiles } from './shard-files.js';

/** Makes shards of what is in the files and what has been recorded since. */
export class ShardLoader {
  readonly #shards: ShardFiles;
  readonly #missing: (path: string) => Error;

  /** `missing` makes the error for a file that the index names and that is not there. */
  constructor(shards: ShardFiles, missing: (path: string) => Error) {
    this.#shards = shards;
    this.#missing = missing;
  }

  async read(file: string, key: string): Promise<ShardData> {
    const data = await this.#shards.read(file, key);
    if (!data) throw this.#missing(this.#shards.path(file));
    return data;
  }

  async make(key: string, recipe: ShardRecipe): Promise<Shard> {
    return this.#made(recipe.file === null ? null : await this.read(recipe.file, key), recipe);
  }

  /** Fills the slot. A fold may move the shard to another file meanwhile: then that one is read. */
  async load(slot: PairSlot): Promise<void> {
    while (!slot.shard) {
      const { file } = slot;
      const data = file === null ? null : await this.#shards.read(file, slot.summary.key);
      if (slot.file !== file) continue;
      if (file !== null && !data) throw this.#missing(this.#shards.path(file));
      slot.shard = this.#made(data, slot.recipe());
    }
  }

  #made(data: ShardData | null, recipe: ShardRecipe): Shard {
    try {
      return shardFromRecipe(data, recipe);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw stateDamaged(this.#shards.path(recipe.file ?? ''), `it makes no sense: ${error.message}`, error);
    }
  }
}
