import { join } from 'node:path';
import { stateDamaged } from './damage.js';
import type { StateFiles } from './files.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { TEMPORARY_SUFFIX } from './replace-file.js';
import type { ShardData } from './shard-data.js';

/** Small shards share a file with their neighbours: keys of one pack differ in the last digits alone. */
const PAIRS_PER_PACK = 64;
/** A shard of more numbers than this has a file of its own. */
const SMALL_SHARD_NUMBERS = 2000;

interface PackData {
  readonly shards: Readonly<Record<string, ShardData>>;
}

/** Which pack the shard of a key is in while it is small. */
export function packOf(key: string): number {
  return Math.floor(Number(key.slice(1)) / PAIRS_PER_PACK);
}

function packFile(pack: number, generation: number): string {
  return `pack${pack}-${generation}.json`;
}

function shardFile(key: string, generation: number): string {
  return `${key}-${generation}.json`;
}

export function isPackFile(file: string): boolean {
  return file.startsWith('pack');
}

const OURS = /^(?:m\d+|pack\d+)-\d+\.json$/;
const TEMPORARY = /^(?:index\.json|journal\.ndjson|(?:m\d+|pack\d+)-\d+\.json)\.[0-9a-f]+/;

/** Whether a file of the folder is a shard, a pack, or was left half written; lock files are none of these. */
export function isStateFile(name: string): boolean {
  return OURS.test(name) || (name.endsWith(TEMPORARY_SUFFIX) && TEMPORARY.test(name));
}

export function isSmall(shard: ShardData): boolean {
  const { map = [], aliases = [], weak = [], anchors = [], base = {}, debt = [], intents = [] } = shard;
  let numbers = map.length + aliases.length + weak.length + anchors.length;
  for (const sides of [shard.unseen, shard.foreign, shard.kept]) {
    numbers += (sides?.a.length ?? 0) + (sides?.b.length ?? 0);
  }
  for (const table of [base, shard.written?.a ?? {}, shard.written?.b ?? {}])
    for (const uids of Object.values(table)) numbers += uids.length;
  for (const { uids } of debt) numbers += uids.length;
  // Sizes, dates and digests of a message take the place of some twenty numbers.
  for (const { sourceUids } of intents) numbers += 20 * sourceUids.length;
  return numbers <= SMALL_SHARD_NUMBERS;
}

/** Reads and writes shards and packs. A file, once written, is never changed: its name carries its generation. */
export class ShardFiles {
  readonly #files: StateFiles;
  readonly #folder: string;
  /** The pack read last: neighbours are often loaded one after another. */
  #lastPack: { readonly file: string; readonly data: PackData } | null = null;

  constructor(files: StateFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  path(file: string): string {
    return join(this.#folder, file);
  }

  /** null when the file is not there. Throws STATE_DAMAGED when it is not what was written. */
  async read(file: string, key: string): Promise<ShardData | null> {
    if (isPackFile(file)) {
      const pack = await this.#readPack(file);
      if (!pack) return null;
      const shard = Object.hasOwn(pack.shards, key) ? pack.shards[key] : undefined;
      return shard ?? this.#misses(file, key);
    }
    const shard = await readJsonFile<ShardData>(this.#files, this.path(file), 'shard');
    return !shard || shard.key === key ? shard : this.#misses(file, key);
  }

  /** Writes a shard of its own; returns the file's name and size. */
  async writeShard(
    shard: ShardData,
    generation: number,
  ): Promise<readonly [file: string, sizeBytes: number]> {
    const file = shardFile(shard.key, generation);
    return [file, await writeJsonFile(this.#files, this.path(file), 'shard', shard)];
  }

  async writePack(
    pack: number,
    shards: readonly ShardData[],
    generation: number,
  ): Promise<readonly [file: string, sizeBytes: number]> {
    const file = packFile(pack, generation);
    const data: PackData = { shards: Object.fromEntries(shards.map((shard) => [shard.key, shard])) };
    return [file, await writeJsonFile(this.#files, this.path(file), 'pack', data)];
  }

  /** Removes shards, packs and half-written files that the index does not name. */
  async removeOthers(named: ReadonlySet<string>): Promise<void> {
    for (const name of await this.#files.list(this.#folder)) {
      if (isStateFile(name) && !named.has(name)) await this.#files.remove(this.path(name));
    }
  }

  async #readPack(file: string): Promise<PackData | null> {
    if (this.#lastPack?.file === file) return this.#lastPack.data;
    const data = await readJsonFile<PackData>(this.#files, this.path(file), 'pack');
    if (data) this.#lastPack = { file, data };
    return data;
  }

  #misses(file: string, key: string): never {
    throw stateDamaged(this.path(file), `it does not hold the mailbox pair ${key}`);
  }
}
