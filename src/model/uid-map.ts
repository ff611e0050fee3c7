import { type UidSet, UidSetBuilder } from './uid-set.js';

/** `length` messages: aUid, aUid+1, … on side a are bUid, bUid+1, … on side b. */
export type UidRun = readonly [aUid: number, bUid: number, length: number];

/**
 * Which message of side a is which message of side b, as runs sorted by aUid in typed arrays. One aUid has
 * one bUid; a bUid may serve several aUids (a destination that de-duplicates gives one UID twice: an alias).
 */
export class UidMap {
  #a = new Uint32Array(8);
  #b = new Uint32Array(8);
  #length = new Uint32Array(8);
  #count = 0;
  /** Indices of the runs in ascending order of bUid; null when not known. */
  #byB: Uint32Array | null = null;

  /** Builds from runs in any order. Throws a RangeError when two runs claim one aUid. */
  static from(runs: Iterable<UidRun>): UidMap {
    const map = new UidMap();
    map.addAll(runs);
    return map;
  }

  /** Inverse of {@link toDeltas}. Throws a RangeError when the numbers are not such a list. */
  static fromDeltas(deltas: readonly number[]): UidMap {
    if (deltas.length % 3 !== 0) throw new RangeError('a uid map needs three numbers a run');
    const map = new UidMap();
    let a = 0;
    let b = 0;
    for (let i = 0; i < deltas.length; i += 3) {
      a += deltas[i] as number;
      b += deltas[i + 1] as number;
      const length = deltas[i + 2] as number;
      if (!(length >= 1) || a < 1 || b < 1) throw new RangeError('uid map out of order');
      map.#push(a, b, length);
      a += length;
      b += length;
    }
    return map;
  }

  /** Flat integers for JSON: gap on side a and on side b since the end of the run before, then its length. */
  toDeltas(): number[] {
    const deltas: number[] = [];
    let a = 0;
    let b = 0;
    for (const [aUid, bUid, length] of this.runs()) {
      deltas.push(aUid - a, bUid - b, length);
      a = aUid + length;
      b = bUid + length;
    }
    return deltas;
  }

  get runCount(): number {
    return this.#count;
  }

