import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_UID, UidSet, UidSetBuilder } from '../../../src/model/uid-set.js';

const uids = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

function sorted(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

function holds(set: UidSet, expected: Iterable<number>): void {
  expect([...set.uids()]).toEqual(sorted(expected));
}

/** Normal form: ascending, disjoint, not touching. */
function isNormal(set: UidSet): boolean {
  let before = -1;
  for (const [start, end] of set.ranges()) {
    if (start < 1 || end < start || start <= before + 1) return false;
    before = end;
  }
  return true;
}

describe('UidSet', () => {
  it('holds what was put in, in any order', () => {
    fc.assert(
      fc.property(uids, (given) => {
        const set = UidSet.from(given);
        holds(set, given);
        expect(isNormal(set)).toBe(true);
        expect(set.size).toBe(sorted(given).length);
        expect(set.min).toBe(sorted(given)[0] ?? 0);
        expect(set.max).toBe(sorted(given).at(-1) ?? 0);
        expect(set.isEmpty).toBe(given.length === 0);
        for (let uid = 0; uid <= 62; uid++) expect(set.has(uid)).toBe(given.includes(uid));
      }),
    );
  });

  it('unites, intersects and subtracts like sets of numbers', () => {
    fc.assert(
      fc.property(uids, uids, (left, right) => {
        const a = UidSet.from(left);
        const b = UidSet.from(right);
        const results = [a.union(b), a.intersect(b), a.subtract(b)];
        for (const result of results) expect(isNormal(result)).toBe(true);
        holds(a.union(b), [...left, ...right]);
        holds(
          a.intersect(b),
          left.filter((uid) => right.includes(uid)),
        );
        holds(
          a.subtract(b),
          left.filter((uid) => !right.includes(uid)),
        );
        expect(a.equals(b)).toBe(sorted(left).join() === sorted(right).join());
      }),
    );
  });

  it('survives being written as deltas, as a sequence-set and in chunks', () => {
    fc.assert(
      fc.property(uids, fc.integer({ min: 1, max: 30 }), (given, maxChars) => {
        const set = UidSet.from(given);
        expect(UidSet.fromDeltas(set.toDeltas()).equals(set)).toBe(true);
        if (!set.isEmpty) expect(UidSet.parse(set.toString())?.equals(set)).toBe(true);
        const chunks = [...set.chunks(maxChars)];
        holds(
          set,
          chunks.flatMap((chunk) => [...chunk.uids()]),
        );
        for (const chunk of chunks) {
          expect(chunk.toString().length <= maxChars || chunk.rangeCount === 1).toBe(true);
        }
      }),
    );
  });

  it('splits into a head of so many and the rest', () => {
    fc.assert(
      fc.property(uids, fc.integer({ min: 0, max: 45 }), (given, count) => {
        const [head, tail] = UidSet.from(given).splitAt(count);
        holds(head, sorted(given).slice(0, count));
        holds(tail, sorted(given).slice(count));
      }),
    );
  });

  it('bridges gaps that hold nothing of the barrier, and only those', () => {
    fc.assert(
      fc.property(uids, uids, (given, others) => {
        const set = UidSet.from(given);
        const barrier = UidSet.from(others).subtract(set);
        const bridged = set.bridged(barrier);
        expect(isNormal(bridged)).toBe(true);
        expect(bridged.intersect(set.union(barrier)).equals(set)).toBe(true);
        const starts = sorted(given).filter((uid, index, all) => {
          const before = all[index - 1];
          return before === undefined || !barrier.intersect(UidSet.range(before, uid)).isEmpty;
        });
        expect(bridged.rangeCount).toBe(starts.length);
      }),
    );
  });

  it('reaches from the first to the last legal uid', () => {
    const ends = UidSet.of(1, MAX_UID);
    expect([...ends.ranges()]).toEqual([
      [1, 1],
      [MAX_UID, MAX_UID],
    ]);
    expect(UidSet.fromDeltas(ends.toDeltas()).equals(ends)).toBe(true);
    expect(UidSet.range(1, MAX_UID).size).toBe(MAX_UID);
    expect(UidSet.range(0, 3).toString()).toBe('1:3');
    expect(UidSet.range(5, 4).isEmpty).toBe(true);
    expect(UidSet.range(2 ** 32, 2 ** 33).isEmpty).toBe(true);
  });

  it('reads sequence-sets of numbers and nothing else', () => {
    expect(UidSet.parse('7,3:1,4')?.toString()).toBe('1:4,7');
    for (const text of ['', '*', '1:*', '0', '1,', '1:2:3', '4294967296', '1 2', '-1', '1.5']) {
      expect(UidSet.parse(text)).toBeNull();
    }
  });

  it('refuses deltas and ranges that are no set of uids', () => {
    for (const deltas of [[1], [0, 0], [1, 0, 0, 0], [1, -1], [1.5, 0], [1, 0, -9, 0], [Number.NaN, 0]]) {
      expect(() => UidSet.fromDeltas(deltas)).toThrow(RangeError);
    }
    expect(() => UidSet.fromDeltas([MAX_UID, 1])).toThrow(RangeError);
    const builder = new UidSetBuilder();
    for (const [start, end] of [
      [0, 1],
      [3, 2],
      [1, 2 ** 32],
      [Number.NaN, 1],
    ] as const) {
      expect(() => builder.addRange(start, end)).toThrow(RangeError);
    }
  });

  it('merges a million ascending uids into one range', () => {
    const builder = new UidSetBuilder();
    for (let uid = 1; uid <= 1_000_000; uid++) builder.add(uid);
    expect(builder.build().toString()).toBe('1:1000000');
  });
});
