import { BoundsBuilder, differenceOf, intersectionOf, MAX_UID, unionOf } from './bounds.js';

export { MAX_UID } from './bounds.js';

/**
 * An immutable set of UIDs kept as sorted, disjoint, non-touching inclusive ranges, so that a mailbox of a
 * million messages without holes costs eight bytes.
 */
export class UidSet {
  // Not an initialised static field: the compiler's output for one that makes its own class does not run.
  static #empty: UidSet | null = null;

  /** start, end, start, end … ascending. */
  readonly #bounds: Uint32Array;

  private constructor(bounds: Uint32Array) {
    this.#bounds = bounds;
  }

  /** `bounds` must be normalised (start, end, …; ascending; not touching); it is taken over, not copied. */
  static fromBounds(bounds: Uint32Array): UidSet {
    return bounds.length === 0 ? UidSet.empty : new UidSet(bounds);
  }

  static get empty(): UidSet {
    UidSet.#empty ??= new UidSet(new Uint32Array(0));
    return UidSet.#empty;
  }

  static of(...uids: readonly number[]): UidSet {
    return UidSet.from(uids);
  }

  static from(uids: Iterable<number>): UidSet {
    const builder = new UidSetBuilder();
    for (const uid of uids) builder.add(uid);
    return builder.build();
  }

  /** All UIDs from `first` to `last`; empty when `last` is smaller. */
  static range(first: number, last: number): UidSet {
    const start = Math.max(1, first);
    const end = Math.min(last, MAX_UID);
    return start <= end ? new UidSet(Uint32Array.of(start, end)) : UidSet.empty;
  }

  /**
   * Reads an IMAP sequence-set of numbers (RFC 3501, section 9: `uid-set`), ranges in either direction, any
   * order. Returns null for anything else, `*` included: a reply never needs it.
   */
  static parse(text: string): UidSet | null {
    const builder = new UidSetBuilder();
    for (const part of text.split(',')) {
      const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(part);
      if (!match) return null;
      const first = Number(match[1]);
      const last = match[2] === undefined ? first : Number(match[2]);
      if (first < 1 || last < 1 || first > MAX_UID || last > MAX_UID) return null;
      builder.addRange(Math.min(first, last), Math.max(first, last));
    }
    return builder.build();
  }

  /** Inverse of {@link toDeltas}. Throws a RangeError when the numbers are not such a list. */
  static fromDeltas(deltas: readonly number[]): UidSet {
    if (deltas.length % 2 !== 0) throw new RangeError('odd number of entries in a uid set');
    const bounds = new Uint32Array(deltas.length);
    let previous = -1;
    for (let i = 0; i < deltas.length; i += 2) {
      const start = previous + 1 + (deltas[i] ?? 0);
      const end = start + (deltas[i + 1] ?? 0);
      const apart = start >= 1 && (previous < 0 || start > previous + 1);
      const numbers = Number.isInteger(start) && Number.isInteger(end);
      if (!apart || !numbers || end < start || end > MAX_UID) throw new RangeError('uid set out of order');
      bounds[i] = start;
      bounds[i + 1] = end;
      previous = end;
    }
    return UidSet.fromBounds(bounds);
  }

  /** Flat integers for JSON: gap since the end of the range before, then length minus one, and so on. */
  toDeltas(): number[] {
    const deltas: number[] = [];
    let previous = -1;
    for (const [start, end] of this.ranges()) {
      deltas.push(start - previous - 1, end - start);
      previous = end;
    }
    return deltas;
  }

  get isEmpty(): boolean {
    return this.#bounds.length === 0;
  }

  get size(): number {
    let size = 0;
    for (const [start, end] of this.ranges()) size += end - start + 1;
    return size;
  }

  get rangeCount(): number {
    return this.#bounds.length / 2;
  }

  /** Smallest UID, 0 when empty. */
  get min(): number {
    return this.#bounds[0] ?? 0;
  }

  /** Largest UID, 0 when empty. */
  get max(): number {
    return this.#bounds[this.#bounds.length - 1] ?? 0;
  }

