import { isOpenDebt } from './debt.js';
import type { IndexData } from './index-file.js';
import type { PairSlot, ShardRecipe } from './pair-slot.js';
import type { PairSummary } from './pair-summary.js';
import type { RouteMemory } from './route-memory.js';
import { cloneShard, isEmptyShard, type Shard } from './shard.js';
import { type ShardData, shardToData } from './shard-data.js';
import { isPackFile, isSmall, packOf, type ShardFiles } from './shard-files.js';
import type { ShardLoader } from './shard-loader.js';

/** A mailbox pair at the moment a fold starts. */
interface FrozenPair {
  readonly slot: PairSlot;
  readonly summary: PairSummary;
  readonly recipe: ShardRecipe;
  readonly isChanged: boolean;
  /** A copy, where it was loaded; otherwise it is made of the recipe when its turn comes. */
  readonly shard: Shard | null;
}

/** The whole state at one moment. Records that come later do not change it. */
export interface FrozenRoute {
  readonly index: Omit<IndexData, 'files' | 'pairs'>;
  readonly pairs: readonly FrozenPair[];
}

/** A mailbox pair as it was written. */
export interface FoldedPair {
  readonly slot: PairSlot;
  /** The summary as it was when the fold started. */
  readonly before: PairSummary;
  readonly summary: PairSummary;
  /** So many of the slot's records are in the file. */
  readonly recordCount: number;
  readonly file: string | null;
  /** What messages on their way look like is in the file, and of no use once they have arrived. */
  readonly holdsIntents: boolean;
}

export interface FoldedRoute {
  readonly pairs: readonly FoldedPair[];
  readonly files: Readonly<Record<string, number>>;
}

/** What a fold needs to make and write shards. */
export interface FoldContext {
  readonly shards: ShardFiles;
  readonly generation: number;
  /** Sizes of the files that the index names now. */
  readonly files: Readonly<Record<string, number>>;
  readonly loader: ShardLoader;
}

/** Takes the state as it is now; must run in one go with the journal's change of generation. */
export function freezeRoute(memory: RouteMemory, generation: number): FrozenRoute {
  const { route, accounts, facts, nextKey, nextIntentId } = memory;
  const pairs = [...memory.slots.values()].map((slot): FrozenPair => {
    const { summary, isChanged, shard } = slot;
    return {
      slot,
      summary,
      isChanged,
      recipe: slot.recipe(),
      shard: isChanged && shard ? cloneShard(shard) : null,
    };
  });
  return { index: { route, generation, accounts, facts, nextKey, nextIntentId }, pairs };
}

function foldedPair(
  { slot, summary, recipe }: FrozenPair,
  file: string | null,
  hasDebt: boolean,
  holdsIntents = false,
): FoldedPair {
  return {
    slot,
    before: summary,
    summary: { ...summary, hasDebt },
    recordCount: recipe.records.length,
    file,
    holdsIntents,
  };
}

/** Folds the pairs that share a pack while they are small. */
class PackFold {
  readonly pairs: FoldedPair[] = [];
  readonly files: Record<string, number> = {};
  readonly #context: FoldContext;
  readonly #small: ShardData[] = [];
  readonly #inPack: { readonly pair: FrozenPair; readonly hasDebt: boolean }[] = [];

  constructor(context: FoldContext) {
    this.#context = context;
  }

  async fold(pack: number, pairs: readonly FrozenPair[]): Promise<void> {
    for (const pair of pairs) if (pair.isChanged) await this.#foldChanged(pair);
    const wasPacked = ({ recipe }: FrozenPair): boolean => recipe.file !== null && isPackFile(recipe.file);
    const isRewritten = this.#small.length > 0 || pairs.some((pair) => pair.isChanged && wasPacked(pair));
    for (const pair of pairs) {
      if (!pair.isChanged) await this.#foldUnchanged(pair, isRewritten && wasPacked(pair));
    }
    if (this.#small.length > 0) await this.#writePack(pack);
  }

  async #foldChanged(pair: FrozenPair): Promise<void> {
    const { key } = pair.summary;
    const shard = pair.shard ?? (await this.#context.loader.make(key, pair.recipe));
    const hasDebt = shard.debt.some(isOpenDebt);
    const data = isEmptyShard(shard) ? null : shardToData(key, shard);
    if (data && isSmall(data)) this.#pack(pair, data, hasDebt);
    else {
      const file = data && (await this.#writeShard(data));
      this.pairs.push(foldedPair(pair, file, hasDebt, shard.intents.size > 0));
    }
  }

  async #foldUnchanged(pair: FrozenPair, isRepacked: boolean): Promise<void> {
    const { file } = pair.recipe;
    const { key, hasDebt } = pair.summary;
    if (isRepacked && file !== null) this.#pack(pair, await this.#context.loader.read(file, key), hasDebt);
    else {
      if (file !== null) this.files[file] = this.#context.files[file] ?? 0;
      this.pairs.push(foldedPair(pair, file, hasDebt));
    }
  }

  #pack(pair: FrozenPair, data: ShardData, hasDebt: boolean): void {
    this.#small.push(data);
    this.#inPack.push({ pair, hasDebt });
  }

  async #writeShard(data: ShardData): Promise<string> {
    const [file, sizeBytes] = await this.#context.shards.writeShard(data, this.#context.generation);
    this.files[file] = sizeBytes;
    return file;
  }

  async #writePack(pack: number): Promise<void> {
    const { shards, generation } = this.#context;
    const [file, sizeBytes] = await shards.writePack(pack, this.#small, generation);
    this.files[file] = sizeBytes;
    for (const { pair, hasDebt } of this.#inPack) this.pairs.push(foldedPair(pair, file, hasDebt));
  }
}

/** Writes all shards that have changed, one after another, under new names. Nothing refers to them yet. */
export async function foldShards(frozen: FrozenRoute, context: FoldContext): Promise<FoldedRoute> {
  const byPack = new Map<number, FrozenPair[]>();
  for (const pair of frozen.pairs) {
    const pack = packOf(pair.summary.key);
    const neighbours = byPack.get(pack);
    if (neighbours) neighbours.push(pair);
    else byPack.set(pack, [pair]);
  }
  const pairs: FoldedPair[] = [];
  const files: Record<string, number> = {};
  for (const [pack, neighbours] of byPack) {
    const folding = new PackFold(context);
    await folding.fold(pack, neighbours);
    pairs.push(...folding.pairs);
    Object.assign(files, folding.files);
  }
  return { pairs, files };
}