  get size(): number {
    let size = 0;
    for (let i = 0; i < this.#count; i++) size += this.#length[i] as number;
    return size;
  }

  *runs(): Generator<UidRun> {
    for (let i = 0; i < this.#count; i++) {
      yield [this.#a[i] as number, this.#b[i] as number, this.#length[i] as number];
    }
  }

  /** Adds runs. Throws a RangeError when an aUid is already mapped to another bUid; the same pair again is fine. */
  addAll(runs: Iterable<UidRun>): void {
    const sorted = [...runs].sort((left, right) => left[0] - right[0]);
    const first = sorted[0];
    if (!first) return;
    const lastIndex = this.#count - 1;
    const end = lastIndex < 0 ? 0 : (this.#a[lastIndex] as number) + (this.#length[lastIndex] as number);
    if (first[0] >= end) {
      for (const [a, b, length] of sorted) this.#push(a, b, length);
      return;
    }
    const merged = new UidMap();
    let i = 0;
    const own = [...this.runs()];
    for (const run of sorted) {
      while (i < own.length && (own[i] as UidRun)[0] <= run[0]) merged.#pushNew(own[i++] as UidRun);
      merged.#pushNew(run);
    }
    while (i < own.length) merged.#pushNew(own[i++] as UidRun);
    this.#take(merged);
  }

  add(aUid: number, bUid: number, length = 1): void {
    this.addAll([[aUid, bUid, length]]);
  }

  /** Forgets the pairs of these aUids. */
  removeA(gone: UidSet): void {
    if (gone.isEmpty) return;
    const kept = new UidMap();
    for (const [a, b, length] of this.runs()) {
      if (a > gone.max || a + length - 1 < gone.min) {
        kept.#push(a, b, length);
        continue;
      }
      for (let k = 0; k < length; k++) if (!gone.has(a + k)) kept.#push(a + k, b + k, 1);
    }
    this.#take(kept);
  }

  /** The partner of an aUid, 0 when there is none. */
  bOf(aUid: number): number {
    const index = this.#find(aUid);
    if (index < 0) return 0;
    const offset = aUid - (this.#a[index] as number);
    return offset < (this.#length[index] as number) ? (this.#b[index] as number) + offset : 0;
  }

  /** A partner of a bUid (the one with the greatest run start when there are aliases), 0 when there is none. */
  aOf(bUid: number): number {
    const order = this.#orderByB();
    let low = 0;
    let high = order.length - 1;
    let found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if ((this.#b[order[middle] as number] as number) <= bUid) {
        found = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    // Runs may overlap on side b only through aliases, and those are rare, so a short walk back finds them.
    for (let at = found; at >= 0 && at > found - 8; at--) {
      const index = order[at] as number;
      const offset = bUid - (this.#b[index] as number);
      if (offset < (this.#length[index] as number)) return (this.#a[index] as number) + offset;
    }
    return 0;
  }

  aUids(): UidSet {
    const builder = new UidSetBuilder();
    for (const [a, , length] of this.runs()) builder.addRange(a, a + length - 1);
    return builder.build();
  }

  bUids(): UidSet {
    const builder = new UidSetBuilder();
    for (const index of this.#orderByB()) {
      const start = this.#b[index] as number;
      builder.addRange(start, start + (this.#length[index] as number) - 1);
    }
    return builder.build();
  }

  /** The partners on side b of those aUids that have one. */
  toB(aUids: UidSet): UidSet {
    const builder = new UidSetBuilder();
    for (const [start, end] of aUids.ranges()) {
      let index = Math.max(0, this.#find(start));
      for (; index < this.#count && (this.#a[index] as number) <= end; index++) {
        const a = this.#a[index] as number;
        const from = Math.max(start, a);
        const to = Math.min(end, a + (this.#length[index] as number) - 1);
        if (from <= to)
          builder.addRange((this.#b[index] as number) + from - a, (this.#b[index] as number) + to - a);
      }
    }
    return builder.build();
  }

  /** The partners on side a of those bUids that have one, aliases included. */
  toA(bUids: UidSet): UidSet {
    const builder = new UidSetBuilder();
    for (const [a, b, length] of this.runs()) {
      if (b > bUids.max || b + length - 1 < bUids.min) continue;
      for (let k = 0; k < length; k++) if (bUids.has(b + k)) builder.add(a + k);
    }
    return builder.build();
  }

  /** The same pairs seen from the other side. Aliases cannot be turned round: one aUid of each stays. */
  swapped(): UidMap {
    const turned = new UidMap();
    for (const index of this.#orderByB()) {
      const a = this.#a[index] as number;
      const b = this.#b[index] as number;
      for (let k = 0; k < (this.#length[index] as number); k++) {
        if (turned.bOf(b + k) === 0) turned.#pushNew([b + k, a + k, 1]);
      }
    }
    return turned;
  }

  /** Index of the last run that starts at or before `aUid`, -1 when there is none. */
  #find(aUid: number): number {
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if ((this.#a[middle] as number) <= aUid) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  #pushNew([a, b, length]: UidRun): void {
    const last = this.#count - 1;
    const end = last < 0 ? 0 : (this.#a[last] as number) + (this.#length[last] as number);
    if (a >= end) {
      this.#push(a, b, length);
      return;
    }
    for (let k = 0; k < length; k++) {
      const known = this.bOf(a + k);
      if (known === 0) {
        if (a + k < end) throw new RangeError(`uid ${a + k} falls between pairs that are already in order`);
        this.#push(a + k, b + k, 1);
      } else if (known !== b + k) {
        throw new RangeError(`uid ${a + k} is paired with ${known}, not with ${b + k}`);
      }
    }
  }

  #push(a: number, b: number, length: number): void {
    const last = this.#count - 1;
    if (last >= 0) {
      const lastLength = this.#length[last] as number;
      if ((this.#a[last] as number) + lastLength === a && (this.#b[last] as number) + lastLength === b) {
        this.#length[last] = lastLength + length;
        return;
      }
      if (a < (this.#a[last] as number) + lastLength) throw new RangeError('uid map runs overlap');
    }
    if (this.#count === this.#a.length) this.#grow();
    this.#a[this.#count] = a;
    this.#b[this.#count] = b;
    this.#length[this.#count] = length;
    this.#count++;
    this.#byB = null;
  }

  #grow(): void {
    const wider = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.#a = wider(this.#a);
    this.#b = wider(this.#b);
    this.#length = wider(this.#length);
  }

  #take(other: UidMap): void {
    this.#a = other.#a;
    this.#b = other.#b;
    this.#length = other.#length;
    this.#count = other.#count;
    this.#byB = null;
  }

  #orderByB(): Uint32Array {
    if (this.#byB) return this.#byB;
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    const b = this.#b;
    let sorted = true;
    for (let i = 1; i < this.#count && sorted; i++) sorted = (b[i - 1] as number) <= (b[i] as number);
    if (!sorted) order.sort((left, right) => (b[left] as number) - (b[right] as number));
    this.#byB = order;
    return order;
  }
}
