import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyDigest } from '../../../src/sync/body-digest.js';
import type { Fingerprint } from '../../../src/sync/fingerprint.js';
import {
  type Pairing,
  pairByDigest,
  pairByFingerprint,
  pairByText,
  sameSizeAsSome,
} from '../../../src/sync/identity.js';

function print(uid: number, fields: Partial<Fingerprint> = {}): Fingerprint {
  return { uid, strong: null, messageId: null, loose: null, internalDate: 0, sizeBytes: 1, ...fields };
}

/** Few values, so that much is equal. A strong key implies a Message-ID, which rules out a loose one. */
const anyPrint = fc
  .record({
    id: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }),
    date: fc.constantFrom('1', '2'),
    internalDate: fc.constantFrom(1, 2),
    sizeBytes: fc.constantFrom(10, 20),
  })
  .map(
    ({ id, date, internalDate, sizeBytes }): Omit<Fingerprint, 'uid'> => ({
      strong: id && `${id} ${date}`,
      messageId: id,
      loose: id ? null : `${internalDate} ${date}`,
      internalDate,
      sizeBytes,
    }),
  );
const side = fc
  .array(anyPrint, { maxLength: 8 })
  .map((prints) => prints.map((fields, index): Fingerprint => ({ ...fields, uid: index + 1 })));

function sorted({ pairs }: Pairing): string[] {
  return pairs.map(([a, b]) => `${a}=${b}`).sort();
}

function expectOneToOne(
  { pairs, a, b }: Pairing,
  allA: readonly Fingerprint[],
  allB: readonly Fingerprint[],
): void {
  const uidsA = [...pairs.map(([uid]) => uid), ...a.map(({ uid }) => uid)].sort((x, y) => x - y);
  const uidsB = [...pairs.map(([, uid]) => uid), ...b.map(({ uid }) => uid)].sort((x, y) => x - y);
  expect(uidsA).toEqual(allA.map(({ uid }) => uid));
  expect(uidsB).toEqual(allB.map(({ uid }) => uid));
}

describe('pairByFingerprint', () => {
  it('gives every message at most one partner and forgets none', () => {
    fc.assert(fc.property(side, side, (a, b) => expectOneToOne(pairByFingerprint(a, b), a, b)));
  });

  it('does not depend on the order in which messages were told', () => {
    const shuffled = side.chain((prints) =>
      fc.tuple(fc.constant(prints), fc.shuffledSubarray(prints, { minLength: prints.length })),
    );
    fc.assert(
      fc.property(shuffled, shuffled, ([a, someA], [b, someB]) => {
        expect(sorted(pairByFingerprint(someA, someB))).toEqual(sorted(pairByFingerprint(a, b)));
      }),
    );
  });

  it('says the same from the other side', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const turned = pairByFingerprint(b, a)
          .pairs.map(([x, y]) => `${y}=${x}`)
          .sort();
        expect(turned).toEqual(sorted(pairByFingerprint(a, b)));
      }),
    );
  });

  it('pairs as many of identical copies as both sides have', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(6), (k, other) => {
        const copies = (count: number): Fingerprint[] =>
          Array.from({ length: count }, (_, index) => print(index + 1, { strong: 's', messageId: 'm' }));
        expect(pairByFingerprint(copies(k), copies(other)).pairs).toHaveLength(Math.min(k, other));
      }),
    );
  });

  it('never pairs messages that share no key', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        for (const [aUid, bUid] of pairByFingerprint(a, b).pairs) {
          const [one, other] = [a[aUid - 1], b[bUid - 1]];
          const shared = (['strong', 'messageId', 'loose'] as const).some(
            (key) => one?.[key] !== null && one?.[key] === other?.[key],
          );
          expect(shared).toBe(true);
        }
      }),
    );
  });

  it('lets neither size nor date alone disprove anything where a key is unique on both sides', () => {
    const a = [print(1, { strong: 's', messageId: 'm', sizeBytes: 10, internalDate: 1 })];
    const rewritten = [print(7, { strong: 's', messageId: 'm', sizeBytes: 99, internalDate: 1 })];
    const undated = [print(7, { strong: 's', messageId: 'm', sizeBytes: 10, internalDate: 9 })];
    expect(pairByFingerprint(a, rewritten).pairs).toEqual([[1, 7]]);
    expect(pairByFingerprint(a, undated).pairs).toEqual([[1, 7]]);
  });

  it('does not take a message of another size and another date for the same', () => {
    const a = [print(1, { strong: 's', messageId: 'm', sizeBytes: 10, internalDate: 1 })];
    const b = [print(7, { strong: 's', messageId: 'm', sizeBytes: 99, internalDate: 9 })];
    expect(pairByFingerprint(a, b).pairs).toEqual([]);
    expect(pairByText(pairByFingerprint(a, b), new Map([[1, 'x']]), new Map([[7, 'x']])).pairs).toEqual([
      [1, 7],
    ]);
    expect(pairByText(pairByFingerprint(a, b), new Map([[1, 'x']]), new Map([[7, 'y']])).pairs).toEqual([]);
  });

  it('needs date and size as well where it is not', () => {
    const twin = { strong: 's', messageId: 'm' };
    const a = [print(1, { ...twin, sizeBytes: 10 }), print(2, { ...twin, sizeBytes: 20 })];
    const b = [print(7, { ...twin, sizeBytes: 20 }), print(8, { ...twin, sizeBytes: 30 })];
    const pairing = pairByFingerprint(a, b);
    expect(pairing.pairs).toEqual([[2, 7]]);
    expect([pairing.a.map(({ uid }) => uid), pairing.b.map(({ uid }) => uid)]).toEqual([[1], [8]]);
  });

  it('keeps the order of copies', () => {
    const copies = (...uids: number[]): Fingerprint[] =>
      uids.map((uid) => print(uid, { strong: 's', messageId: 'm' }));
    expect(sorted(pairByFingerprint(copies(9, 3), copies(5, 4)))).toEqual(['3=4', '9=5']);
  });
});

describe('pairByDigest', () => {
  const digest = (name: string): BodyDigest => ({ sizeBytes: 1, digest: name });

  it('pairs k equal bodies with k, and leaves alone what has no digest', () => {
    const begun: Pairing = { pairs: [[1, 1]], a: [print(2), print(3), print(4)], b: [print(5), print(6)] };
    const a = new Map([2, 3].map((uid) => [uid, digest('x')] as const));
    const b = new Map([[5, digest('x')]]);
    const { pairs, ...left } = pairByDigest(begun, a, b);
    expect(pairs).toEqual([
      [1, 1],
      [2, 5],
    ]);
    expect([left.a.map(({ uid }) => uid), left.b.map(({ uid }) => uid)]).toEqual([[3, 4], [6]]);
  });

  it('is asked only about messages of a size the other side has', () => {
    const left = [print(1, { sizeBytes: 5 }), print(2, { sizeBytes: 6 })];
    expect(sameSizeAsSome(left, [print(9, { sizeBytes: 6 })]).map(({ uid }) => uid)).toEqual([2]);
    expect(sameSizeAsSome(left, [])).toEqual([]);
  });
});
