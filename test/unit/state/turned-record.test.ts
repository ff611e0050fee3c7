import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateRecord } from '../../../src/state/record.js';
import type { RouteState } from '../../../src/state/route-state.js';
import type { RouteView } from '../../../src/state/route-view.js';
import { turnedView } from '../../../src/state/turned-view.js';
import { dumpRoute } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { openIn } from './open.js';
import { anchor, before, cursor, intent, key, runs, uids } from './two-sides.js';

const debt = { kind: 'not-copied', class: 'permanent', reason: 'TOO_BIG', text: 'no' } as const;

/** What is recorded through the view, and the same by hand. */
const recorded: readonly (readonly [through: StateRecord, byHand: StateRecord])[] = [
  [
    { t: 'mailbox', key, a: 'Sent Mail', b: null, subscribed: false },
    { t: 'mailbox', key, a: null, b: 'Sent Mail', subscribed: false },
  ],
  [
    { t: 'mailbox', key: 'm9', a: 'New', b: 'Neu', subscribed: null },
    { t: 'mailbox', key: 'm9', a: 'Neu', b: 'New', subscribed: null },
  ],
  [
    { t: 'mailbox', key, a: 'New', b: 'Old', subscribed: null, nameFrom: 'a' },
    { t: 'mailbox', key, a: 'Old', b: 'New', subscribed: null, nameFrom: 'b' },
  ],
  [
    { t: 'forget-mailbox', key },
    { t: 'forget-mailbox', key },
  ],
  [
    { t: 'cursor', key, a: cursor(1), b: null, policy: 'p', filter: 'f', skipped: 2, foreign: 3 },
    { t: 'cursor', key, a: null, b: cursor(1), policy: 'p', filter: 'f', skipped: 2, foreign: 3 },
  ],
  [
    { t: 'intent', key, intent: intent('b') },
    { t: 'intent', key, intent: intent('a') },
  ],
  [
    { t: 'intent-end', key, id: 2, outcome: 'suspect' },
    { t: 'intent-end', key, id: 2, outcome: 'suspect' },
  ],
  [
    {
      t: 'pairs',
      key,
      runs: [110, 10, 3],
      flags: { '\\Seen': uids(110, 999), Work: uids(112) },
      intent: 4,
      weak: true,
      unseen: 'b',
    },
    {
      t: 'pairs',
      key,
      runs: [10, 110, 3],
      flags: { '\\Seen': uids(10), Work: uids(12) },
      intent: 4,
      weak: true,
      unseen: 'a',
    },
  ],
  [
    { t: 'pairs', key, runs: runs([110, 12, 1], [111, 10, 2]), flags: { Work: uids(110) }, unseen: 'a' },
    { t: 'pairs', key, runs: runs([12, 110, 1], [10, 111, 2]), flags: { Work: uids(12) }, unseen: 'b' },
  ],
  // The same pairs with other flags.
  [
    { t: 'pairs', key, runs: [101, 1, 2], flags: { Work: uids(101) } },
    { t: 'pairs', key, runs: [1, 101, 2], flags: { Work: uids(1) } },
  ],
  [
    { t: 'drop', key, a: uids(101, 104, 999) },
    { t: 'drop', key, a: uids(1, 4) },
  ],
  [
    { t: 'base', key, flag: 'Work', add: uids(101, 999), remove: uids(103) },
    { t: 'base', key, flag: 'Work', add: uids(1), remove: uids(3) },
  ],
  [
    { t: 'unseen', key, side: 'a', a: uids(103, 104) },
    { t: 'unseen', key, side: 'b', a: uids(3, 4) },
  ],
  [
    { t: 'seen', key, side: 'a', a: uids(101) },
    { t: 'seen', key, side: 'b', a: uids(1) },
  ],
  [
    { t: 'seen', key, side: 'b', a: uids(103) },
    { t: 'seen', key, side: 'a', a: uids(3) },
  ],
  [
    { t: 'debt', key, debt: { ...debt, side: 'a', uids: uids(150) } },
    { t: 'debt', key, debt: { ...debt, side: 'b', uids: uids(150) } },
  ],
  [
    { t: 'settled', key, side: 'b', kind: 'not-copied', uids: uids(7) },
    { t: 'settled', key, side: 'a', kind: 'not-copied', uids: uids(7) },
  ],
  [
    { t: 'foreign', key, side: 'a', uids: uids(150) },
    { t: 'foreign', key, side: 'b', uids: uids(150) },
  ],
  [
    { t: 'not-foreign', key, side: 'b', uids: uids(30) },
    { t: 'not-foreign', key, side: 'a', uids: uids(30) },
  ],
  [
    { t: 'kept', key, side: 'a', uids: uids(140) },
    { t: 'kept', key, side: 'b', uids: uids(140) },
  ],
  [
    { t: 'anchors', key, anchors: [anchor(102, 2, 21, 22)] },
    {
      t: 'anchors',
      key,
      anchors: [{ uids: { a: 2, b: 102 }, dates: { a: 6, b: 5 }, sizes: { a: 22, b: 21 } }],
    },
  ],
  [
    { t: 'unpair', key },
    { t: 'unpair', key },
  ],
  [
    { t: 'facts', side: 'a', facts: 'of b' },
    { t: 'facts', side: 'b', facts: 'of b' },
  ],
];

