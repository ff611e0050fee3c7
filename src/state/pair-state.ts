import { MailferryError } from '../errors.js';
import type { FlagTable } from '../model/flags.js';
import type { WireName } from '../model/mailbox.js';
import type { UidMap } from '../model/uid-map.js';
import type { UidSet } from '../model/uid-set.js';
import { standingAnchors } from './anchor.js';
import type { PairDebt } from './debt.js';
import type { PairSummary } from './pair-summary.js';
import type { Anchor, Cursor, Side } from './record.js';
import type { OpenIntent, Shard } from './shard.js';
import { unseenOf } from './written-flags.js';

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
  /** Paired messages that tell this mailbox from another one; made anew with every reading. */
  readonly anchors: readonly Anchor[];
  /**
   * By side, aUids of pairs whose flags there were written by us and have not been looked at since. Always within
   * the map; made anew with every reading.
   */
  readonly unseen: Readonly<Record<Side, UidSet>>;
  /** Of those on this side, the messages whose flag of this name may have been written by us. */
  unseenOf(side: Side, flag: string): UidSet;
  readonly debt: readonly PairDebt[];
  readonly foreign: Readonly<Record<Side, UidSet>>;
  /** Foreign messages that stay because a person said so. Always within `foreign`; made anew with every reading. */
  readonly kept: Readonly<Record<Side, UidSet>>;
  readonly intents: ReadonlyMap<number, OpenIntent>;
  /**
   * The same pair with its sides exchanged. What is read of its messages is that of the moment: a map or table that was
   * read there before a record does not change with it.
   */
  readonly turned: PairState;
}

/** Where a {@link LoadedPair} reads. */
export interface PairSource {
  readonly summary: PairSummary;
  /** null while it is not loaded. */
  readonly shard: Shard | null;
  /** The same with the sides exchanged. */
  readonly turned: PairSource;
}

export class LoadedPair implements PairState {
  readonly #source: PairSource;

  constructor(source: PairSource) {
    this.#source = source;
  }

  get #shard(): Shard {
    const { shard, summary } = this.#source;
    if (shard) return shard;
    throw new MailferryError({
      code: 'INTERNAL',
      scope: 'run',
      retry: 'never',
      message: `the mailbox pair ${summary.key} is used after it was unloaded`,
    });
  }

  get key(): string {
    return this.#source.summary.key;
  }

  get names(): PairState['names'] {
    return this.#source.summary.names;
  }

  get subscribed(): boolean | null {
    return this.#source.summary.subscribed;
  }

  get cursors(): PairState['cursors'] {
    return this.#source.summary.cursors;
  }

  get policy(): string {
    return this.#source.summary.policy;
  }

  get filter(): string {
    return this.#source.summary.filter;
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

  get anchors(): readonly Anchor[] {
    const { anchors, map } = this.#shard;
    return standingAnchors(anchors, map);
  }

  get unseen(): PairState['unseen'] {
    const { unseen, map } = this.#shard;
    if (unseen.a.isEmpty && unseen.b.isEmpty) return { ...unseen };
    const aUids = map.aUids();
    return { a: unseen.a.intersect(aUids), b: unseen.b.intersect(aUids) };
  }

  unseenOf(side: Side, flag: string): UidSet {
    return unseenOf(this.unseen[side], this.#shard.written[side], flag);
  }

  get debt(): readonly PairDebt[] {
    return this.#shard.debt;
  }

  get foreign(): PairState['foreign'] {
    return this.#shard.foreign;
  }

  get kept(): PairState['kept'] {
    const { kept, foreign } = this.#shard;
    return { a: kept.a.intersect(foreign.a), b: kept.b.intersect(foreign.b) };
  }

  get intents(): ReadonlyMap<number, OpenIntent> {
    return this.#shard.intents;
  }

  get turned(): PairState {
    return new LoadedPair(this.#source.turned);
  }
}
