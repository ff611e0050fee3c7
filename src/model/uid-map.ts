import { type UidRun, UidRuns } from './uid-runs.js';
import { type UidSet, UidSetBuilder } from './uid-set.js';

export type { UidRun } from './uid-runs.js';

/** The runs in ascending order of bUid. */
interface OrderByB {
  readonly indices: Uint32Array;
  /** The greatest bUid of the runs up to here: ascending, so that a run over a bUid is found by halving. */
  readonly reach: Uint32Array;
}

/**
 * Which message of side a is which message of side b, as runs sorted by aUid in typed arrays. One aUid has
 * one bUid; a bUid may serve several aUids (a destination that de-duplicates gives one UID twice: an alias).
 */
export class UidMap {
  #runs = new UidRuns();
  /** Made when first asked for. */
  #byB: OrderByB | null = null;

  /** Builds from runs in any order. Throws a RangeError when two runs give one aUid different partners. */
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
      map.#runs.push(a, b, length);
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
    for (const [aUid, bUid, length] of this.#runs) {
      deltas.push(aUid - a, bUid - b, length);
      a = aUid + length;
      b = bUid + length;
    }
    return deltas;
  }

  get runCount(): number {
    return this.#runs.count;
  }

  get isEmpty(): boolean {
    return this.#runs.count === 0;
  }

  get size(): number {
    let size = 0;
    for (let i = 0; i < this.#runs.count; i++) size += this.#runs.lengthAt(i);
    return size;
  }

  *runs(): Generator<UidRun> {
    yield* this.#runs;
  }

  clone(): UidMap {
    const copy = new UidMap();
    copy.#runs = this.#runs.clone();
    return copy;
  }

  /**
   * Adds runs. Throws a RangeError, and adds none, when an aUid is or would be paired with two bUids; the same
   * pair again is fine.
   */
  addAll(runs: Iterable<UidRun>): void {
    const added = new UidRuns();
    for (const [a, b, length] of [...runs].sort((left, right) => left[0] - right[0]))
      added.merge(a, b, length);
    if (added.count === 0) return;
    if (added.aAt(0) >= this.#runs.end) for (const [a, b, length] of added) this.#runs.push(a, b, length);
    else this.#runs = merged(this.#runs, added);
    this.#byB = null;
  }

  add(aUid: number, bUid: number, length = 1): void {
    this.addAll([[aUid, bUid, length]]);
  }

  /** Forgets the pairs of these aUids. */
  removeA(gone: UidSet): void {
    if (this.toB(gone).isEmpty) return;
    this.#runs = restricted(this.#runs, this.aUids().subtract(gone));
    this.#byB = null;
  }

  /** Only the pairs of these aUids. */
  within(aUids: UidSet): UidMap {
    const narrowed = new UidMap();
    narrowed.#runs = restricted(this.#runs, aUids);
    return narrowed;
  }

  /** The partner of an aUid, 0 when there is none. */
  bOf(aUid: number): number {
    const index = this.#find(aUid);
    if (index < 0) return 0;
    const offset = aUid - this.#runs.aAt(index);
    return offset < this.#runs.lengthAt(index) ? this.#runs.bAt(index) + offset : 0;
  }

  /** A partner of a bUid (of the run that starts last on side b when there are aliases), 0 when there is none. */
  aOf(bUid: number): number {
    const { indices, reach } = this.#orderByB();
    let at = firstAbove(indices.length, (i) => this.#runs.bAt(indices[i] as number) > bUid) - 1;
    for (; at >= 0 && (reach[at] as number) >= bUid; at--) {
      const index = indices[at] as number;
      const offset = bUid - this.#runs.bAt(index);
      if (offset < this.#runs.lengthAt(index)) return this.#runs.aAt(index) + offset;
    }
    return 0;
  }

  aUids(): UidSet {
    const builder = new UidSetBuilder();
    for (const [a, , length] of this.#runs) builder.addRange(a, a + length - 1);
    return builder.build();
  }

  bUids(): UidSet {
    const builder = new UidSetBuilder();
    for (const index of this.#orderByB().indices) {
      const start = this.#runs.bAt(index);
      builder.addRange(start, start + this.#runs.lengthAt(index) - 1);
    }
    return builder.build();
  }

  /** The partners on side b of those aUids that have one. */
  toB(aUids: UidSet): UidSet {
    const builder = new UidSetBuilder();
    const runs = this.#runs;
    for (const [start, end] of aUids.ranges()) {
      for (let i = Math.max(0, this.#find(start)); i < runs.count && runs.aAt(i) <= end; i++) {
        const from = Math.max(start, runs.aAt(i));
        const to = Math.min(end, runs.aAt(i) + runs.lengthAt(i) - 1);
        const offset = runs.bAt(i) - runs.aAt(i);
        if (from <= to) builder.addRange(from + offset, to + offset);
      }
    }
    return builder.build();
  }

  /** The partners on side a of those bUids that have one, aliases included. */
  toA(bUids: UidSet): UidSet {
    const builder = new UidSetBuilder();
    const runs = this.#runs;
    const { indices, reach } = this.#orderByB();
    for (const [start, end] of bUids.ranges()) {
      let at = firstAbove(reach.length, (i) => (reach[i] as number) >= start);
      for (; at < indices.length; at++) {
        const index = indices[at] as number;
        if (runs.bAt(index) > end) break;
        const from = Math.max(start, runs.bAt(index));
        const to = Math.min(end, runs.bAt(index) + runs.lengthAt(index) - 1);
        const offset = runs.aAt(index) - runs.bAt(index);
        if (from <= to) builder.addRange(from + offset, to + offset);
      }
    }
    return builder.build();
  }

  /** The same pairs seen from the other side. Aliases cannot be turned round: one aUid of each stays. */
  swapped(): UidMap {
    const turned = new UidMap();
    for (const index of this.#orderByB().indices) {
      const known = Math.max(0, turned.#runs.end - this.#runs.bAt(index));
      const length = this.#runs.lengthAt(index) - known;
      if (length <= 0) continue;
      turned.#runs.push(this.#runs.bAt(index) + known, this.#runs.aAt(index) + known, length);
    }
    return turned;
  }

  /** Index of the last run that starts at or before `aUid`, -1 when there is none. */
  #find(aUid: number): number {
    return firstAbove(this.#runs.count, (i) => this.#runs.aAt(i) > aUid) - 1;
  }

  #orderByB(): OrderByB {
    this.#byB ??= orderedByB(this.#runs);
    return this.#byB;
  }
}

/** The first of `count` indices for which `isAbove` holds; it must hold for all after it. */
function firstAbove(count: number, isAbove: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAbove(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function merged(left: UidRuns, right: UidRuns): UidRuns {
  const both = new UidRuns();
  let j = 0;
  for (let i = 0; i < left.count || j < right.count; ) {
    const fromLeft = j >= right.count || (i < left.count && left.aAt(i) <= right.aAt(j));
    const [from, at] = fromLeft ? [left, i++] : [right, j++];
    both.merge(from.aAt(at), from.bAt(at), from.lengthAt(at));
  }
  return both;
}

function restricted(runs: UidRuns, aUids: UidSet): UidRuns {
  const kept = new UidRuns();
  let i = 0;
  for (const [start, end] of aUids.ranges()) {
    while (i < runs.count && runs.aAt(i) + runs.lengthAt(i) <= start) i++;
    for (let j = i; j < runs.count && runs.aAt(j) <= end; j++) {
      const from = Math.max(start, runs.aAt(j));
      const to = Math.min(end, runs.aAt(j) + runs.lengthAt(j) - 1);
      kept.push(from, runs.bAt(j) + from - runs.aAt(j), to - from + 1);
    }
  }
  return kept;
}

function orderedByB(runs: UidRuns): OrderByB {
  const indices = Uint32Array.from({ length: runs.count }, (_, index) => index);
  let isSorted = true;
  for (let i = 1; i < runs.count && isSorted; i++) isSorted = runs.bAt(i - 1) <= runs.bAt(i);
  if (!isSorted) indices.sort((left, right) => runs.bAt(left) - runs.bAt(right) || left - right);
  const reach = new Uint32Array(runs.count);
  let furthest = 0;
  for (let at = 0; at < runs.count; at++) {
    const index = indices[at] as number;
    furthest = Math.max(furthest, runs.bAt(index) + runs.lengthAt(index) - 1);
    reach[at] = furthest;
  }
  return { indices, reach };
}