function nameOf([{ t }, byHand]: (typeof recorded)[number], index: number): string {
  return `${index + 1} ${t}${'side' in byHand ? ` of side ${byHand.side}` : ''}`;
}

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

describe('a record through the view of the other side', () => {
  it.each(recorded.map((both, index) => [nameOf(both, index), ...both] as const))(
    'says what the same made by hand says: %s',
    async (_, through, byHand) => {
      await start(before);
      const other = await openIn(new MemoryFiles());
      for (const record of [...before, byHand]) other.record(record);
      const untouched = await dumpRoute(state);
      view.record(through);
      const told = await dumpRoute(state);
      expect(told).toEqual(await dumpRoute(other));
      expect(told).not.toEqual(untouched);
      await other.close();
    },
  );

  it('changes nothing when its lists make no sense, the pair is not there, or it is not loaded', async () => {
    await start(before);
    const untouched = await dumpRoute(state);
    const senseless: StateRecord[] = [
      { t: 'pairs', key, runs: [1, 1], flags: {} },
      { t: 'pairs', key, runs: [101, 9, 1], flags: { '\\Seen': [0, 0] } },
      { t: 'pairs', key, runs: [110, 9, 1], flags: {}, aliases: [10, 110, 1] },
      { t: 'drop', key, a: [101] },
      { t: 'drop', key, a: [], aliases: uids(1) },
      { t: 'base', key, flag: 'Work', add: uids(101), remove: [1] },
      { t: 'seen', key, side: 'a', a: [1, -1] },
      { t: 'foreign', key, side: 'a', uids: [0, 0] },
      { t: 'drop', key: 'm7', a: uids(1) },
    ];
    for (const record of senseless) expect(() => view.record(record), record.t).toThrow(RangeError);
    expect(await dumpRoute(state)).toEqual(untouched);
    state.unload(key);
    expect(() => view.record({ t: 'drop', key, a: uids(101) })).toThrow(/m1 are recorded .* not loaded/);
    expect(await dumpRoute(state)).toEqual(untouched);
  });

  it('writes nothing where it says nothing of a message that has a partner', async () => {
    const files = new MemoryFiles();
    const quiet = await openIn(files);
    for (const record of before) quiet.record(record);
    await quiet.load(key);
    await quiet.commit();
    const size = sizeOf(files);
    const other = turnedView(quiet);
    other.record({ t: 'drop', key, a: uids(500) });
    other.record({ t: 'base', key, flag: 'Work', add: uids(500), remove: [] });
    other.record({ t: 'seen', key, side: 'a', a: uids(500) });
    await other.commit();
    expect(sizeOf(files)).toBe(size);
    other.record({ t: 'drop', key, a: uids(101) });
    await other.commit();
    expect(sizeOf(files)).toBeGreaterThan(size);
    await quiet.close();
  });
});

function sizeOf(files: MemoryFiles): number {
  return [...files.contents()].reduce((sum, [, data]) => sum + data.length, 0);
}