  has(uid: number): boolean {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length / 2 - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (uid < (bounds[2 * middle] as number)) high = middle - 1;
      else if (uid > (bounds[2 * middle + 1] as number)) low = middle + 1;
      else return true;
    }
    return false;
  }

  *ranges(): Generator<readonly [start: number, end: number]> {
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i += 2) yield [bounds[i] as number, bounds[i + 1] as number];
  }

  *uids(): Generator<number> {
    for (const [start, end] of this.ranges()) for (let uid = start; uid <= end; uid++) yield uid;
  }

  equals(other: UidSet): boolean {
    if (this.#bounds.length !== other.#bounds.length) return false;
    return this.#bounds.every((bound, index) => bound === other.#bounds[index]);
  }

  union(other: UidSet): UidSet {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    if (other.min > this.max + 1) return this.#followedBy(other);
    if (this.min > other.max + 1) return other.#followedBy(this);
    return UidSet.fromBounds(unionOf(this.#bounds, other.#bounds));
  }

  intersect(other: UidSet): UidSet {
    return UidSet.fromBounds(intersectionOf(this.#bounds, other.#bounds));
  }

  subtract(other: UidSet): UidSet {
    if (other.isEmpty || this.isEmpty || other.min > this.max || other.max < this.min) return this;
    return UidSet.fromBounds(differenceOf(this.#bounds, other.#bounds));
  }

  /** The fewest ranges that hold all of this set and nothing of `barrier` (which must not meet this set). */
  bridged(barrier: UidSet): UidSet {
    const bounds = this.#bounds;
    const walls = barrier.#bounds;
    const bridges: number[] = [];
    let wall = 0;
    for (let i = 0; i < bounds.length; i += 2) {
      const start = bounds[i] as number;
      const before = bridges[bridges.length - 1];
      while (wall < walls.length && (walls[wall] as number) < (before ?? start)) wall += 2;
      const free = wall >= walls.length || (walls[wall] as number) > start;
      if (before !== undefined && free) bridges[bridges.length - 1] = bounds[i + 1] as number;
      else bridges.push(start, bounds[i + 1] as number);
    }
    return UidSet.fromBounds(Uint32Array.from(bridges));
  }

  /** The first `count` UIDs and the rest. */
  splitAt(count: number): readonly [UidSet, UidSet] {
    if (count <= 0) return [UidSet.empty, this];
    const head = new UidSetBuilder();
    const tail = new UidSetBuilder();
    let left = count;
    for (const [start, end] of this.ranges()) {
      const taken = Math.min(left, end - start + 1);
      if (taken > 0) head.addRange(start, start + taken - 1);
      if (start + taken <= end) tail.addRange(start + taken, end);
      left -= taken;
    }
    return [head.build(), tail.build()];
  }

  /**
   * Parts whose text form has at most `maxChars` characters: servers cut command lines, some at 8 KiB
   * (RFC 7162, section 4 asks clients to stay below 8192 octets).
   */
  *chunks(maxChars = 4000): Generator<UidSet> {
    let builder = new UidSetBuilder();
    let chars = 0;
    for (const [start, end] of this.ranges()) {
      const length = (start === end ? `${start}` : `${start}:${end}`).length + 1;
      if (chars > 0 && chars + length > maxChars) {
        yield builder.build();
        builder = new UidSetBuilder();
        chars = 0;
      }
      builder.addRange(start, end);
      chars += length;
    }
    if (chars > 0) yield builder.build();
  }

  /** IMAP sequence-set; an empty set has no such form, so callers must not send one. */
  toString(): string {
    const parts: string[] = [];
    for (const [start, end] of this.ranges()) parts.push(start === end ? `${start}` : `${start}:${end}`);
    return parts.join(',');
  }

  toJSON(): string {
    return this.toString();
  }

  /** The union with a set that starts beyond the end of this one and does not touch it. */
  #followedBy(later: UidSet): UidSet {
    const bounds = new Uint32Array(this.#bounds.length + later.#bounds.length);
    bounds.set(this.#bounds);
    bounds.set(later.#bounds, this.#bounds.length);
    return new UidSet(bounds);
  }
}

/** Collects UIDs in any order; ascending input, the usual case, is merged as it comes. */
export class UidSetBuilder {
  readonly #bounds = new BoundsBuilder();

  /** Throws a RangeError when it is no UID. */
  add(uid: number): void {
    this.#bounds.addRange(uid, uid);
  }

  /** Throws a RangeError when `start` to `end` are no UIDs in this order. */
  addRange(start: number, end: number): void {
    this.#bounds.addRange(start, end);
  }

  build(): UidSet {
    return UidSet.fromBounds(this.#bounds.build());
  }
}
