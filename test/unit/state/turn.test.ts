import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UidMap } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import type { StateRecord } from '../../../src/state/record.js';
import { emptyShard } from '../../../src/state/shard.js';
import { turnedPolicy, turnedShard } from '../../../src/state/turn.js';
import { dumpSteps } from './dump.js';
import { anyRecords } from './records.js';
import { relation } from './relation.js';

const uid = fc.integer({ min: 1, max: 12 });
/** A map full of aliases. */
const shards = fc.uniqueArray(fc.tuple(uid, uid), { selector: ([a]) => a, maxLength: 10 }).map((pairs) => {
  const shard = emptyShard();
  for (const [a, b] of pairs) shard.map.add(a, b);
  return shard;
});

describe('exchanging the sides', () => {
  it('keeps every pair, aliases included, however often it is done', () => {
    fc.assert(
      fc.property(shards, fc.integer({ min: 1, max: 5 }), (shard, times) => {
        let turned = shard;
        for (let time = 1; time <= times; time++) turned = turnedShard(turned);
        const expected =
          times % 2 === 0
            ? relation(shard)
            : relation(shard).map((pair) => pair.split('-').reverse().join('-'));
        expect(relation(turned)).toEqual([...expected].sort());
        for (const [, a, length] of turned.aliases.runs()) {
          for (let k = 0; k < length; k++) expect(turned.map.bOf(a + k)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is undone by doing it again', () => {
    fc.assert(
      fc.property(anyRecords(30), (records) => {
        const withoutAliases = records.filter((record) => record.t !== 'pairs' || isOneToOne(record));
        const once: object = dumpSteps(withoutAliases);
        // Only where no two records together make an alias.
        fc.pre(!JSON.stringify(dumpSteps([...withoutAliases, 'turn'])).includes('aliases'));
        expect(dumpSteps([...withoutAliases, 'turn', 'turn'])).toEqual(once);
      }),
    );
  });

  it('gives base flags and weakness to the partner', () => {
    const shard = emptyShard();
    shard.map.add(1, 101, 3);
    shard.base.add('\\Seen', UidSet.of(1, 3, 50));
    shard.weak = UidSet.of(2);
    shard.foreign = { a: UidSet.of(9), b: UidSet.of(8) };
    const turned = turnedShard(shard);
    expect(turned.map.toDeltas()).toEqual(UidMap.from([[101, 1, 3]]).toDeltas());
    expect(turned.base.uidsOf('\\Seen').toString()).toBe('101,103');
    expect(turned.weak.toString()).toBe('102');
    expect([turned.foreign.a.max, turned.foreign.b.max]).toEqual([8, 9]);
  });

  it('makes another policy of a policy, and the same again when undone', () => {
    expect(turnedPolicy('copy')).not.toBe('copy');
    expect(turnedPolicy(turnedPolicy('copy'))).toBe('copy');
    expect(turnedPolicy('')).toBe('');
  });
});

function isOneToOne({ runs, aliases = [] }: Extract<StateRecord, { readonly t: 'pairs' }>): boolean {
  const map = UidMap.fromDeltas(runs);
  return map.bUids().size === map.size && aliases.length === 0;
}
