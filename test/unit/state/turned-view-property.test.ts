import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UidMap } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import { standingAnchors } from '../../../src/state/anchor.js';
import { PairSlot } from '../../../src/state/pair-slot.js';
import { LoadedPair } from '../../../src/state/pair-state.js';
import { newPair } from '../../../src/state/pair-summary.js';
import type { StateRecord } from '../../../src/state/record.js';
import { applyToShard, type ShardRecord } from '../../../src/state/reduce-shard.js';
import { cloneShard, emptyShard, type Shard } from '../../../src/state/shard.js';
import { turnedPolicy, turnedShard } from '../../../src/state/turn.js';
import { recordTurned } from '../../../src/state/turned-record.js';
import { turnedView } from '../../../src/state/turned-view.js';
import { dumpRoute, dumpShard } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob, openIn } from './open.js';
import { anyRecord, anyRecords, sensible } from './records.js';
import { relation } from './relation.js';

/** Aliases are the affair of the view: whoever records through it speaks of pairs alone. */
function plain(record: StateRecord): StateRecord {
  if (record.t !== 'pairs' && record.t !== 'drop') return record;
  const { aliases: _, ...rest } = record;
  return rest;
}

type ShardStep = Extract<StateRecord, ShardRecord>;
const notOfShards = new Set(['mailbox', 'forget-mailbox', 'cursor', 'facts']);

const shardRecord = anyRecord.filter((record): record is ShardStep => !notOfShards.has(record.t));

function isOneToOne({ map, aliases }: Shard): boolean {
  return aliases.isEmpty && map.bUids().size === map.size;
}

/** Without what speaks of messages that are in no pair. */
function settled(shard: Shard): Shard {
  const mapped = shard.map.aUids();
  const { a, b } = shard.unseen;
  shard.unseen = { a: a.intersect(mapped), b: b.intersect(mapped) };
  shard.written = { a: shard.written.a.within(mapped), b: shard.written.b.within(mapped) };
  shard.anchors = standingAnchors(shard.anchors, shard.map);
  return shard;
}

/** A pair in memory, its shard, and what records through the view of the other side do to it. */
function pairOf(records: readonly ShardStep[]): {
  shard: Shard;
  through: (record: ShardStep) => void;
  directly: (record: ShardStep) => void;
} {
  const slot = new PairSlot(newPair('m1'), null);
  const shard = emptyShard();
  slot.shard = shard;
  for (const record of records) slot.apply(record);
  const pair = new LoadedPair(slot);
  const put = (record: StateRecord): void => slot.apply(record as ShardStep);
  const through = (record: ShardStep): void => recordTurned(plain(record), () => pair, put);
  return { shard, through, directly: (record) => slot.apply(record) };
}

describe('records through the view of the other side', () => {
  it('leave what the view shows, once the state is opened with its sides exchanged', async () => {
    const steps = fc.array(fc.tuple(anyRecord, fc.boolean()), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(anyRecords(8), steps, async (start, more) => {
        const files = new MemoryFiles();
        const state = await openIn(files);
        const view = turnedView(state);
        const byView = new Map(more.map(([record, isByView]) => [record, isByView]));
        for (const record of sensible([...start, ...byView.keys()])) {
          if (byView.get(record)) view.record(plain(record));
          else state.record(record);
          if (record.t === 'mailbox') await state.load(record.key);
        }
        const shown = await dumpRoute(view);
        await state.close();
        const turned = await openIn(files, { a: bob, b: ann });
        expect(withoutPolicies(await dumpRoute(turned), (policy) => turnedPolicy(policy))).toEqual(
          withoutPolicies(shown, (policy) => policy),
        );
        await turned.close();
      }),
      { numRuns: 200 },
    );
  });

  it('change the other side as they would change a state that is turned for good', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(shardRecord, { maxLength: 12 }),
        fc.array(shardRecord, { maxLength: 12 }),
        (start, steps) => {
          const { shard, through } = pairOf(start.map((record) => plain(record) as ShardStep));
          settled(shard);
          const turned = turnedShard(cloneShard(shard));
          for (const record of steps) {
            if (!isOneToOne(shard)) return;
            applyToShard(turned, plain(record) as ShardStep);
            if (!isOneToOne(turned)) return;
            through(record);
            settled(shard);
            expect(dumpShard('m1', turnedShard(shard))).toEqual(dumpShard('m1', settled(turned)));
            compared += 1;
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('never take a partner from a message they do not name, however many share it', () => {
    fc.assert(
      fc.property(
        fc.array(shardRecord, { maxLength: 8 }),
        fc.array(fc.tuple(shardRecord, fc.boolean()), { maxLength: 12 }),
        (start, steps) => {
          const { shard, through, directly } = pairOf(start);
          for (const [record, isByView] of steps) {
            if (!isByView) {
              directly(record);
              continue;
            }
            const before = turnedShard(cloneShard(shard));
            through(record);
            const after = turnedShard(shard);
            expect(relation(after)).toEqual(expectedRelation(before, record));
            for (const [, a, length] of shard.aliases.runs()) {
              for (let k = 0; k < length; k++) expect(shard.map.bOf(a + k)).toBeGreaterThan(0);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Which messages are partners, seen from the side of the view, after a record through it. */
function expectedRelation(before: Shard, record: ShardStep): string[] {
  const pairs = relation(before);
  if (record.t === 'unpair') return [];
  if (record.t === 'drop') {
    const gone = UidSet.fromDeltas(record.a);
    return pairs.filter((pair) => !gone.has(Number(pair.split('-')[0])));
  }
  if (record.t !== 'pairs') return pairs;
  const added = UidMap.fromDeltas(record.runs);
  const left = pairs.filter((pair) => {
    const [a = 0, b = 0] = pair.split('-').map(Number);
    return added.bOf(a) === 0 || before.map.bOf(a) !== b;
  });
  return [...new Set([...left, ...relation({ map: added, aliases: new UidMap() })])].sort();
}

function withoutPolicies(dump: object, unmarked: (policy: string) => string): object {
  return JSON.parse(JSON.stringify(dump), (name, value) =>
    name === 'policy' && typeof value === 'string' ? unmarked(value) : value,
  ) as object;
}
