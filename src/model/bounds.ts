/** The largest UID (RFC 3501, section 2.3.1.1: a non-zero unsigned 32-bit value). */
export const MAX_UID = 0xffffffff;

/**
 * Ranges of UIDs as start, end, start, end … ascending, disjoint and not touching: the form in which a UidSet keeps
 * them, and the arithmetic on it.
 */
export type Bounds = Uint32Array;

/** Collects ranges in any order; ascending input, the usual case, is merged as it comes. */
export class BoundsBuilder {
  #bounds = new Uint32Array(16);
  #length = 0;
  #sorted = true;

  /** Throws a RangeError when `start` to `end` are no UIDs in this order. */
  addRange(start: number, end: number): void {
    if (!(start >= 1 && start <= end && end <= MAX_UID))
      throw new RangeError(`no uid range: ${start}:${end}`);
    const length = this.#length;
    if (length > 0) {
      const lastStart = this.#bounds[length - 2] as number;
      const lastEnd = this.#bounds[length - 1] as number;
      if (start >= lastStart && start <= lastEnd + 1) {
        if (end > lastEnd) this.#bounds[length - 1] = end;
        return;
      }
      if (start < lastStart) this.#sorted = false;
    }
    if (length === this.#bounds.length) this.#grow();
    this.#bounds[length] = start;
    this.#bounds[length + 1] = end;
    this.#length = length + 2;
  }

  build(): Bounds {
    if (this.#sorted) return this.#bounds.slice(0, this.#length);
    const bounds = this.#bounds;
    const order = Array.from({ length: this.#length / 2 }, (_, index) => index * 2);
    order.sort((left, right) => (bounds[left] as number) - (bounds[right] as number));
    const sorted = new BoundsBuilder();
    for (const at of order) sorted.addRange(bounds[at] as number, bounds[at + 1] as number);
    return sorted.build();
  }

  #grow(): void {
    const wider = new Uint32Array(this.#bounds.length * 2);
    wider.set(this.#bounds);
    this.#bounds = wider;
  }
}

export function unionOf(left: Bounds, right: Bounds): Bounds {
  const builder = new BoundsBuilder();
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const fromLeft = j >= right.length || (i < left.length && (left[i] as number) <= (right[j] as number));
    if (fromLeft) {
      builder.addRange(left[i] as number, left[i + 1] as number);
      i += 2;
    } else {
      builder.addRange(right[j] as number, right[j + 1] as number);
      j += 2;
    }
  }
  return builder.build();
}

export function intersectionOf(left: Bounds, right: Bounds): Bounds {
  const builder = new BoundsBuilder();
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const start = Math.max(left[i] as number, right[j] as number);
    const leftEnd = left[i + 1] as number;
    const rightEnd = right[j + 1] as number;
    const end = Math.min(leftEnd, rightEnd);
    if (start <= end) builder.addRange(start, end);
    if (leftEnd <= rightEnd) i += 2;
    else j += 2;
  }
  return builder.build();
}

export function differenceOf(left: Bounds, right: Bounds): Bounds {
  const builder = new BoundsBuilder();
  let j = 0;
  for (let i = 0; i < left.length; i += 2) {
    const end = left[i + 1] as number;
    let next = left[i] as number;
    while (j < right.length && (right[j + 1] as number) < next) j += 2;
    for (let k = j; k < right.length && (right[k] as number) <= end; k += 2) {
      if ((right[k] as number) > next) builder.addRange(next, (right[k] as number) - 1);
      next = Math.max(next, (right[k + 1] as number) + 1);
    }
    if (next <= end) builder.addRange(next, end);
  }
  return builder.build();
}
