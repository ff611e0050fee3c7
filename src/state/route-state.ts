import { MailferryError } from '../errors.js';
import type { WireName } from '../model/mailbox.js';
import { stateDamaged } from './damage.js';
import { withStateErrors } from './file-errors.js';
import { nodeStateFiles, type StateFiles } from './files.js';
import type { JournalRecord } from './journal-line.js';
import type { HeldLock } from './lock.js';
import {
  createRoute,
  journalPath,
  type RoutePlace,
  readRoute,
  readRouteUnlocked,
  routePlace,
  type StoredRoute,
  stateInUse,
} from './open-route.js';
import { LoadedPair, type PairState } from './pair-state.js';
import type { PairSummary } from './pair-summary.js';
import type { Json, Side, StateRecord } from './record.js';
import { lockRoute, type RouteUse } from './route-locks.js';
import { RouteMemory } from './route-memory.js';
import { RouteStore } from './route-store.js';
import { ShardFiles } from './shard-files.js';
import { ShardLoader } from './shard-loader.js';

export type { PairDebt } from './debt.js';
export type { PairState } from './pair-state.js';
export type { PairSummary } from './pair-summary.js';
export type { OpenIntent } from './shard.js';

export interface RouteStateOptions extends RouteUse {
  /** For dry runs: no lock, nothing written, records count in memory only. */
  readonly readOnly?: boolean;
  readonly files?: StateFiles;
}

function internal(message: string): MailferryError {
  return new MailferryError({ code: 'INTERNAL', scope: 'run', retry: 'never', message });
}

/** The state of a route, seen from the sides it was opened with. Made by {@link openRouteState}. */
export class RouteState {
  /** Where it is kept. */
  readonly folder: string;
  readonly #memory: RouteMemory;
  readonly #loader: ShardLoader;
  /** null: read-only. */
  readonly #store: RouteStore | null;
  #closing: Promise<void> | null = null;

  constructor(folder: string, memory: RouteMemory, loader: ShardLoader, store: RouteStore | null) {
    this.folder = folder;
    this.#memory = memory;
    this.#loader = loader;
    this.#store = store;
  }

  get isReadOnly(): boolean {
    return this.#store === null;
  }

  /** All mailbox pairs as they are now; pairs may be made or forgotten while going through them. */
  *pairs(): Generator<PairSummary> {
    for (const slot of [...this.#memory.slots.values()]) yield slot.summary;
  }

  pair(key: string): PairSummary | undefined {
    return this.#memory.slots.get(key)?.summary;
  }

  pairByName(side: Side, name: WireName): PairSummary | undefined {
    const key = this.#memory.keyOf(side, name);
    return key === undefined ? undefined : this.pair(key);
  }

  /** Records a new mailbox pair; a name is null while that side has no such mailbox. */
  createPair(a: WireName | null, b: WireName | null): PairSummary {
    const key = `m${this.#memory.nextKey}`;
    this.record({ t: 'mailbox', key, a, b, subscribed: null });
    return this.#memory.slot(key).summary;
  }

  /** What was last recorded of a server; null: nothing. */
  facts(side: Side): Json {
    return this.#memory.facts[side];
  }

  /** Ids are given once, across runs as soon as an intent with a higher or equal id is recorded. */
  nextIntentId(): number {
    return this.#memory.nextIntentId++;
  }

  /** Reads the shard of a pair, unless it is loaded already. Throws STATE_DAMAGED. */
  async load(key: string): Promise<PairState> {
    this.#mustBeOpen();
    const slot = this.#memory.slot(key);
    slot.loading ??= this.#loader.load(slot).finally(() => {
      slot.loading = null;
    });
    await slot.loading;
    this.#noteDebt(key);
    return new LoadedPair(slot);
  }

  /** What {@link load} gives, if it is in memory; undefined for other pairs. */
  loaded(key: string): PairState | undefined {
    const slot = this.#memory.slots.get(key);
    return slot?.shard ? new LoadedPair(slot) : undefined;
  }

