import { beforeEach, describe, expect, it } from 'vitest';
import type { Anchor, StateRecord } from '../../../src/state/record.js';
import type { PairState, RouteState } from '../../../src/state/route-state.js';
import { emptyShard } from '../../../src/state/shard.js';
import { shardToData } from '../../../src/state/shard-data.js';
import { turnedShard } from '../../../src/state/turn.js';
import { dumpRoute, dumpSteps } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob, intent, openIn, stateFiles } from './open.js';

const key = 'm1';

function anchor(a: number, b: number): Anchor {
  return { uids: { a, b }, dates: { a: 760_682_930, b: 0 }, sizes: { a: 1234, b: 1240 } };
}

const mailbox: StateRecord = { t: 'mailbox', key, a: 'INBOX', b: 'INBOX', subscribed: null };
const marks: StateRecord[] = [
  { t: 'anchors', key, anchors: [anchor(1, 101), anchor(2, 102), anchor(5, 105)] },
  { t: 'unseen', key, side: 'b', a: [1, 4] },
  { t: 'unseen', key, side: 'a', a: [4, 0] },
  { t: 'kept', key, side: 'b', uids: [200, 1] },
  { t: 'kept', key, side: 'a', uids: [30, 0] },
];
const messages: StateRecord[] = [
  { t: 'pairs', key, runs: [1, 101, 5], flags: {} },
  { t: 'foreign', key, side: 'a', uids: [30, 5] },
  { t: 'foreign', key, side: 'b', uids: [200, 5] },
];

interface Marks {
  readonly anchors: readonly Anchor[];
  readonly unseen: readonly [a: string, b: string];
  readonly kept: readonly [a: string, b: string];
}

function marksOf({ anchors, unseen, kept }: PairState): Marks {
  return { anchors, unseen: [`${unseen.a}`, `${unseen.b}`], kept: [`${kept.a}`, `${kept.b}`] };
}

const all: Marks = {
  anchors: [anchor(1, 101), anchor(2, 102), anchor(5, 105)],
  unseen: ['4', '1:5'],
  kept: ['30', '200:201'],
};
const none: Marks = { anchors: [], unseen: ['', ''], kept: ['', ''] };

let files: MemoryFiles;
let state: RouteState;

function tell(records: readonly StateRecord[]): void {
  for (const record of records) state.record(record);
}

async function reopened(): Promise<RouteState> {
  await state.close();
  state = await openIn(files);
  return state;
}

async function told(): Promise<Marks> {
  return marksOf(await state.load(key));
}

beforeEach(async () => {
  files = new MemoryFiles();
  state = await openIn(files);
  tell([mailbox]);
});

