import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedMailbox } from '../../../../src/model/mailbox.js';
import type { StoreFacts } from '../../../../src/store/mail-store.js';
import type { ListedAccount } from '../../../../src/sync/list-accounts.js';
import type { TreePair, TreeSides } from '../../../../src/sync/tree/locate.js';
import { mergeNodes } from '../../../../src/sync/tree/merge-node.js';
import { type MergedNames, mergeNames } from '../../../../src/sync/tree/merged-names.js';
import { NamesAcross } from '../../../../src/sync/tree/name-across.js';

/** A mailbox by what it was called on both sides, what it is called at a and what at b. */
type Row = readonly [before: string, a: string, b: string];

interface Question {
  readonly rows: readonly Row[];
  /** Mailboxes of one side alone. */
  readonly onlyA?: readonly string[];
  readonly onlyB?: readonly string[];
  readonly delimiterOfB?: string | null;
}

function accountOf(names: readonly string[], delimiter: string | null): ListedAccount {
  const facts = { personal: [{ prefix: '', delimiter }], capabilities: [], software: null };
  const mailboxes = names.map((name): ListedMailbox => {
    return { name, delimiter, attributes: [], specialUse: null, subscribed: false, status: null };
  });
  return { facts: facts as unknown as StoreFacts, listing: { mailboxes, complete: true } };
}

function merged({ rows, onlyA = [], onlyB = [], delimiterOfB = '/' }: Question): MergedNames {
  const listed: TreeSides = {
    a: accountOf([...rows.map(([, a]) => a), ...onlyA], '/'),
    b: accountOf([...rows.map(([, , b]) => b), ...onlyB], delimiterOfB),
  };
  const across = new NamesAcross(listed, undefined);
  const atB = (name: string): string => (delimiterOfB === null ? name.replaceAll('/', '_') : name);
  const pairs = rows.map(([before, a, b], index) => {
    const found = (was: string, name: string) => ({ kind: was === name ? 'same' : 'renamed', name }) as const;
    const names = { a: before, b: atB(before) };
    const pair = { key: `m${index + 1}`, summary: { names }, a: found(names.a, a), b: found(names.b, b) };
    return { ...pair, isSelected: true } as unknown as TreePair;
  });
  const occupants = [
    ...onlyA.map((name) => ({ side: 'a' as const, name })),
    ...onlyB.map((name) => ({ side: 'b' as const, name })),
  ];
  const stuck = { a: new Map(), b: new Map() };
  return mergeNames({
    nodes: mergeNodes(pairs, listed, across.styles),
    occupants,
    across,
    altChar: undefined,
    stuck,
  });
}

/** The names at a, and those at b where they are others, in the order of the rows. */
function namesOf(question: Question): string[] {
  const { names } = merged(question);
  return question.rows.map((_, index) => {
    const { a = '-', b = '-' } = names.get(`m${index + 1}`) ?? {};
    return a === b ? a : `${a} = ${b}`;
  });
}

const CASES: readonly (Question & { readonly what: string; readonly names: readonly string[] })[] = [
  { what: 'nothing', rows: [['X', 'X', 'X']], names: ['X'] },
  { what: 'renamed on one side', rows: [['X', 'Y', 'X']], names: ['Y'] },
  {
    what: 'a parent here and its child there',
    rows: [
      ['X', 'Y', 'X'],
      ['X/1', 'Y/1', 'X/one'],
    ],
    names: ['Y', 'Y/one'],
  },
  { what: 'both the same', rows: [['X', 'Y', 'Y']], names: ['Y'] },
  { what: 'each otherwise', rows: [['X', 'Z', 'Y']], names: ['Y'] },
  {
    what: 'a child that left a parent which was renamed there',
    rows: [
      ['X', 'X', 'Y'],
      ['X/1', 'Z', 'Y/1'],
    ],
    names: ['Y', 'Z'],
  },
  {
    what: 'a child that stayed where its parent was',
    rows: [
      ['X', 'Y', 'X'],
      ['X/1', 'X/1', 'X/1'],
    ],
    names: ['Y', 'X/1'],
  },
  {
    what: 'one name for two',
    rows: [
      ['X', 'Z', 'X'],
      ['Y', 'Y', 'Z'],
    ],
    names: ['Z', 'Z_2'],
  },
  {
    what: 'a name that another mailbox has on the other side alone',
    rows: [['X', 'Z', 'X']],
    onlyB: ['Z'],
    names: ['Z_2'],
  },
  {
    what: 'a name that is a level there',
    rows: [['X', 'Z', 'X']],
    onlyB: ['Z/1'],
    names: ['Z_2'],
  },
  {
    what: 'a name below a level there',
    rows: [['X', 'Z/2', 'X']],
    onlyB: ['Z/1'],
    names: ['Z/2'],
  },
  {
    what: 'each below the other',
    rows: [
      ['X', 'Y/X', 'X'],
      ['Y', 'Y', 'X/Y'],
    ],
    names: ['Y/X', 'Y'],
  },
  {
    what: 'on its way when a run broke off',
    rows: [
      ['X', 'Y', 'mailferry-m1'],
      ['X/1', 'Y/1', 'mailferry-m1/1'],
      ['Y', 'X', 'Y'],
    ],
    names: ['Y', 'Y/1', 'X'],
  },
  {
    what: 'a side without levels follows',
    rows: [
      ['X', 'Y', 'X'],
      ['X/1', 'Y/1', 'X_1'],
    ],
    delimiterOfB: null,
    names: ['Y', 'Y/1 = Y_1'],
  },
];

const level = fc.constantFrom('a', 'b', 'c');
const name = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
const names = fc.uniqueArray(name, { minLength: 5, maxLength: 5 });
const question = fc
  .tuple(names, fc.option(names), fc.option(names), fc.uniqueArray(name, { maxLength: 2 }))
  .map(([before, a, b, only]): Question => {
    const rows = before.map((was, index): Row => [was, a?.[index] ?? was, b?.[index] ?? was]);
    return { rows, onlyB: only.filter((one) => !rows.some(([, , there]) => there === one)) };
  });

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

describe('one tree of two', () => {
  test.each(CASES)('$what', ({ names: wanted, ...asked }) => {
    expect(namesOf(asked)).toEqual(wanted);
  });

  test('tells which mailboxes each side had moved elsewhere, and which could not have their name', () => {
    expect([...merged({ rows: [['X', 'Z', 'Y']] }).overruled]).toEqual(['m1']);
    expect([...merged({ rows: [['X', 'Z', 'X']], onlyB: ['Z'] }).renamed]).toEqual(['m1']);
    expect(merged({ rows: [['X', 'Z', 'X']] })).toMatchObject({ overruled: new Set(), renamed: new Set() });
  });

  test('is the same whichever side is called a, with every name given once', () => {
    const property = fc.property(question, (asked) => {
      const { rows, onlyB = [] } = asked;
      const found = namesOf(asked);
      expect(isUnique(found)).toBe(true);
      const turned = { rows: rows.map(([was, a, b]): Row => [was, b, a]), onlyA: onlyB };
      expect(namesOf(turned)).toEqual(found);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  test('is the tree of the one side where nothing was done on the other, and so is a second merge', () => {
    const property = fc.property(question, ({ rows }) => {
      const alone = rows.map(([was, a]): Row => [was, a, was]);
      expect(namesOf({ rows: alone })).toEqual(rows.map(([, a]) => a));
      const found = namesOf({ rows });
      expect(namesOf({ rows: found.map((one): Row => [one, one, one]) })).toEqual(found);
    });
    fc.assert(property, { numRuns: 3000 });
  });
});
