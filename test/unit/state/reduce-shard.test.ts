import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flagKey } from '../../../src/model/flags.js';
import { UidMap } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import type { StateRecord } from '../../../src/state/record.js';
import { applyToShard, type ShardRecord } from '../../../src/state/reduce-shard.js';
import { emptyShard, type Shard } from '../../../src/state/shard.js';
import { shardFromData, shardToData } from '../../../src/state/shard-data.js';
import { dumpShard, dumpSteps } from './dump.js';
import { anyRecord, anyRecords } from './records.js';

/** What a shard means, in the plainest words: `<what> <of whom>` → value. */
type Meaning = Map<string, string>;

function uidsOf(deltas: readonly number[]): number[] {
  return [...UidSet.fromDeltas(deltas).uids()];
}

function clear(meaning: Meaning, pattern: RegExp): void {
  for (const entry of [...meaning.keys()]) if (pattern.test(entry)) meaning.delete(entry);
}

function clearUid(meaning: Meaning, uid: number): void {
  clear(meaning, new RegExp(`^(pair|weak|base \\S+) ${uid}$`));
}

function setFlags(
  meaning: Meaning,
  flags: Readonly<Record<string, readonly number[]>>,
  among: ReadonlySet<number>,
): void {
  for (const [flag, deltas] of Object.entries(flags)) {
    for (const uid of uidsOf(deltas)) if (among.has(uid)) meaning.set(`base ${flagKey(flag)} ${uid}`, '');
  }
}

function mean(meaning: Meaning, record: StateRecord): void {
  switch (record.t) {
    case 'pairs': {
      const pairs = [...UidMap.fromDeltas(record.runs).runs()].flatMap(([a, b, length]) =>
        Array.from({ length }, (_, k) => [a + k, b + k] as const),
      );
      for (const [a, b] of pairs) {
        clearUid(meaning, a);
        meaning.set(`pair ${a}`, `${b}`);
        if (record.weak) meaning.set(`weak ${a}`, '');
      }
      setFlags(meaning, record.flags, new Set(pairs.map(([a]) => a)));
      meaning.delete(`intent ${record.intent}`);
      break;
    }
    case 'drop':
      for (const uid of uidsOf(record.a)) clearUid(meaning, uid);
      break;
    case 'base':
      for (const uid of uidsOf(record.add)) meaning.set(`base ${flagKey(record.flag)} ${uid}`, '');
      for (const uid of uidsOf(record.remove)) meaning.delete(`base ${flagKey(record.flag)} ${uid}`);
      break;
    case 'debt': {
      const { side, uids, kind, ...label } = record.debt;
      const value = JSON.stringify([label.class, label.reason, label.text]);
      for (const uid of uidsOf(uids)) meaning.set(`debt ${side} ${kind} ${uid}`, value);
      break;
    }
    case 'settled':
      for (const uid of uidsOf(record.uids)) meaning.delete(`debt ${record.side} ${record.kind} ${uid}`);
      break;
    case 'foreign':
      for (const uid of uidsOf(record.uids)) meaning.set(`foreign ${record.side} ${uid}`, '');
      break;
    case 'not-foreign':
      for (const uid of uidsOf(record.uids)) meaning.delete(`foreign ${record.side} ${uid}`);
      break;
    case 'intent':
      meaning.set(`intent ${record.intent.id}`, JSON.stringify({ ...record.intent, state: 'open' }));
      break;
    case 'intent-end': {
      const known = meaning.get(`intent ${record.id}`);
      if (record.outcome !== 'suspect') meaning.delete(`intent ${record.id}`);
      else if (known) meaning.set(`intent ${record.id}`, known.replace(/"open"\}$/, '"suspect"}'));
      break;
    }
    case 'unpair':
      clear(meaning, /^(pair|weak|base|debt|foreign) /);
  }
}

