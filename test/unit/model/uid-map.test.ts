import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UidMap, type UidRun } from '../../../src/model/uid-map.js';
import { MAX_UID, UidSet } from '../../../src/model/uid-set.js';

const run = fc.tuple(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 12 }),
);
const uids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });

function pairsOf(runs: Iterable<UidRun>): [number, number][] {
  return [...runs].flatMap(([a, b, length]) =>
    Array.from({ length }, (_, k): [number, number] => [a + k, b + k]),
  );
}

/** Adds runs to both until one contradicts; the naive model is a Map from aUid to bUid. */
function build(runs: readonly UidRun[]): { readonly map: UidMap; readonly model: Map<number, number> } {
  const map = new UidMap();
  const model = new Map<number, number>();
  for (const one of runs) {
    const pairs = pairsOf([one]);
    if (pairs.some(([a, b]) => (model.get(a) ?? b) !== b)) {
      const before = map.toDeltas();
      expect(() => map.addAll([one])).toThrow(RangeError);
      expect(map.toDeltas()).toEqual(before);
      continue;
    }
    map.addAll([one]);
    for (const [a, b] of pairs) model.set(a, b);
  }
  return { map, model };
}

const built = fc.array(run, { maxLength: 12 }).map(build);

function sortedPairs(pairs: Iterable<readonly [number, number]>): string[] {
  return [...pairs].map(([a, b]) => `${a}-${b}`).sort();
}

function sortedUids(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

describe('UidMap', () => {
  it('pairs like a Map, whatever the order and overlap of the runs', () => {
    fc.assert(
      fc.property(built, ({ map, model }) => {
        expect(sortedPairs(pairsOf(map.runs()))).toEqual(sortedPairs(model));
        expect(map.size).toBe(model.size);
        expect(map.isEmpty).toBe(model.size === 0);
        expect([...map.aUids().uids()]).toEqual(sortedUids(model.keys()));
        expect([...map.bUids().uids()]).toEqual(sortedUids(model.values()));
        for (let a = 0; a < 60; a++) expect(map.bOf(a)).toBe(model.get(a) ?? 0);
      }),
    );
  });

  it('finds a partner for every bUid that has one, however many aliases there are', () => {
    fc.assert(
      fc.property(built, ({ map, model }) => {
        for (let b = 0; b < 60; b++) {
          const partners = [...model].filter(([, to]) => to === b).map(([from]) => from);
          if (partners.length === 0) expect(map.aOf(b)).toBe(0);
          else expect(partners).toContain(map.aOf(b));
        }
      }),
    );
  });

  it('sees through many short aliases to a long run beneath them', () => {
    const map = new UidMap();
    map.add(1, 1, 1000);
    for (let k = 0; k < 30; k++) map.add(2000 + 2 * k, 10 + k);
    expect(map.aOf(500)).toBe(500);
    expect([...map.toA(UidSet.of(10, 500)).uids()]).toEqual([10, 500, 2000]);
  });

  it('keeps runs merged and ascending', () => {
    fc.assert(
      fc.property(built, ({ map }) => {
        const runs = [...map.runs()];
        for (const [index, [a, b, length]] of runs.entries()) {
          const next = runs[index + 1];
          if (!next) continue;
          expect(next[0]).toBeGreaterThanOrEqual(a + length);
          expect(next[0] === a + length && next[1] === b + length).toBe(false);
        }
      }),
    );
  });

  it('translates sets in both directions, aliases included', () => {
    fc.assert(
      fc.property(built, uids, ({ map, model }, some) => {
        const pairs = [...model];
        expect([...map.toB(UidSet.from(some)).uids()]).toEqual(
          sortedUids(pairs.filter(([a]) => some.includes(a)).map(([, b]) => b)),
        );
        expect([...map.toA(UidSet.from(some)).uids()]).toEqual(
          sortedUids(pairs.filter(([, b]) => some.includes(b)).map(([a]) => a)),
        );
      }),
    );
  });

  it('forgets and narrows by aUid', () => {
    fc.assert(
      fc.property(built, uids, ({ map, model }, some) => {
        const within = map.within(UidSet.from(some));
        expect(sortedPairs(pairsOf(within.runs()))).toEqual(
          sortedPairs([...model].filter(([a]) => some.includes(a))),
        );
        const copy = map.clone();
        map.removeA(UidSet.from(some));
        const left = [...model].filter(([a]) => !some.includes(a));
        expect(sortedPairs(pairsOf(map.runs()))).toEqual(sortedPairs(left));
        for (const [, b] of left) expect(map.aOf(b)).toBeGreaterThan(0);
        expect(sortedPairs(pairsOf(copy.runs()))).toEqual(sortedPairs(model));
      }),
    );
  });

  it('turns round: each bUid keeps one of its partners', () => {
    fc.assert(
      fc.property(built, ({ map, model }) => {
        const turned = pairsOf(map.swapped().runs());
        expect(turned.map(([b]) => b)).toEqual(sortedUids(model.values()));
        for (const [b, a] of turned) expect(model.get(a)).toBe(b);
        if (new Set(model.values()).size === model.size) {
          expect(map.swapped().swapped().toDeltas()).toEqual(map.toDeltas());
        }
      }),
    );
  });

  it('survives being written as deltas', () => {
    fc.assert(
      fc.property(built, ({ map }) => {
        expect([...UidMap.fromDeltas(map.toDeltas()).runs()]).toEqual([...map.runs()]);
      }),
    );
  });

  it('refuses deltas that are no map', () => {
    const bad = [[1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 2, -1, 5, 1], [1.5, 1, 1], [Number.NaN, 1, 1]];
    for (const deltas of bad) expect(() => UidMap.fromDeltas(deltas)).toThrow(RangeError);
    expect(() => UidMap.fromDeltas([MAX_UID, 1, 2])).toThrow(RangeError);
    expect(() => UidMap.fromDeltas([1, MAX_UID, 2])).toThrow(RangeError);
  });

  it('says which uid contradicts', () => {
    const map = UidMap.from([[10, 100, 5]]);
    expect(() => map.add(12, 200)).toThrow('uid 12 is paired with 102, not with 200');
  });
});
