import { UidMap, type UidRun } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import type { Anchor, Cursor, Intent, StateRecord } from '../../../src/state/record.js';

export const key = 'm1';

export function uids(...list: number[]): number[] {
  return UidSet.of(...list).toDeltas();
}

export function runs(...list: UidRun[]): number[] {
  return UidMap.from(list).toDeltas();
}

export function cursor(uidValidity: number): Cursor {
  return { uidValidity, uidNext: 9, highestModseq: '7', messages: 3 };
}

export function anchor(a: number, b: number, sizeA: number, sizeB: number): Anchor {
  return { uids: { a, b }, dates: { a: 5, b: 6 }, sizes: { a: sizeA, b: sizeB } };
}

export function intent(side: 'a' | 'b'): Intent {
  return {
    id: 3,
    side,
    sourceUids: [5],
    sourceUidValidity: 1,
    sizes: [10],
    digests: ['d'],
    internalDates: [' 7-Feb-1994 21:52:25 -0800'],
    flags: { '\\Seen': [1, 0] },
    uidValidity: 2,
    uidNext: 50,
    writtenAtMs: 1,
  };
}

/** Pairs 1 to 4 with 101 to 104, and something of everything. */
export const before: readonly StateRecord[] = [
  { t: 'mailbox', key, a: 'Sent', b: 'Gesendet', subscribed: true },
  { t: 'pairs', key, runs: [1, 101, 4], flags: { '\\Seen': uids(1, 2), Work: uids(2, 3) } },
  { t: 'unseen', key, side: 'b', a: uids(1, 2) },
  { t: 'unseen', key, side: 'a', a: uids(3) },
  { t: 'foreign', key, side: 'a', uids: uids(30, 31) },
  { t: 'foreign', key, side: 'b', uids: uids(140, 141) },
  { t: 'intent', key, intent: { ...intent('b'), id: 2 } },
  { t: 'intent', key, intent: { ...intent('a'), id: 4 } },
  {
    t: 'debt',
    key,
    debt: { side: 'a', uids: uids(7), kind: 'not-copied', class: 'temporary', reason: 'OVER_QUOTA' },
  },
  { t: 'anchors', key, anchors: [anchor(1, 101, 11, 12)] },
  { t: 'facts', side: 'a', facts: 'of a' },
];
