import type { UidMap } from '../model/uid-map.js';
import { MAX_UID } from '../model/uid-set.js';
import type { Anchor, Side } from './record.js';

const NUMBERS_AN_ANCHOR = 6;

function isUid(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_UID;
}

function isAnchor({ uids, dates, sizes }: Anchor): boolean {
  const sides: readonly Side[] = ['a', 'b'];
  const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  return sides.every((side) => isUid(uids[side]) && Number.isSafeInteger(dates[side]) && isSize(sizes[side]));
}

/** Throws a RangeError when what should be UIDs, dates and sizes are none. */
export function checkedAnchors(anchors: readonly Anchor[]): readonly Anchor[] {
  if (!anchors.every(isAnchor)) throw new RangeError('an anchor without UIDs, dates and sizes');
  return anchors;
}

/** Flat integers for JSON: of every anchor the UIDs, dates and sizes, each of side a and of side b. */
export function anchorsToNumbers(anchors: readonly Anchor[]): number[] {
  return anchors.flatMap(({ uids, dates, sizes }) => [uids.a, uids.b, dates.a, dates.b, sizes.a, sizes.b]);
}

/** Inverse of {@link anchorsToNumbers}. Throws a RangeError when the numbers are not such a list. */
export function anchorsFromNumbers(numbers: readonly number[]): readonly Anchor[] {
  if (numbers.length % NUMBERS_AN_ANCHOR !== 0) throw new RangeError('an anchor needs six numbers');
  const anchors: Anchor[] = [];
  for (let i = 0; i < numbers.length; i += NUMBERS_AN_ANCHOR) {
    const [uidA = 0, uidB = 0, dateA = 0, dateB = 0, sizeA = 0, sizeB = 0] = numbers.slice(
      i,
      i + NUMBERS_AN_ANCHOR,
    );
    anchors.push({
      uids: { a: uidA, b: uidB },
      dates: { a: dateA, b: dateB },
      sizes: { a: sizeA, b: sizeB },
    });
  }
  return checkedAnchors(anchors);
}

/** Those whose messages are still each other's partners. */
export function standingAnchors(anchors: readonly Anchor[], map: UidMap): readonly Anchor[] {
  return anchors.filter(({ uids }) => map.bOf(uids.a) === uids.b);
}

export function turnedAnchor({ uids, dates, sizes }: Anchor): Anchor {
  return {
    uids: { a: uids.b, b: uids.a },
    dates: { a: dates.b, b: dates.a },
    sizes: { a: sizes.b, b: sizes.a },
  };
}