function meaningOf(shard: Shard): Meaning {
  const meaning: Meaning = new Map();
  for (const [a, b, length] of shard.map.runs()) {
    for (let k = 0; k < length; k++) meaning.set(`pair ${a + k}`, `${b + k}`);
  }
  for (const uid of shard.weak.uids()) meaning.set(`weak ${uid}`, '');
  for (const flag of shard.base.names()) {
    for (const uid of shard.base.uidsOf(flag).uids()) meaning.set(`base ${flagKey(flag)} ${uid}`, '');
  }
  for (const debt of shard.debt) {
    const value = JSON.stringify([debt.class, debt.reason, debt.text]);
    for (const uid of debt.uids.uids()) meaning.set(`debt ${debt.side} ${debt.kind} ${uid}`, value);
  }
  for (const side of ['a', 'b'] as const) {
    for (const uid of shard.foreign[side].uids()) meaning.set(`foreign ${side} ${uid}`, '');
  }
  for (const intent of shard.intents.values()) meaning.set(`intent ${intent.id}`, JSON.stringify(intent));
  return meaning;
}

const NOT_OF_SHARDS = new Set(['mailbox', 'forget-mailbox', 'cursor', 'facts']);

function isShardRecord(record: StateRecord): record is ShardRecord {
  return !NOT_OF_SHARDS.has(record.t);
}

const shardRecords = fc.array(anyRecord.filter(isShardRecord), { maxLength: 30 });

function shardOf(records: readonly ShardRecord[]): Shard {
  const shard = emptyShard();
  for (const record of records) applyToShard(shard, record);
  return shard;
}

describe('records', () => {
  it('make the state that they say, one message at a time', () => {
    fc.assert(
      fc.property(shardRecords, (records) => {
        const meaning: Meaning = new Map();
        for (const record of records) mean(meaning, record);
        expect(new Map([...meaningOf(shardOf(records))].sort())).toEqual(new Map([...meaning].sort()));
      }),
      { numRuns: 500 },
    );
  });

  it('make the same state when any first part of them was applied before', () => {
    fc.assert(
      fc.property(anyRecords(30), fc.nat(), (records, length) => {
        const part = records.slice(0, length % (records.length + 1));
        expect(dumpSteps([...part, ...records])).toEqual(dumpSteps(records));
      }),
      { numRuns: 500 },
    );
  });

  it('survive being written and read, at any point in between', () => {
    fc.assert(
      fc.property(shardRecords, fc.nat(), (records, length) => {
        const at = length % (records.length + 1);
        const written = JSON.stringify(shardToData('m1', shardOf(records.slice(0, at))));
        const shard = shardFromData(JSON.parse(written));
        for (const record of records.slice(at)) applyToShard(shard, record);
        expect(dumpShard('m1', shard)).toEqual(dumpShard('m1', shardOf(records)));
      }),
      { numRuns: 500 },
    );
  });

  it('change nothing when their lists make no sense', () => {
    const before: ShardRecord[] = [
      { t: 'pairs', key: 'm1', runs: [1, 1, 9], flags: { '\\Seen': [1, 3] } },
      { t: 'foreign', key: 'm1', side: 'a', uids: [20, 1] },
    ];
    const senseless: ShardRecord[] = [
      { t: 'pairs', key: 'm1', runs: [1, 1], flags: {} },
      { t: 'pairs', key: 'm1', runs: [1, 5, 2], flags: { '\\Seen': [0, 0] } },
      { t: 'drop', key: 'm1', a: [1, -1] },
      { t: 'base', key: 'm1', flag: '\\Seen', add: [5, 0], remove: [1] },
      { t: 'foreign', key: 'm1', side: 'a', uids: [0, 0] },
      { t: 'settled', key: 'm1', side: 'a', kind: 'not-copied', uids: [Number.NaN, 0] },
    ];
    for (const record of senseless) {
      const shard = shardOf(before);
      expect(() => applyToShard(shard, record)).toThrow(RangeError);
      expect(meaningOf(shard)).toEqual(meaningOf(shardOf(before)));
    }
  });

  it('void all of a pair but its open intents when it is unpaired', () => {
    const [first] = fc.sample(
      anyRecord.filter((record) => record.t === 'intent'),
      { numRuns: 1, seed: 1 },
    );
    if (first?.t !== 'intent') throw new Error('no intent');
    const shard = shardOf([
      { t: 'pairs', key: 'm1', runs: [1, 1, 9], flags: { '\\Seen': [1, 3] }, weak: true },
      first,
      { t: 'unpair', key: 'm1' },
    ]);
    expect([...meaningOf(shard).keys()]).toEqual([`intent ${first.intent.id}`]);
  });
});
