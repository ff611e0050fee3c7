import { isOpenDebt } from './debt.js';
import type { IndexData } from './index-file.js';
import type { DebtFree, JournalRecord } from './journal-line.js';
import { NameIndex } from './name-index.js';
import { PairSlot } from './pair-slot.js';
import { applyToSummary, newPair, turnedSummary } from './pair-summary.js';
import type { Side } from './record.js';
import type { ShardRecord } from './reduce-shard.js';

/** Reads `m<number>`; 0 for a key that is none of ours. */
function keyNumber(key: string): number {
  return Number(/^m(\d{1,9})$/.exec(key)?.[1] ?? 0);
}

function isShardRecord(record: JournalRecord): record is ShardRecord {
  return !['mailbox', 'forget-mailbox', 'cursor', 'debt-free', 'facts'].includes(record.t);
}

/** The state of a route in memory: the index as the journal has changed it, and the mailbox pairs. */
export class RouteMemory {
  readonly route: string;
  accounts: IndexData['accounts'];
  facts: IndexData['facts'];
  readonly slots = new Map<string, PairSlot>();
  nextKey: number;
  nextIntentId: number;
  readonly #byName: Readonly<Record<Side, NameIndex>> = { a: new NameIndex(), b: new NameIndex() };

  constructor(index: IndexData) {
    this.route = index.route;
    this.accounts = index.accounts;
    this.facts = index.facts;
    this.nextKey = index.nextKey;
    this.nextIntentId = index.nextIntentId;
    for (const { summary, file } of index.pairs) this.#put(new PairSlot(summary, file));
  }

  keyOf(side: Side, name: string): string | undefined {
    return this.#byName[side].keyOf(name);
  }

  slot(key: string): PairSlot {
    const slot = this.slots.get(key);
    if (!slot) throw new RangeError(`there is no mailbox pair ${key}`);
    return slot;
  }

  /**
   * Applies a record, live or in replay. Throws a RangeError, with nothing changed, for a pair that is not there
   * or lists that are none.
   */
  apply(record: JournalRecord): void {
    if (record.t === 'facts') {
      this.facts = { ...this.facts, [record.side]: record.facts };
      return;
    }
    if (record.t === 'mailbox') this.#create(record.key);
    const slot = this.slot(record.key);
    if (isShardRecord(record)) slot.apply(record);
    this.#unname(slot);
    slot.summary = applyToSummary(slot.summary, record);
    if (record.t === 'forget-mailbox') this.slots.delete(record.key);
    else this.#name(slot);
    if (record.t === 'intent') this.nextIntentId = Math.max(this.nextIntentId, record.intent.id + 1);
  }

  /** Says that nothing is owed any more, where the summary still believes so and the shard knows better. */
  debtFree(key: string): DebtFree | null {
    const slot = this.slots.get(key);
    if (!slot?.shard || !slot.summary.hasDebt || slot.shard.debt.some(isOpenDebt)) return null;
    return { t: 'debt-free', key };
  }

  /** Exchanges the sides of everything; shards follow when they are next loaded or written. */
  turn(): void {
    this.accounts = { a: this.accounts.b, b: this.accounts.a };
    this.facts = { a: this.facts.b, b: this.facts.a };
    for (const slot of this.slots.values()) {
      this.#unname(slot);
      slot.summary = turnedSummary(slot.summary);
      slot.turnAfter = slot.records.length;
    }
    for (const slot of this.slots.values()) this.#name(slot);
  }

  #create(key: string): void {
    if (keyNumber(key) === 0) throw new RangeError(`${key} is no key of a mailbox pair`);
    if (!this.slots.has(key)) this.#put(new PairSlot(newPair(key), null));
    this.nextKey = Math.max(this.nextKey, keyNumber(key) + 1);
  }

  #put(slot: PairSlot): void {
    this.slots.set(slot.summary.key, slot);
    this.#name(slot);
  }

  #name({ summary: { key, names } }: PairSlot): void {
    for (const side of ['a', 'b'] as const) {
      const name = names[side];
      if (name !== null) this.#byName[side].add(name, key);
    }
  }

  #unname({ summary: { key, names } }: PairSlot): void {
    for (const side of ['a', 'b'] as const) {
      const name = names[side];
      if (name !== null) this.#byName[side].remove(name, key);
    }
  }
}
