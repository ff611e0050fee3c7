import { expect } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { type Contents, contentsOf } from '../support/engine/index.js';
import { put } from './support/mail.js';
import { remove, rename, tree } from './support/mailbox-tree.js';
import { mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_EVERYTHING, MIRROR_NO_IDS } from './support/mirror-variants.js';

const SUBSET: readonly TreeScenario[] = [
  {
    id: 'S123',
    title: 'a run for some mailboxes touches no other, neither its mail nor its name',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'A', 'Z');
      remove(one, 'C');
      put(one, 'B', 77);
      rename(other, 'A/one', 'A/two');
    },
    options: { selection: { include: ['B'], exclude: [] } },
    expected: ({ one, other }, before) => {
      expectOnly(['B'], one, before.one);
      expectOnly(['B'], other, before.other);
    },
  },
];

const STYLES: readonly TreeScenario[] = [
  {
    id: 'S116',
    title: 'sides with other delimiters and a prefix: renamed on either',
    other: { delimiter: '.', prefix: 'INBOX.' },
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'A', 'Z');
      rename(other, 'INBOX.A.one', 'INBOX.A.two', '.');
      rename(other, 'INBOX.B', 'INBOX.C.B', '.');
    },
    expected: ({ one, other }) => {
      expect(
        turnedNames(contentsOf(other), (name) => name.replace(/^INBOX\./, '').replaceAll('.', '/')),
      ).toEqual(inNoOrder(contentsOf(one)));
      expect(Object.keys(contentsOf(one))).toEqual(expect.arrayContaining(['Z/two/deep', 'C/B']));
    },
    copiesNothing: true,
  },
  {
    id: 'S117',
    title: 'a side without levels follows what is renamed and deleted on the other, and the other way round',
    other: { delimiter: null },
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'A/one', 'A/two');
      remove(one, 'C');
      rename(other, 'B', 'Better');
    },
    expected: ({ one, other }) => {
      expect(inNoOrder(contentsOf(other))).toEqual(
        turnedNames(contentsOf(one), (name) => name.replaceAll('/', '_')),
      );
      expect(Object.keys(contentsOf(one))).toEqual(expect.arrayContaining(['A/two/deep', 'Better']));
    },
    copiesNothing: true,
  },
];

function expectOnly(names: readonly string[], server: MemoryServer, before: Contents): void {
  const without = (contents: Contents): Contents =>
    Object.fromEntries(Object.entries(contents).filter(([name]) => !names.includes(name)));
  expect(without(inNoOrder(contentsOf(server)))).toEqual(without(before));
}

function inNoOrder(contents: Contents): Contents {
  return turnedNames(contents, (name) => name);
}

/** Subscriptions are names as well. */
function turnedNames(contents: Contents, turn: (name: string) => string): Contents {
  return Object.fromEntries(
    Object.entries(contents).map(([name, lines]) =>
      name === '(subscribed)' ? [name, lines.map(turn).sort()] : [turn(name), [...lines].sort()],
    ),
  );
}

mirrorTreeScenarios('F: part of the tree', SUBSET, [MIRROR_EVERYTHING]);
mirrorTreeScenarios('F: other names', STYLES, [MIRROR_EVERYTHING, MIRROR_NO_IDS]);
