import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateRecord } from '../../../src/state/record.js';
import type { PairState, RouteState } from '../../../src/state/route-state.js';
import type { RouteView } from '../../../src/state/route-view.js';
import { turnedView } from '../../../src/state/turned-view.js';
import { MemoryFiles } from './memory-files.js';
import { openIn } from './open.js';
import { relation } from './relation.js';
import { key, runs, uids } from './two-sides.js';

let state: RouteState;
let view: RouteView;

beforeEach(async () => {
  state = await openIn(new MemoryFiles());
  view = turnedView(state);
});

afterEach(async () => {
  await state.close();
});

async function start(records: readonly StateRecord[]): Promise<void> {
  for (const record of records) state.record(record);
  await state.load(key);
}

function shown(): PairState {
  const pair = view.loaded(key);
  if (!pair) throw new Error('the pair is not loaded');
  return pair;
}

function real(): PairState {
  const pair = state.loaded(key);
  if (!pair) throw new Error('the pair is not loaded');
  return pair;
}

describe('a message that is the partner of several, seen from its own side,', () => {
  beforeEach(() =>
    start([
      { t: 'mailbox', key, a: 'A', b: 'B', subscribed: null },
      { t: 'pairs', key, runs: runs([1, 101, 1], [2, 101, 1], [3, 103, 1]), flags: { Work: uids(1, 2, 3) } },
    ]),
  );

  it('has one of them as its partner and the others as aliases', () => {
    const { map, aliases } = shown();
    expect([...map.runs()]).toEqual([
      [101, 1, 1],
      [103, 3, 1],
    ]);
    expect([...aliases.runs()]).toEqual([[2, 101, 1]]);
  });

  it('loses all of them with a drop', () => {
    view.record({ t: 'drop', key, a: uids(101) });
    expect(relation(real())).toEqual(['3-103']);
    expect(relation(shown())).toEqual(['103-3']);
  });

  it('agrees on flags with its partner alone', () => {
    view.record({ t: 'base', key, flag: 'New', add: uids(101), remove: [] });
    view.record({ t: 'base', key, flag: 'Work', add: [], remove: uids(101) });
    expect(real().base.toDeltas()).toEqual({ New: uids(1), Work: uids(2, 3) });
    expect(shown().base.toDeltas()).toEqual({ New: uids(101), Work: uids(103) });
  });

  it('is unseen for all of them when it was written, and seen for all when it was looked at', () => {
    view.record({ t: 'unseen', key, side: 'a', a: uids(101) });
    expect(real().unseen.b.toString()).toBe('1:2');
    view.record({ t: 'seen', key, side: 'a', a: uids(101) });
    expect(real().unseen.b.isEmpty).toBe(true);
  });

  it('leaves unseen those of them that were not looked at themselves', () => {
    state.record({ t: 'unseen', key, side: 'a', a: uids(1, 2) });
    view.record({ t: 'seen', key, side: 'b', a: uids(101) });
    expect(real().unseen.a.toString()).toBe('2');
    expect(shown().unseen.b.toString()).toBe('101');
  });
});

describe('several messages that the other side stored as one', () => {
  beforeEach(async () => {
    await start([{ t: 'mailbox', key, a: 'A', b: 'B', subscribed: null }]);
    view.record({
      t: 'pairs',
      key,
      runs: runs([101, 1, 1], [102, 1, 1], [103, 3, 1]),
      flags: { Work: uids(101, 102, 103), New: uids(101) },
    });
  });

  it('are all paired, in one record, and share the flags that each of them has', () => {
    expect(relation(shown())).toEqual(['101-1', '102-1', '103-3']);
    expect([...shown().map.runs()]).toEqual([
      [101, 1, 1],
      [102, 1, 1],
      [103, 3, 1],
    ]);
    expect([...real().map.runs()]).toEqual([
      [1, 101, 1],
      [3, 103, 1],
    ]);
    expect(real().aliases.bOf(102)).toBe(1);
    expect(real().base.toDeltas()).toEqual({ Work: uids(1, 3) });
  });

  it('stay paired when one of them is dropped, whichever it is', () => {
    state.record({ t: 'unseen', key, side: 'b', a: uids(1) });
    view.record({ t: 'drop', key, a: uids(101) });
    expect(relation(shown())).toEqual(['102-1', '103-3']);
    expect([real().map.bOf(1), real().aliases.isEmpty]).toEqual([102, true]);
    expect(shown().base.flagsOf(102)).toEqual(['Work']);
    expect(shown().unseen.a.toString()).toBe('102');
    view.record({ t: 'pairs', key, runs: [101, 1, 1], flags: {} });
    expect(relation(shown())).toEqual(['101-1', '102-1', '103-3']);
    view.record({ t: 'drop', key, a: uids(101) });
    expect(relation(shown())).toEqual(['102-1', '103-3']);
    view.record({ t: 'drop', key, a: uids(102) });
    expect(relation(shown())).toEqual(['103-3']);
  });

  it('stay weak together', () => {
    view.record({ t: 'pairs', key, runs: runs([111, 11, 1], [112, 11, 1]), flags: {}, weak: true });
    view.record({ t: 'drop', key, a: uids(111, 101) });
    expect(relation(shown())).toEqual(['102-1', '103-3', '112-11']);
    expect(shown().weak.toString()).toBe('112');
  });

  it('agree on no more when one of them is recorded again', () => {
    view.record({ t: 'pairs', key, runs: [101, 1, 1], flags: { Work: uids(101), New: uids(101) } });
    expect(relation(shown())).toEqual(['101-1', '102-1', '103-3']);
    expect(real().base.toDeltas()).toEqual({ Work: uids(1, 3) });
  });

  it('are joined by another one that comes later, and agree on what it agrees on too', () => {
    view.record({ t: 'pairs', key, runs: [104, 3, 1], flags: { Other: uids(104) }, unseen: 'b' });
    expect(relation(shown())).toEqual(['101-1', '102-1', '103-3', '104-3']);
    expect(real().base.toDeltas()).toEqual({ Work: uids(1) });
    expect(real().unseen.a.toString()).toBe('3');
  });

  it('agree on a flag when each of them has it, and no more when one has it not', () => {
    view.record({ t: 'base', key, flag: 'New', add: uids(101), remove: [] });
    expect(real().base.uidsOf('New').isEmpty).toBe(true);
    view.record({ t: 'base', key, flag: 'New', add: uids(101, 102), remove: [] });
    expect(real().base.uidsOf('New').toString()).toBe('1');
    view.record({ t: 'base', key, flag: 'New', add: [], remove: uids(102) });
    expect(real().base.uidsOf('New').isEmpty).toBe(true);
  });

  it('are seen when each of them was looked at', () => {
    view.record({ t: 'unseen', key, side: 'a', a: uids(102) });
    view.record({ t: 'seen', key, side: 'a', a: uids(102) });
    expect(shown().unseen.a.toString()).toBe('101:102');
    view.record({ t: 'seen', key, side: 'a', a: uids(101, 102) });
    expect(shown().unseen.a.isEmpty).toBe(true);
  });

  it('let one of them go to another partner, and keep theirs', () => {
    view.record({ t: 'pairs', key, runs: [101, 9, 1], flags: {} });
    expect(relation(shown())).toEqual(['101-9', '102-1', '103-3']);
    view.record({ t: 'pairs', key, runs: [102, 8, 1], flags: {} });
    expect(relation(shown())).toEqual(['101-9', '102-8', '103-3']);
    expect(real().map.bOf(1)).toBe(0);
  });
});
