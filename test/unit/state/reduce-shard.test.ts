import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flagKey } from '../../../src/model/flags.js';
import { UidMap } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import type { Anchor, Debt, StateRecord } from '../../../src/state/record.js';
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

function toldOfAnchor({ uids, dates, sizes }: Anchor): string {
  return JSON.stringify([uids.b, dates.a, dates.b, sizes.a, sizes.b]);
}

function mark(meaning: Meaning, what: string, deltas: readonly number[], isSo: boolean): void {
  for (const uid of uidsOf(deltas)) {
    if (isSo) meaning.set(`${what} ${uid}`, '');
    else meaning.delete(`${what} ${uid}`);
  }
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

/** A message owes a thing once, but each flag of it that was refused by itself. */
function debtKey({ side, kind, reason }: Pick<Debt, 'side' | 'kind' | 'reason'>, uid: number): string {
  return `debt ${side} ${kind} ${uid}${kind === 'flags-refused' ? ` ${reason}` : ''}`;
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
        meaning.delete(`alias ${b}`);
      }
      for (const [b, a, length] of UidMap.fromDeltas(record.aliases ?? []).runs()) {
        for (let k = 0; k < length; k++) meaning.set(`alias ${b + k}`, `${a + k}`);
      }
      if (record.unseen) for (const [a] of pairs) meaning.set(`unseen ${record.unseen} ${a}`, '');
      setFlags(meaning, record.flags, new Set(pairs.map(([a]) => a)));
      meaning.delete(`intent ${record.intent}`);
      break;
    }
    case 'drop':
      for (const uid of uidsOf(record.a)) {
        clearUid(meaning, uid);
        clear(meaning, new RegExp(`^(unseen [ab]|anchor \\S+) ${uid}$`));
        for (const [entry, a] of [...meaning]) {
          if (entry.startsWith('alias ') && a === `${uid}`) meaning.delete(entry);
        }
      }
      mark(meaning, 'alias', record.aliases ?? [], false);
      break;
    case 'anchors':
      clear(meaning, /^anchor /);
      for (const one of record.anchors) meaning.set(`anchor ${toldOfAnchor(one)} ${one.uids.a}`, '');
      break;
    case 'unseen':
    case 'seen':
      mark(meaning, `unseen ${record.side}`, record.a, record.t === 'unseen');
      break;
    case 'kept':
      mark(meaning, `kept ${record.side}`, record.uids, true);
      break;
    case 'base':
      for (const uid of uidsOf(record.add)) meaning.set(`base ${flagKey(record.flag)} ${uid}`, '');
      for (const uid of uidsOf(record.remove)) meaning.delete(`base ${flagKey(record.flag)} ${uid}`);
      break;
    case 'debt': {
      const { side, uids, kind, ...label } = record.debt;
      const value = JSON.stringify([label.class, label.reason, label.text]);
      for (const uid of uidsOf(uids)) meaning.set(debtKey({ side, kind, reason: label.reason }, uid), value);
      break;
    }
    case 'settled':
      for (const uid of uidsOf(record.uids)) {
        const settled = new RegExp(`^debt ${record.side} ${record.kind} ${uid}( |$)`);
        for (const key of meaning.keys()) if (settled.test(key)) meaning.delete(key);
      }
      break;
    case 'foreign':
      mark(meaning, `foreign ${record.side}`, record.uids, true);
      break;
    case 'not-foreign':
      mark(meaning, `foreign ${record.side}`, record.uids, false);
      mark(meaning, `kept ${record.side}`, record.uids, false);
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
      clear(meaning, /^(pair|alias|weak|base|anchor|unseen|debt|foreign|kept) /);
  }
}

function meaningOf(shard: Shard): Meaning {
  const meaning: Meaning = new Map();
  for (const [a, b, length] of shard.map.runs()) {
    for (let k = 0; k < length; k++) meaning.set(`pair ${a + k}`, `${b + k}`);
  }
  for (const [b, a, length] of shard.aliases.runs()) {
    for (let k = 0; k < length; k++) meaning.set(`alias ${b + k}`, `${a + k}`);
  }
  for (const uid of shard.weak.uids()) meaning.set(`weak ${uid}`, '');
  for (const flag of shard.base.names()) {
    for (const uid of shard.base.uidsOf(flag).uids()) meaning.set(`base ${flagKey(flag)} ${uid}`, '');
  }
  for (const debt of shard.debt) {
    const value = JSON.stringify([debt.class, debt.reason, debt.text]);
    for (const uid of debt.uids.uids()) meaning.set(debtKey(debt, uid), value);
  }
  for (const what of ['unseen', 'foreign', 'kept'] as const) {
    for (const side of ['a', 'b'] as const)
      mark(meaning, `${what} ${side}`, shard[what][side].toDeltas(), true);
  }
  for (const one of shard.anchors) meaning.set(`anchor ${toldOfAnchor(one)} ${one.uids.a}`, '');
  for (const intent of shard.intents.values()) meaning.set(`intent ${intent.id}`, JSON.stringify(intent));
  return meaning;
}

const NOT_OF_SHARDS = new Set(['mailbox', 'forget-mailbox', 'cursor', 'facts']);

function isShardRecord(record: StateRecord): record is ShardRecord {
  return !NOT_OF_SHARDS.has(record.t);
}

function anchor(a: number, b: number): Anchor {
  return { uids: { a, b }, dates: { a: 760_682_930, b: 0 }, sizes: { a: 1234, b: 1240 } };
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
      { t: 'kept', key: 'm1', side: 'a', uids: [20, 0] },
      { t: 'unseen', key: 'm1', side: 'b', a: [2, 0] },
      { t: 'anchors', key: 'm1', anchors: [anchor(3, 3)] },
    ];
    const senseless: ShardRecord[] = [
      { t: 'pairs', key: 'm1', runs: [1, 1], flags: {} },
      { t: 'pairs', key: 'm1', runs: [1, 5, 2], flags: { '\\Seen': [0, 0] } },
      { t: 'pairs', key: 'm1', runs: [1, 5, 2], flags: {}, aliases: [30, 1] },
      { t: 'drop', key: 'm1', a: [1, -1] },
      { t: 'drop', key: 'm1', a: [1, 0], aliases: [1] },
      { t: 'base', key: 'm1', flag: '\\Seen', add: [5, 0], remove: [1] },
      { t: 'foreign', key: 'm1', side: 'a', uids: [0, 0] },
      { t: 'settled', key: 'm1', side: 'a', kind: 'not-copied', uids: [Number.NaN, 0] },
      { t: 'unseen', key: 'm1', side: 'b', a: [3] },
      { t: 'kept', key: 'm1', side: 'a', uids: [0, 0] },
      { t: 'anchors', key: 'm1', anchors: [anchor(1, 1), anchor(0, 2)] },
      { t: 'anchors', key: 'm1', anchors: [{ ...anchor(1, 1), sizes: { a: -1, b: 1 } }] },
      { t: 'anchors', key: 'm1', anchors: [{ ...anchor(1, 1), dates: { a: 1.5, b: 1 } }] },
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
      { t: 'anchors', key: 'm1', anchors: [anchor(1, 1)] },
      { t: 'unseen', key: 'm1', side: 'b', a: [1, 3] },
      { t: 'foreign', key: 'm1', side: 'b', uids: [20, 3] },
      { t: 'kept', key: 'm1', side: 'b', uids: [20, 1] },
      first,
      { t: 'unpair', key: 'm1' },
    ]);
    expect([...meaningOf(shard).keys()]).toEqual([`intent ${first.intent.id}`]);
  });
});