  /** Frees the memory of a pair; what {@link load} gave for it must not be used any more. */
  unload(key: string): void {
    const slot = this.#memory.slots.get(key);
    if (slot) slot.shard = null;
  }

  /**
   * Applies a record and queues it for the journal; {@link commit} makes it last. Throws a RangeError, with
   * nothing changed, for an unknown pair or malformed lists, and STATE_WRITE_FAILED once a write has failed.
   */
  record(record: StateRecord): void {
    this.#mustBeOpen();
    this.#add(record);
    if ('key' in record) this.#noteDebt(record.key);
  }

  /** Resolves when everything recorded before is on the disk. Throws STATE_WRITE_FAILED, ever after. */
  async commit(): Promise<void> {
    this.#mustBeOpen();
    await this.#store?.commit();
  }

  /** Writes everything into index and shards now; {@link commit} and {@link close} do it when it is worth while. */
  async fold(): Promise<void> {
    this.#mustBeOpen();
    await this.#store?.fold();
  }

  /** Commits and gives the locks back, also after a failure, which it throws again. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#store?.close() ?? Promise.resolve();
    return this.#closing;
  }

  #mustBeOpen(): void {
    if (this.#closing) throw internal(`the state in ${this.folder} is used after it was closed`);
    this.#store?.mustBeSound();
  }

  #add(record: JournalRecord): void {
    this.#memory.apply(record);
    this.#store?.append(record);
  }

  #noteDebt(key: string): void {
    const record = this.#memory.debtFree(key);
    if (record) this.#add(record);
  }
}

function replayed(place: RoutePlace, { index, journal, isTurned }: StoredRoute): RouteMemory {
  const memory = new RouteMemory(index);
  for (const { record, sequence } of journal.lines) {
    try {
      memory.apply(record);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw stateDamaged(journalPath(place), `record ${sequence} makes no sense: ${error.message}`, error);
    }
  }
  if (isTurned) memory.turn();
  return memory;
}

async function openReadOnly(place: RoutePlace): Promise<RouteState> {
  const memory = replayed(place, await readRouteUnlocked(place));
  const loader = new ShardLoader(new ShardFiles(place.files, place.folder), stateInUse);
  return new RouteState(place.folder, memory, loader, null);
}

async function openLocked(
  place: RoutePlace,
  locks: readonly HeldLock[],
  signal: AbortSignal,
): Promise<RouteState> {
  const stored = (await readRoute(place)) ?? (await createRoute(place));
  signal.throwIfAborted();
  const memory = replayed(place, stored);
  const shards = new ShardFiles(place.files, place.folder);
  const loader = new ShardLoader(shards, (path) => stateDamaged(path, 'it is missing'));
  await shards.removeOthers(new Set(Object.keys(stored.index.files)));
  const store = new RouteStore(place, stored, memory, shards, loader, locks);
  // Before the first record, also where nothing is known yet: records are read in terms of the index.
  if (store.isTurning) {
    await store.fold().catch(async (error) => {
      await store.close().catch(() => undefined);
      throw error;
    });
  }
  return new RouteState(place.folder, memory, loader, store);
}

/**
 * Opens, locks and replays the state of a route, or starts one. Whoever opens says which account is a and which
 * is b: a state stored the other way round is turned, and stored so.
 * Throws STATE_LOCKED, STATE_DAMAGED, STATE_FOREIGN, STATE_WRITE_FAILED, all of scope run.
 */
export async function openRouteState(options: RouteStateOptions): Promise<RouteState> {
  const { stateDir, a, b, signal } = options;
  signal.throwIfAborted();
  const place = routePlace(withStateErrors(options.files ?? nodeStateFiles), stateDir, { a, b });
  if (options.readOnly) return openReadOnly(place);
  const locks = await lockRoute(place, options);
  try {
    return await openLocked(place, locks, signal);
  } catch (error) {
    for (const lock of locks) await lock.release();
    throw error;
  }
}
