import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlagTable, FlagTableBuilder, flagKey } from '../../../src/model/flags.js';
import { UidSet } from '../../../src/model/uid-set.js';

const flag = fc.constantFrom('\\Seen', '\\seen', '\\SEEN', 'Work', 'work', '__proto__', 'constructor', '1');
const uids = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 });
const step = fc.record({
  flag,
  uids,
  change: fc.constantFrom('add' as const, 'remove' as const, 'set' as const, 'forget' as const),
});

/** A naive table: one set of `key uid` strings. */
function apply(
  model: Set<string>,
  { flag: name, uids: some, change }: typeof step extends fc.Arbitrary<infer S> ? S : never,
): void {
  const key = flagKey(name);
  if (change === 'set') for (const entry of [...model]) if (entry.startsWith(`${key} `)) model.delete(entry);
  for (const uid of some) {
    if (change === 'forget') {
      for (const entry of [...model]) if (entry.endsWith(` ${uid}`)) model.delete(entry);
    } else if (change === 'remove') model.delete(`${key} ${uid}`);
    else model.add(`${key} ${uid}`);
  }
}

function entriesOf(table: FlagTable): string[] {
  return table
    .names()
    .flatMap((name) => [...table.uidsOf(name).uids()].map((uid) => `${flagKey(name)} ${uid}`))
    .sort();
}

describe('FlagTable', () => {
  it('adds, removes, sets and forgets like a set of (flag, uid)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), uids, (steps, some) => {
        const table = new FlagTable();
        const model = new Set<string>();
        for (const one of steps) {
          const set = UidSet.from(one.uids);
          if (one.change === 'forget') table.forget(set);
          else table[one.change](one.flag, set);
          apply(model, one);
        }
        expect(entriesOf(table)).toEqual([...model].sort());
        for (const name of table.names()) expect(table.uidsOf(name).isEmpty).toBe(false);
        for (let uid = 1; uid <= 30; uid++) {
          const expected = [...model]
            .filter((entry) => entry.endsWith(` ${uid}`))
            .map((entry) => entry.split(' ')[0]);
          expect(table.flagsOf(uid).map(flagKey).sort()).toEqual(expected.sort());
        }
        const kept = [...model].filter((entry) => some.includes(Number(entry.split(' ')[1])));
        expect(entriesOf(table.within(UidSet.from(some)))).toEqual(kept.sort());
      }),
    );
  });

  it('survives JSON, hostile names included', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        const table = new FlagTable();
        for (const one of steps) table.add(one.flag, UidSet.from(one.uids));
        const again = FlagTable.fromDeltas(JSON.parse(JSON.stringify(table.toDeltas())));
        expect(entriesOf(again)).toEqual(entriesOf(table));
        expect(again.names()).toEqual(table.names());
      }),
    );
  });

  it('keeps the spelling seen first until the flag is gone', () => {
    const table = new FlagTable();
    table.add('Work', UidSet.of(1));
    table.add('WORK', UidSet.of(2));
    expect(table.names()).toEqual(['Work']);
    table.remove('work', UidSet.of(1, 2));
    table.add('WORK', UidSet.of(2));
    expect(table.names()).toEqual(['WORK']);
  });

  it('unites spellings of one flag that were stored apart', () => {
    const table = FlagTable.fromDeltas({ Work: [1, 0], work: [2, 0] });
    expect(table.uidsOf('WORK').toString()).toBe('1:2');
  });

  it('clones without sharing', () => {
    const table = FlagTable.fromDeltas({ Work: [1, 0] });
    const copy = table.clone();
    table.add('work', UidSet.of(9));
    table.add('\\Seen', UidSet.of(9));
    expect(copy.toDeltas()).toEqual({ Work: [1, 0] });
  });

  it('is built from rows of which the last of each message counts, in whatever order', () => {
    const rows = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 30 }), fc.uniqueArray(flag, { selector: flagKey })),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(rows, (told) => {
        const builder = new FlagTableBuilder();
        for (const [uid, some] of told) builder.addRow(uid, some);
        const last = new Map(told);
        const built = builder.build();
        expect([...built.rows.uids()]).toEqual([...last.keys()].sort((left, right) => left - right));
        const entries = [...last].flatMap(([uid, some]) => some.map((name) => `${flagKey(name)} ${uid}`));
        expect(entriesOf(built.flags)).toEqual(entries.sort());
        expect(builder.build()).toEqual(built);
      }),
    );
  });

  it('is built from rows in any order, without \\Recent', () => {
    const builder = new FlagTableBuilder();
    builder.addRow(7, ['\\Seen', '\\Recent']);
    builder.addRow(3, ['\\SEEN', 'Work']);
    builder.addRow(5, []);
    const { rows, flags } = builder.build();
    expect(rows.toString()).toBe('3,5,7');
    expect(flags.names()).toEqual(['\\Seen', 'Work']);
    expect(flags.uidsOf('\\seen').toString()).toBe('3,7');
  });
});
