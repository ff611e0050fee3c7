import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlagTable, flagKey } from '../../../src/model/flags.js';
import { UidSet } from '../../../src/model/uid-set.js';
import { FlagFilter } from '../../../src/sync/carried-flags.js';
import { planFlags } from '../../../src/sync/plan-flags.js';

const NAMES = ['\\Seen', '\\seen', '\\Deleted', '\\Recent', 'Work', 'WORK', 'Play', 'not an atom'];
const UIDS = [1, 2, 3, 4, 5];
const table = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...UIDS)), { maxLength: 14 });
const some = fc.subarray(UIDS);

function tableOf(entries: readonly (readonly [string, number])[]): FlagTable {
  const made = new FlagTable();
  for (const [name, uid] of entries) made.add(name, UidSet.of(uid));
  return made;
}

function has(entries: readonly (readonly [string, number])[], name: string, uid: number): boolean {
  return entries.some(([other, of]) => flagKey(other) === flagKey(name) && of === uid);
}

describe('planFlags', () => {
  it('says for every flag and message what a plain three-way comparison says', () => {
    const permanent = fc.constantFrom<string[]>(
      ['\\Seen', '\\*'],
      ['\\Seen', 'Work'],
      ['\\Seen', '\\Deleted'],
      [],
    );
    fc.assert(
      fc.property(
        table,
        table,
        some,
        some,
        permanent,
        fc.boolean(),
        (now, base, looked, weak, kept, carryDeleted) => {
          const filter = new FlagFilter(kept, { carryDeleted });
          const plan = planFlags(UidSet.from(looked), tableOf(now), tableOf(base), UidSet.from(weak), filter);
          const planned = new Set(
            plan.changes.flatMap(({ flag, change, uids }) =>
              [...uids.uids()].map((uid) => `${change} ${flagKey(flag)} ${uid}`),
            ),
          );
          const expected = new Set<string>();
          const refused = new Set<string>();
          for (const name of NAMES) {
            const key = flagKey(name);
            if (key === '\\recent' || (key === '\\deleted' && !carryDeleted)) continue;
            const keeps =
              kept.some((flag) => flagKey(flag) === key) || (kept.includes('\\*') && /^\w+$/.test(key));
            for (const uid of looked) {
              const [before, after] = [has(base, name, uid), has(now, name, uid)];
              if (after && !before && keeps) expected.add(`add ${key} ${uid}`);
              if (after && !before && !keeps) refused.add(key);
              if (before && !after && !weak.includes(uid)) expected.add(`remove ${key} ${uid}`);
            }
          }
          expect(planned).toEqual(expected);
          expect(new Set(plan.refused.map(flagKey))).toEqual(refused);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('plans nothing where nothing changed', () => {
    const flags = tableOf([['Work', 1]]);
    const filter = new FlagFilter(['\\*'], { carryDeleted: true });
    const plan = planFlags(UidSet.of(1, 2), flags, flags, UidSet.empty, filter);
    expect(plan).toEqual({ changes: [], refused: [] });
  });
});

describe('FlagFilter', () => {
  it('splits flags into those sent and those the mailbox cannot keep', () => {
    const filter = new FlagFilter(['\\seen', 'WORK'], { carryDeleted: false });
    const flags = ['\\Seen', 'Work', 'Play', '\\Flagged', '\\Recent', '\\Deleted', '\\Custom'];
    expect(filter.split(flags)).toEqual({
      sent: ['\\Seen', 'Work'],
      refused: ['Play', '\\Flagged', '\\Custom'],
    });
  });

  it('takes any keyword that can be sent where new ones may be made, but no unknown system flag', () => {
    const filter = new FlagFilter(['\\*', '\\Seen'], { carryDeleted: true });
    const flags = ['$Forwarded', 'a b', '\\Custom', 'x'.repeat(500), '\\Deleted'];
    expect(filter.split(flags)).toEqual({
      sent: ['$Forwarded'],
      refused: ['a b', '\\Custom', 'x'.repeat(500), '\\Deleted'],
    });
    expect(filter.canKeep('\\*')).toBe(false);
  });
});
