import { MAX_UID } from './uid-set.js';

/** `length` messages: aUid, aUid+1, … on side a are bUid, bUid+1, … on side b. */
export type UidRun = readonly [aUid: number, bUid: number, length: number];

function isUid(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_UID;
}

/** Growing parallel arrays of runs, filled in ascending order of aUid and merged where they go on. */
export class UidRuns {
  a = new Uint32Array(8);
  b = new Uint32Array(8);
  length = new Uint32Array(8);
  count = 0;

  /** The aUid after the last one held, 0 when there is none. */
  get end(): number {
    const last = this.count - 1;
    return last < 0 ? 0 : this.aAt(last) + this.lengthAt(last);
  }

  aAt(index: number): number {
    return this.a[index] as number;
  }

  bAt(index: number): number {
    return this.b[index] as number;
  }

  lengthAt(index: number): number {
    return this.length[index] as number;
  }

  *[Symbol.iterator](): Generator<UidRun> {
    for (let i = 0; i < this.count; i++) yield [this.aAt(i), this.bAt(i), this.lengthAt(i)];
  }

  /** Appends a run that starts at or after {@link end}. Throws a RangeError for anything else. */
  push(a: number, b: number, length: number): void {
    const ends = isUid(a) && isUid(b) && isUid(length) && isUid(a + length - 1) && isUid(b + length - 1);
    if (!ends) throw new RangeError(`${a}, ${b}, ${length} is not a run of uids`);
    if (a < this.end) throw new RangeError('uid map runs overlap');
    const last = this.count - 1;
    if (last >= 0 && a === this.end && this.bAt(last) + this.lengthAt(last) === b) {
      this.length[last] = this.lengthAt(last) + length;
      return;
    }
    if (this.count === this.a.length) this.#grow();
    this.a[this.count] = a;
    this.b[this.count] = b;
    this.length[this.count] = length;
    this.count++;
  }

  /**
   * Adds a run that starts no earlier than the last run does. What is held already may be said again; a
   * RangeError is thrown when it contradicts.
   */
  merge(a: number, b: number, length: number): void {
    const known = Math.min(this.end - a, length);
    if (known <= 0) {
      this.push(a, b, length);
      return;
    }
    const last = this.count - 1;
    const partner = this.bAt(last) + a - this.aAt(last);
    if (partner !== b) throw new RangeError(`uid ${a} is paired with ${partner}, not with ${b}`);
    if (known < length) this.push(a + known, b + known, length - known);
  }

  clone(): UidRuns {
    const copy = new UidRuns();
    copy.a = this.a.slice();
    copy.b = this.b.slice();
    copy.length = this.length.slice();
    copy.count = this.count;
    return copy;
  }

  #grow(): void {
    const wider = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.a = wider(this.a);
    this.b = wider(this.b);
    this.length = wider(this.length);
  }
}
