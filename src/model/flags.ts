import { UidSet, UidSetBuilder } from './uid-set.js';

/** Flags and keywords compare without case (RFC 3501, section 2.3.2; keywords are treated so by every server). */
export function flagKey(flag: string): string {
  return flag.toLowerCase();
}

/** `\Recent` belongs to a session, not to a message (RFC 3501, section 2.3.2), so it is never carried. */
export function isCarriedFlag(flag: string): boolean {
  return flagKey(flag) !== '\\recent';
}

/** The flags of RFC 3501, section 2.3.2 that a client may set. */
const SETTABLE_SYSTEM_FLAGS = new Set(['\\answered', '\\deleted', '\\draft', '\\flagged', '\\seen']);
/** Servers refuse long keywords; a refusal in front of a literal is dangerous (see the IMAP store's append). */
const LONGEST_KEYWORD = 64;

/** Whether a flag can be sent at all: a settable system flag, or a keyword that is an atom (RFC 3501, section 9). */
export function isSendableFlag(flag: string): boolean {
  if (isSystemFlag(flag)) return SETTABLE_SYSTEM_FLAGS.has(flagKey(flag));
  return flag.length <= LONGEST_KEYWORD && /^[!#$&'+-[^-z|}~]+$/.test(flag);
}

export function isSystemFlag(flag: string): boolean {
  return flag.startsWith('\\');
}

/**
 * Flags of many messages as one UID set a flag: as small as the mailbox is regular. Names keep the spelling
 * first seen.
 */
export class FlagTable {
  readonly #byKey = new Map<string, { readonly name: string; uids: UidSet }>();

  /** Flag names in the spelling first seen, sorted by key. */
  names(): string[] {
    return [...this.#byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry.name);
  }

  uidsOf(flag: string): UidSet {
    return this.#byKey.get(flagKey(flag))?.uids ?? UidSet.empty;
  }

  set(flag: string, uids: UidSet): void {
    const key = flagKey(flag);
    if (uids.isEmpty) this.#byKey.delete(key);
    else this.#byKey.set(key, { name: this.#byKey.get(key)?.name ?? flag, uids });
  }

  add(flag: string, uids: UidSet): void {
    this.set(flag, this.uidsOf(flag).union(uids));
  }

  remove(flag: string, uids: UidSet): void {
    this.set(flag, this.uidsOf(flag).subtract(uids));
  }

  /** Forgets everything about these messages. */
  forget(uids: UidSet): void {
    for (const name of this.names()) this.remove(name, uids);
  }

  /** Only what is known of these messages. */
  within(uids: UidSet): FlagTable {
    const narrowed = new FlagTable();
    for (const name of this.names()) narrowed.set(name, this.uidsOf(name).intersect(uids));
    return narrowed;
  }

  flagsOf(uid: number): string[] {
    return this.names().filter((name) => this.uidsOf(name).has(uid));
  }

  clone(): FlagTable {
    const copy = new FlagTable();
    for (const [key, entry] of this.#byKey) copy.#byKey.set(key, { ...entry });
    return copy;
  }

  toDeltas(): Record<string, number[]> {
    return Object.fromEntries(this.names().map((name) => [name, this.uidsOf(name).toDeltas()]));
  }

  static fromDeltas(deltas: Readonly<Record<string, readonly number[]>>): FlagTable {
    const table = new FlagTable();
    for (const [name, numbers] of Object.entries(deltas)) table.add(name, UidSet.fromDeltas(numbers));
    return table;
  }
}

/** Flags of messages, and which messages they are of. */
interface FlagRows {
  readonly rows: UidSet;
  readonly flags: FlagTable;
}

/**
 * Collects rows (uid, flags) into a {@link FlagTable} and the set of UIDs that had a row. Of two rows of one UID the
 * later one counts: the flags were changed while they were told. Rows that ascend, as nearly all do, are one layer;
 * a layer is united with the one before as soon as it is as large, so that there are never many.
 */
export class FlagTableBuilder {
  readonly #layers: { readonly size: number; readonly told: FlagRows }[] = [];
  #layer = new AscendingRows();

  addRow(uid: number, flags: Iterable<string>): void {
    if (uid <= this.#layer.highest) this.#closeLayer();
    this.#layer.add(uid, flags);
  }

  build(): FlagRows {
    this.#closeLayer();
    const layers = this.#layers.map(({ told }) => told);
    return layers.reduce(outdatedBy, { rows: UidSet.empty, flags: new FlagTable() });
  }

  #closeLayer(): void {
    let size = this.#layer.size;
    let told = this.#layer.build();
    for (let last = this.#layers.at(-1); last && last.size <= size; last = this.#layers.at(-1)) {
      told = outdatedBy(last.told, told);
      size += last.size;
      this.#layers.pop();
    }
    if (size > 0) this.#layers.push({ size, told });
    this.#layer = new AscendingRows();
  }
}

/** What is known after `before` was told and then `after`. */
function outdatedBy(before: FlagRows, after: FlagRows): FlagRows {
  const flags = before.flags.clone();
  if (!before.rows.intersect(after.rows).isEmpty) flags.forget(after.rows);
  for (const name of after.flags.names()) flags.add(name, after.flags.uidsOf(name));
  return { rows: before.rows.union(after.rows), flags };
}

class AscendingRows {
  readonly #builders = new Map<string, { readonly name: string; readonly uids: UidSetBuilder }>();
  readonly #rows = new UidSetBuilder();
  highest = 0;
  size = 0;

  add(uid: number, flags: Iterable<string>): void {
    this.#rows.add(uid);
    this.highest = uid;
    this.size++;
    for (const flag of flags) {
      if (!isCarriedFlag(flag)) continue;
      const key = flagKey(flag);
      let entry = this.#builders.get(key);
      if (!entry) {
        entry = { name: flag, uids: new UidSetBuilder() };
        this.#builders.set(key, entry);
      }
      entry.uids.add(uid);
    }
  }

  build(): FlagRows {
    const flags = new FlagTable();
    for (const { name, uids } of this.#builders.values()) flags.set(name, uids.build());
    return { rows: this.#rows.build(), flags };
  }
}