describe('anchors, unseen and kept messages', () => {
  it('are told as recorded, from memory, the journal and the files', async () => {
    tell([...messages, ...marks]);
    expect(await told()).toEqual(all);
    await reopened();
    expect(await told()).toEqual(all);
    await state.fold();
    await reopened();
    expect(await told()).toEqual(all);
  });

  it('may be recorded before the messages they speak of', async () => {
    tell(marks);
    expect(await told()).toEqual(none);
    tell(messages);
    expect(await told()).toEqual(all);
  });

  it.each(marks)('may be all that a fold finds, before the messages come: $t, $side', async (mark) => {
    tell([mark]);
    await state.fold();
    await reopened();
    expect(await told()).toEqual(none);
    tell(messages);
    expect(await dumpRoute(state)).toEqual(dumpSteps([mailbox, ...messages, mark]));
    expect(await told()).not.toEqual(none);
  });

  it('speak of pairs and of foreign messages alone', async () => {
    tell([...messages, ...marks]);
    tell([
      { t: 'pairs', key, runs: [2, 300, 1], flags: {} },
      { t: 'unseen', key, side: 'a', a: [9, 0] },
      { t: 'kept', key, side: 'b', uids: [900, 0] },
    ]);
    expect(await told()).toEqual({ ...all, anchors: [anchor(1, 101), anchor(5, 105)] });
  });

  it('go with the pairs that are dropped and with the messages that are foreign no more', async () => {
    tell([...messages, ...marks]);
    tell([
      { t: 'drop', key, a: [4, 1] },
      { t: 'not-foreign', key, side: 'b', uids: [200, 0] },
      { t: 'not-foreign', key, side: 'a', uids: [30, 0] },
      ...messages,
    ]);
    const expected: Marks = { anchors: all.anchors.slice(0, 2), unseen: ['', '1:3'], kept: ['', '201'] };
    expect(await told()).toEqual(expected);
    await reopened();
    expect(await told()).toEqual(expected);
  });

  it('are void once the pair is unpaired', async () => {
    tell([...messages, ...marks, { t: 'unpair', key }, ...messages]);
    expect(await told()).toEqual(none);
  });

  it('are the same when the records are replayed once more', async () => {
    const records = [
      mailbox,
      ...messages,
      ...marks,
      { t: 'seen', key, side: 'b', a: [2, 1] },
      { t: 'drop', key, a: [5, 0] },
      { t: 'not-foreign', key, side: 'b', uids: [201, 0] },
    ] satisfies StateRecord[];
    tell([...records, ...records]);
    expect(await told()).toEqual({
      anchors: all.anchors.slice(0, 2),
      unseen: ['4', '1,4'],
      kept: ['30', '200'],
    });
    expect(await dumpRoute(state)).toEqual(dumpSteps(records));
  });

  it('are told of a pair as they were when they were asked for', async () => {
    tell(messages);
    const pair = await state.load(key);
    const { unseen: atFirst } = pair;
    tell(marks);
    expect(`${atFirst.b}`).toBe('');
    const before = marksOf(pair);
    const { unseen, kept } = pair;
    tell([
      { t: 'seen', key, side: 'b', a: [1, 4] },
      { t: 'seen', key, side: 'a', a: [4, 0] },
      { t: 'not-foreign', key, side: 'b', uids: [200, 1] },
      { t: 'anchors', key, anchors: [] },
    ]);
    expect([`${unseen.b}`, `${kept.b}`, before.anchors.length]).toEqual(['1:5', '200:201', 3]);
    expect(marksOf(pair)).toEqual({ ...none, kept: ['30', ''] });
  });

  it('exchange their sides with the state, and again when it is turned back', async () => {
    tell([...messages, ...marks]);
    await state.close();
    const turned = await openIn(files, { a: bob, b: ann });
    const turnedAnchor = (a: number, b: number): Anchor => ({
      uids: { a, b },
      dates: { a: 0, b: 760_682_930 },
      sizes: { a: 1240, b: 1234 },
    });
    expect(marksOf(await turned.load(key))).toEqual({
      anchors: [turnedAnchor(101, 1), turnedAnchor(102, 2), turnedAnchor(105, 5)],
      unseen: ['101:105', '104'],
      kept: ['200:201', '30'],
    });
    turned.record({ t: 'seen', key, side: 'a', a: [101, 0] });
    turned.record({ t: 'drop', key, a: [105, 0] });
    await turned.close();
    state = await openIn(files);
    expect(await told()).toEqual({ ...all, anchors: all.anchors.slice(0, 2), unseen: ['4', '2:4'] });
  });

  it('forget no unseen message of those that share a partner when the sides are exchanged', () => {
    for (const aUid of [1, 2]) {
      const shard = emptyShard();
      shard.map.addAll([
        [1, 50, 1],
        [2, 50, 1],
      ]);
      shard.unseen.b = shard.map.aUids().splitAt(1)[aUid === 1 ? 0 : 1];
      const turned = turnedShard(shard);
      expect(`${turned.unseen.a}`).toBe('50');
      expect(`${turnedShard(turned).unseen.b}`).toBe('1:2');
    }
  });

  it('are left out of the files where there are none, and not missed in older ones', async () => {
    tell(messages);
    await state.fold();
    const pack = stateFiles(files).get('pack0-2.json')?.toString() ?? '';
    expect(pack).toContain('"map"');
    for (const name of ['anchors', 'unseen', 'kept']) expect(pack).not.toContain(name);
    await reopened();
    expect(await told()).toEqual(none);
    tell(marks);
    expect(await told()).toEqual(all);
  });

  it('are written as few numbers, what is empty left out', () => {
    const shard = emptyShard();
    shard.anchors = [anchor(1, 101), anchor(2, 102)];
    expect(shardToData(key, shard)).toEqual({
      key,
      anchors: [1, 101, 760_682_930, 0, 1234, 1240, 2, 102, 760_682_930, 0, 1234, 1240],
    });
  });

  it('take a large shard out of its pack', async () => {
    const holes = Array.from({ length: 1001 }, () => [1, 0]).flat();
    tell([{ t: 'unseen', key, side: 'b', a: holes }]);
    await state.fold();
    expect([...stateFiles(files).keys()]).toContain('m1-2.json');
  });
});

describe('an intent to copy inside an account', () => {
  it('is told from one to append, also by the next run', async () => {
    tell([
      { t: 'intent', key, intent: { ...intent(1), copied: true } },
      { t: 'intent', key, intent: intent(2) },
    ]);
    await state.fold();
    await reopened();
    const { intents } = await state.load(key);
    expect([intents.get(1)?.copied, intents.get(2)?.copied]).toEqual([true, undefined]);
  });
});
