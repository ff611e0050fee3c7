import { MailferryError } from '../errors.js';
import type { FlagTable } from '../model/flags.js';
import type { WireName } from '../model/mailbox.js';
import type { UidMap } from '../model/uid-map.js';
import type { UidSet } from '../model/uid-set.js';
import type { PairDebt } from './debt.js';
import type { PairSlot } from './pair-slot.js';
import type { Cursor, Side } from './record.js';
import type { OpenIntent, Shard } from './shard.js';

/**
 * All that is remembered of a mailbox pair, as the records have it at the moment of reading. Only
 * {@link RouteState.record} changes it: map and table are not to be written to.
 */
export interface PairState {
  readonly key: string;
  readonly names: Readonly<Record<Side, WireName | null>>;
  readonly subscribed: boolean | null;
  readonly cursors: Readonly<Record<Side, Cursor | null>>;
  readonly policy: string;
  readonly filter: string;
  readonly map: UidMap;
  /** See {@link Shard.aliases}: messages of side b (keys) that are neither new nor foreign, though not in `map`. */
  readonly aliases: UidMap;
  /** Flags both sides last agreed on, by aUid; speaks of UIDs in the map alone. */
  readonly base: FlagTable;
  /** aUids of pairs made by fingerprint: onto those a copy only adds flags. */
  readonly weak: UidSet;
  readonly debt: readonly PairDebt[];
  readonly foreign: Readonly<Record<Side, UidSet>>;
  readonly intents: ReadonlyMap<number, OpenIntent>;
}

export class LoadedPair implements PairState {
  readonly #slot: PairSlot;

  constructor(slot: PairSlot) {
    this.#slot = slot;
  }

  get #shard(): Shard {
    const { shard, summary } = this.#slot;
    if (shard) return shard;
    throw new MailferryError({
      code: 'INTERNAL',
      scope: 'run',
      retry: 'never',
      message: `the mailbox pair ${summary.key} is used after it was unloaded`,
    });
  }

  get key(): string {
    return this.#slot.summary.key;
  }

  get names(): PairState['names'] {
    return this.#slot.summary.names;
  }

  get subscribed(): boolean | null {
    return this.#slot.summary.subscribed;
  }

  get cursors(): PairState['cursors'] {
    return this.#slot.summary.cursors;
  }

  get policy(): string {
    return this.#slot.summary.policy;
  }

  get filter(): string {
    return this.#slot.summary.filter;
  }

  get map(): UidMap {
    return this.#shard.map;
  }

  get aliases(): UidMap {
    return this.#shard.aliases;
  }

  get base(): FlagTable {
    return this.#shard.base;
  }

  get weak(): UidSet {
    return this.#shard.weak;
  }

  get debt(): readonly PairDebt[] {
    return this.#shard.debt;
  }

  get foreign(): PairState['foreign'] {
    return this.#shard.foreign;
  }

  get intents(): ReadonlyMap<number, OpenIntent> {
    return this.#shard.intents;
  }
}
