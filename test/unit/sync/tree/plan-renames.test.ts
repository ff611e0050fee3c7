import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PlacedMailbox, planRenames, type RenamePlan } from '../../../../src/sync/tree/plan-renames.js';
import { RenameReferee } from './rename-referee.js';

type Row = readonly [key: string | null, name: string, wanted: string | null, yields?: 'yields'];

function planned(rows: readonly Row[], delimiter: string | null = '/'): RenamePlan {
  const mailboxes = rows.map(([key, name, wanted, yields]): PlacedMailbox => {
    return { key, name, wanted, yields: yields === 'yields' };
  });
  return planRenames(mailboxes, {
    delimiter,
    nameBeside: (name, isTaken) => (isTaken(`${name}_2`) ? `${name}_3` : `${name}_2`),
    temporaryName: (key, isTaken) => (isTaken(`temp-${key}`) ? `temp-${key}_2` : `temp-${key}`),
  });
}

function steps(rows: readonly Row[], delimiter: string | null = '/'): string[] {
  const { steps: found, blocked } = planned(rows, delimiter);
  expect(blocked).toEqual([]);
  const referee = new RenameReferee(
    rows.map(([key, name]) => [name, key ?? name]),
    delimiter,
  );
  for (const step of found) referee.rename(step);
  for (const [key, , wanted] of rows) {
    if (key !== null && wanted !== null) expect([key, referee.places[key]]).toEqual([key, wanted]);
  }
  return found.map(({ from, to, isTemporary }) => `${from} > ${to}${isTemporary ? ' for now' : ''}`);
}

interface Case {
  readonly what: string;
  readonly rows: readonly Row[];
  readonly delimiter?: string | null;
  readonly steps: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'nothing to do', rows: [['m1', 'X', 'X']], steps: [] },
  { what: 'one mailbox', rows: [['m1', 'X', 'Y']], steps: ['X > Y'] },
  {
    what: 'what lies below goes along',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', 'Y/1'],
      ['m3', 'X/1/2', 'Y/1/2'],
      [null, 'X/other', null],
    ],
    steps: ['X > Y'],
  },
  {
    what: 'what lies below with another level of its own',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', 'Y/one'],
    ],
    steps: ['X > Y', 'Y/1 > Y/one'],
  },
  {
    what: 'the parent alone',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', 'X/1'],
    ],
    steps: ['X > Y', 'Y/1 > X/1'],
  },
  {
    what: 'a name that only begins alike is not below',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X1', 'X1'],
    ],
    steps: ['X > Y'],
  },
  {
    what: 'below another delimiter',
    rows: [
      ['m1', 'INBOX.X', 'INBOX.Y'],
      ['m2', 'INBOX.X.1', 'INBOX.Y.1'],
      ['m3', 'INBOX.X/1', 'INBOX.X/1'],
      ['m4', 'INBOX', 'INBOX'],
    ],
    delimiter: '.',
    steps: ['INBOX.X > INBOX.Y'],
  },
  {
    what: 'names without levels',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', 'X/1'],
    ],
    delimiter: null,
    steps: ['X > Y'],
  },
  {
    what: 'a swap',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'Y', 'X'],
    ],
    steps: ['X > temp-m1 for now', 'Y > X', 'temp-m1 > Y'],
  },
  {
    what: 'a swap of parents, whose children go along',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', 'Y/1'],
      ['m3', 'Y', 'X'],
      ['m4', 'Y/1', 'X/1'],
    ],
    steps: ['X > temp-m1 for now', 'Y > X', 'temp-m1 > Y'],
  },
  {
    what: 'a swap of parents whose children stay',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', 'X/1'],
      ['m3', 'Y', 'X'],
      ['m4', 'Y/2', 'Y/2'],
    ],
    steps: ['X > temp-m1 for now', 'Y > X', 'temp-m1 > Y', 'Y/1 > X/1', 'X/2 > Y/2'],
  },
  {
    what: 'a chain, its end first',
    rows: [
      ['m1', 'a', 'b'],
      ['m2', 'b', 'c'],
    ],
    steps: ['b > c', 'a > b'],
  },
  {
    what: 'a circle of three',
    rows: [
      ['m1', 'a', 'b'],
      ['m2', 'b', 'c'],
      ['m3', 'c', 'a'],
    ],
    steps: ['a > temp-m1 for now', 'c > a', 'b > c', 'temp-m1 > b'],
  },
  {
    what: 'two circles',
    rows: [
      ['m1', 'a', 'b'],
      ['m2', 'b', 'a'],
      ['m3', 'c', 'd'],
      ['m4', 'd', 'c'],
    ],
    steps: ['a > temp-m1 for now', 'b > a', 'temp-m1 > b', 'c > temp-m3 for now', 'd > c', 'temp-m3 > d'],
  },
  {
    what: 'parent and child change places',
    rows: [
      ['m1', 'X', 'X/1'],
      ['m2', 'X/1', 'X'],
    ],
    steps: ['X > temp-m1 for now', 'temp-m1/1 > X', 'temp-m1 > X/1'],
  },
  {
    what: 'a level comes in above',
    rows: [
      ['m1', 'X', 'X/old'],
      ['m2', 'X/1', 'X/old/1'],
    ],
    steps: ['X > temp-m1 for now', 'temp-m1 > X/old'],
  },
  {
    what: 'a level goes away',
    rows: [
      ['m1', 'X/1', '1'],
      ['m2', 'X', 'X'],
    ],
    steps: ['X/1 > 1'],
  },
  {
    what: 'below what comes in later',
    rows: [
      ['m1', 'X', 'Y/1'],
      ['m2', 'Z', 'Y'],
    ],
    steps: ['Z > Y', 'X > Y/1'],
  },
  {
    what: 'below what goes away first, which would take it along',
    rows: [
      ['m1', 'X', 'Y/1'],
      ['m2', 'Y', 'Z/1/2'],
    ],
    steps: ['Y > Z/1/2', 'X > Y/1'],
  },
  {
    what: 'a temporary name that is taken',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'Y', 'X'],
      [null, 'temp-m1', null],
    ],
    steps: ['X > temp-m1_2 for now', 'Y > X', 'temp-m1_2 > Y'],
  },
  {
    what: 'onto a level that has no mailbox, which what lies below it leaves for a while',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'Y/1', 'Y/1'],
      ['m3', 'Y/1/2', 'Y/1/2'],
    ],
    steps: ['Y/1 > temp-m2 for now', 'X > Y', 'temp-m2 > Y/1'],
  },
  {
    what: 'what is to go anyway makes room',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'Y', null, 'yields'],
      ['m3', 'Y/1', null, 'yields'],
      ['m4', 'Z', null, 'yields'],
    ],
    steps: ['Y > Y_2', 'X > Y'],
  },
  {
    what: 'what is to go anyway makes room for the level it lies below',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'Y/1', null, 'yields'],
      ['m3', 'Y/2', null, 'yields'],
      [null, 'Y/2/own', null],
    ],
    steps: ['Y/1 > Y_2/1', 'Y/2 > Y_2/2', 'X > Y'],
  },
  {
    what: 'what is to go anyway makes room where its parent takes it',
    rows: [
      ['m1', 'X', 'Y'],
      ['m2', 'X/1', null, 'yields'],
      ['m3', 'Z', 'Y/1'],
    ],
    steps: ['X > Y', 'Y/1 > Y/1_2', 'Z > Y/1'],
  },
  {
    what: 'onto the level it lies below',
    rows: [
      ['m1', 'X/1', 'X'],
      ['m2', 'X/1/2', 'X/2'],
    ],
    steps: ['X/1 > temp-m1 for now', 'temp-m1 > X'],
  },
];

