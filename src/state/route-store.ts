import { sameAccount } from './account-identity.js';
import { foldShards, freezeRoute } from './fold.js';
import { type IndexData, writeIndex } from './index-file.js';
import { Journal } from './journal.js';
import type { JournalRecord } from './journal-line.js';
import type { HeldLock } from './lock.js';
import { journalPath, type RoutePlace, type StoredRoute } from './open-route.js';
import type { RouteMemory } from './route-memory.js';
import type { ShardFiles } from './shard-files.js';
import type { ShardLoader } from './shard-loader.js';

/** When a journal is worth folding: not below so many octets, nor below this share of what would be rewritten. */
interface FoldRule {
  readonly leastBytes: number;
  readonly leastShare: number;
}

const AT_WORK: FoldRule = { leastBytes: 256 * 1024, leastShare: 1 };
/** What a run leaves behind lies there until the next: promises that were kept are not worth keeping. */
const AT_THE_END: FoldRule = { leastBytes: 64 * 1024, leastShare: 0.25 };

/** Keeps a route's memory on the disk: every record in the journal, now and then all of it in index and shards. */
export class RouteStore {
  readonly #place: RoutePlace;
  readonly #memory: RouteMemory;
  readonly #shards: ShardFiles;
  readonly #loader: ShardLoader;
  readonly #locks: readonly HeldLock[];
  readonly #journal: Journal;
  #files: IndexData['files'];
  /** As the index on the disk has them: what all lines of the journal are written in terms of. */
  #accounts: IndexData['accounts'];
  #indexBytes = 0;
  /** The last fold came while messages were on their way. */
  #holdsIntents = false;
  #folding: Promise<void> | null = null;

  constructor(
    place: RoutePlace,
    stored: StoredRoute,
    memory: RouteMemory,
    shards: ShardFiles,
    loader: ShardLoader,
    locks: readonly HeldLock[],
  ) {
    this.#place = place;
    this.#memory = memory;
    this.#shards = shards;
    this.#loader = loader;
    this.#locks = locks;
    this.#journal = new Journal(
      { files: place.files, path: journalPath(place), route: place.route },
      stored.journal,
    );
    this.#files = stored.index.files;
    this.#accounts = stored.index.accounts;
  }

  /** The index has the sides the other way round than they are in memory: a record now would be read turned. */
  get isTurning(): boolean {
    return !sameAccount(this.#accounts.a, this.#memory.accounts.a);
  }

  /** Throws what made an earlier write fail: nothing goes on without a journal. */
  mustBeSound(): void {
    if (this.#journal.failure) throw this.#journal.failure;
  }

  append(record: JournalRecord): void {
    this.#journal.append(record);
  }

  async commit(): Promise<void> {
    await this.#journal.commit();
    // Whoever waits for the records need not wait for the fold; its failure is met at the next step.
    if (this.#isFoldDue(AT_WORK)) this.fold().catch(() => undefined);
  }

  /** Writes all that was appended before into index and shards, and starts a new journal. */
  async fold(): Promise<void> {
    // One that is under way does not have what was appended since it started.
    await this.#folding;
    this.mustBeSound();
    if (this.#journal.isEmpty && !this.isTurning) return;
    this.#folding ??= this.#fold()
      .catch((error) => {
        this.#journal.fail(error);
        throw error;
      })
      .finally(() => {
        this.#folding = null;
      });
    await this.#folding;
  }

  async close(): Promise<void> {
    try {
      await this.#journal.commit();
      await this.#folding;
      if (this.#holdsIntents || this.#isFoldDue(AT_THE_END)) await this.fold();
    } finally {
      await this.#folding?.catch(() => undefined);
      await this.#journal.close();
      for (const lock of this.#locks) await lock.release();
    }
  }

  #isFoldDue({ leastBytes, leastShare }: FoldRule): boolean {
    if (this.#folding || this.#journal.sizeBytes <= leastBytes) return false;
    const rewritten = new Set<string>();
    for (const slot of this.#memory.slots.values()) if (slot.isChanged && slot.file) rewritten.add(slot.file);
    let bytes = this.#indexBytes;
    for (const file of rewritten) bytes += this.#files[file] ?? 0;
    return this.#journal.sizeBytes > bytes * leastShare;
  }

  async #fold(): Promise<void> {
    const { files, folder } = this.#place;
    const generation = this.#journal.startGeneration();
    const frozen = freezeRoute(this.#memory, generation);
    const { pairs, files: named } = await foldShards(frozen, {
      shards: this.#shards,
      generation,
      files: this.#files,
      loader: this.#loader,
    });
    this.#indexBytes = await writeIndex(files, folder, { ...frozen.index, files: named, pairs });
    this.#files = named;
    this.#accounts = frozen.index.accounts;
    this.#holdsIntents = pairs.some(({ holdsIntents }) => holdsIntents);
    for (const { slot, before, summary, file, recordCount } of pairs) {
      slot.written(file, recordCount);
      if (slot.summary === before && !slot.isChanged) slot.summary = summary;
    }
    await this.#journal.trim();
    await this.#shards.removeOthers(new Set(Object.keys(named)));
  }
}
