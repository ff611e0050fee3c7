import type { BodyDigest } from './body-digest.js';
import type { Fingerprint } from './fingerprint.js';

export type UidPair = readonly [aUid: number, bUid: number];

export interface Pairing {
  readonly pairs: readonly UidPair[];
  /** Left over on each side. */
  readonly a: readonly Fingerprint[];
  readonly b: readonly Fingerprint[];
}

type KeyOf = (fingerprint: Fingerprint) => string | null;

/**
 * Which messages of two sides are the same, by what their headers and dates say. A key held by one message on each
 * side decides, if size or internalDate is the same too: servers rewrite what they store, and programs that copy lose
 * dates; where both differ these may be two messages, as an author and a mailing list send them. A key held by more
 * needs both; k here pair with k there. The rest is for {@link pairByDigest} and {@link pairByText}.
 */
export function pairByFingerprint(a: readonly Fingerprint[], b: readonly Fingerprint[]): Pairing {
  const pairs: UidPair[] = [];
  const dated: KeyOf = (print) => print.strong && `${print.strong}|${print.internalDate}|${print.sizeBytes}`;
  let left = matchTwo(a, dated, b, dated, pairs);
  for (const field of ['strong', 'messageId', 'loose'] as const) {
    const keyOf = singleKeys((print) => print[field], a, b);
    for (const other of ['internalDate', 'sizeBytes'] as const) {
      const both: KeyOf = (print) => {
        const key = keyOf(print);
        return key === null ? null : `${key}|${print[other]}`;
      };
      left = matchTwo(left.a, both, left.b, both, pairs);
    }
  }
  return { pairs, ...left };
}

/** Pairs what has equal octets, k with k in UID order. */
export function pairByDigest(
  pairing: Pairing,
  digestsA: ReadonlyMap<number, BodyDigest>,
  digestsB: ReadonlyMap<number, BodyDigest>,
): Pairing {
  const keyOf = (digests: ReadonlyMap<number, BodyDigest>): KeyOf => {
    return ({ uid }) => digests.get(uid)?.digest ?? null;
  };
  return pairMore(pairing, keyOf(digestsA), keyOf(digestsB));
}

/** Pairs what has equal headers and equal text below them, whatever else a server wrote into the header. */
export function pairByText(
  pairing: Pairing,
  textsA: ReadonlyMap<number, string>,
  textsB: ReadonlyMap<number, string>,
): Pairing {
  const keyOf = (texts: ReadonlyMap<number, string>): KeyOf => {
    return ({ uid, strong }) => (strong && texts.has(uid) ? `${strong}|${texts.get(uid)}` : null);
  };
  return pairMore(pairing, keyOf(textsA), keyOf(textsB));
}

/** Those of `left` that have Message-ID, Date and From of some message of `right`. */
export function sameHeadersAsSome(
  left: readonly Fingerprint[],
  right: readonly Fingerprint[],
): Fingerprint[] {
  const keys = new Set(right.map(({ strong }) => strong));
  return left.filter(({ strong }) => strong !== null && keys.has(strong));
}

/**
 * Pairs what is left by headers and internalDate alone, k with k in UID order: for messages that are known to have been
 * sent there, which the server rewrote.
 */
export function pairByDate(pairing: Pairing): Pairing {
  const keyOf: KeyOf = ({ strong, loose, internalDate }) => `${strong ?? loose ?? ''}|${internalDate}`;
  return pairMore(pairing, keyOf, keyOf);
}

function pairMore(pairing: Pairing, keyOfA: KeyOf, keyOfB: KeyOf): Pairing {
  const pairs = [...pairing.pairs];
  return { pairs, ...matchTwo(pairing.a, keyOfA, pairing.b, keyOfB, pairs) };
}

/** Those of `left` for which some message of `right` may have the same octets. */
export function sameSizeAsSome(left: readonly Fingerprint[], right: readonly Fingerprint[]): Fingerprint[] {
  const sizes = new Set(right.map((print) => print.sizeBytes));
  return left.filter((print) => sizes.has(print.sizeBytes));
}

/** Narrows a key to those that at most one message of each side holds, matched ones counted. */
function singleKeys(keyOf: KeyOf, a: readonly Fingerprint[], b: readonly Fingerprint[]): KeyOf {
  const shared = new Set<string>();
  for (const side of [a, b]) {
    const seen = new Set<string>();
    for (const print of side) {
      const key = keyOf(print);
      if (key !== null && seen.has(key)) shared.add(key);
      else if (key !== null) seen.add(key);
    }
  }
  return (print) => {
    const key = keyOf(print);
    return key === null || shared.has(key) ? null : key;
  };
}

/** Pairs k with k of those that have one key, in UID order. */
function matchTwo(
  a: readonly Fingerprint[],
  keyOfA: KeyOf,
  b: readonly Fingerprint[],
  keyOfB: KeyOf,
  pairs: UidPair[],
): { a: readonly Fingerprint[]; b: readonly Fingerprint[] } {
  if (a.length === 0 || b.length === 0) return { a, b };
  const groupsA = groupBy(a, keyOfA);
  const groupsB = groupBy(b, keyOfB);
  const takenA = new Set<number>();
  const takenB = new Set<number>();
  for (const [key, inA] of groupsA) {
    const inB = groupsB.get(key);
    if (!inB) continue;
    for (let i = 0; i < Math.min(inA.length, inB.length); i++) {
      const aUid = (inA[i] as Fingerprint).uid;
      const bUid = (inB[i] as Fingerprint).uid;
      pairs.push([aUid, bUid]);
      takenA.add(aUid);
      takenB.add(bUid);
    }
  }
  return { a: a.filter((print) => !takenA.has(print.uid)), b: b.filter((print) => !takenB.has(print.uid)) };
}

function groupBy(prints: readonly Fingerprint[], keyOf: KeyOf): Map<string, Fingerprint[]> {
  const groups = new Map<string, Fingerprint[]>();
  for (const print of [...prints].sort((left, right) => left.uid - right.uid)) {
    const key = keyOf(print);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(print);
    else groups.set(key, [print]);
  }
  return groups;
}