describe('planRenames', () => {
  test.each(CASES)('$what', ({ rows, delimiter = '/', steps: expected }) => {
    expect(steps(rows, delimiter)).toEqual(expected);
  });

  test.each([
    [
      'another mailbox',
      [
        ['m1', 'X', 'Y'],
        [null, 'Y', null],
      ],
      ['m1'],
    ],
    [
      'a pair that stays',
      [
        ['m1', 'X', 'Y'],
        ['m2', 'Y', 'Y'],
      ],
      ['m1'],
    ],
    [
      'one below itself that belongs to nobody',
      [
        ['m1', 'X', 'X/1'],
        [null, 'X/1', null],
      ],
      ['m1'],
    ],
    [
      'the end of a chain',
      [
        ['m1', 'a', 'b'],
        ['m2', 'b', 'c'],
        [null, 'c', null],
      ],
      ['m1', 'm2'],
    ],
    [
      'what lies below',
      [
        ['m1', 'X', 'Y'],
        [null, 'X/1', null],
        [null, 'Y/1', null],
      ],
      ['m1'],
    ],
    [
      'a name that two want',
      [
        ['m1', 'X', 'Z'],
        ['m2', 'Y', 'Z'],
      ],
      ['m2'],
    ],
  ] satisfies [string, Row[], string[]][])('a name taken by %s is told', (_what, rows, blocked) => {
    expect([...planned(rows).blocked].sort()).toEqual(blocked);
  });

  const level = fc.constantFrom('a', 'b', 'c');
  const name = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
  const names = fc.uniqueArray(name, { maxLength: 9 });
  const trees = fc.tuple(names, names, fc.constantFrom('none', 'foreign', 'yields'));

  test('any tree becomes any other, in two steps a mailbox at most and always the same', () => {
    const property = fc.property(trees, ([before, after, others]) => {
      const count = Math.min(before.length, after.length);
      const rows = before.slice(0, count).map((one, at): Row => [`m${at}`, one, after[at] ?? one]);
      const rest = others === 'none' ? [] : before.slice(count);
      const all: Row[] = [
        ...rows,
        ...rest.map(
          (one): Row => (others === 'yields' ? [`y${one}`, one, null, 'yields'] : [null, one, null]),
        ),
      ];
      const { steps: found, blocked } = planned(all);
      expect(planned(all)).toEqual({ steps: found, blocked });
      expect(found.length).toBeLessThanOrEqual(2 * all.length);
      const referee = new RenameReferee(
        all.map(([key, one]) => [one, key ?? `foreign ${one}`]),
        '/',
      );
      if (blocked.length > 0) {
        expect(others).toBe('foreign');
        return;
      }
      for (const step of found) referee.rename(step);
      const places = referee.places;
      expect(Object.keys(places)).toHaveLength(all.length);
      for (const [key, , wanted] of rows) expect(places[key ?? '']).toBe(wanted);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
