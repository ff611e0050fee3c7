import { expect } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { type Contents, contentsOf, type EngineWorld } from '../support/engine/index.js';
import { drop, flag, move, put, upTo } from './support/mail.js';
import { type Couple, mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { EVERYTHING as ALL_DEATHS, type Variant } from './support/servers.js';

/** Each is played twice, killed at other moments each time, and there are two sides to be killed at. */
const EVERYTHING: Variant = { ...ALL_DEATHS, deaths: 2 };
/** Mailboxes are told by their UIDVALIDITY and messages alone. */
const NO_IDS: Variant = {
  name: 'servers without OBJECTID',
  source: { features: { objectId: false, emailId: false } },
  destination: { features: { objectId: false, emailId: false } },
  deaths: 1,
};
const IDS_ON_ONE: Variant = {
  name: 'servers of which one has OBJECTID',
  destination: { features: { objectId: false, emailId: false } },
  deaths: 1,
};

const ALL = ['A', 'A/one', 'A/one/deep', 'B', 'C'] as const;

/** Mailboxes A, A/one, A/one/deep, B and C with a few messages each. */
function tree({ one }: Couple): void {
  put(one, 'INBOX', 1, 2, 3);
  for (const [index, name] of ALL.entries()) {
    one.createMailbox(name);
    one.subscribe(name);
    put(one, name, ...upTo(14 + index * 10, 11 + index * 10));
  }
}

const MADE: readonly TreeScenario[] = [
  {
    id: 'S100',
    title: 'mailboxes made on both sides, nested, with and without mail, some on both',
    given: tree,
    change: ({ one, other }) => {
      for (const name of ['A/two', 'D', 'D/one', 'D/one/deep', 'Both', 'Both/x']) make(one, name);
      for (const name of ['A/three', 'E/one', 'Both', 'Both/y']) make(other, name);
      put(one, 'D/one/deep', 71, 72);
      put(other, 'E/one', 73);
      put(one, 'Both', 74, 75);
      put(other, 'Both', 75, 76);
      one.subscribe('D/one');
      other.subscribe('E/one');
      other.subscribe('Both');
    },
  },
  {
    id: 'S126',
    title:
      'a renamed parent takes along what was made below it on the other side, and no name that begins alike',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'A', 'Z');
      make(other, 'A/new');
      make(other, 'Az');
      put(other, 'A/new', 71);
      put(other, 'Az', 72);
    },
    names: ['Z', 'Z/one', 'Z/one/deep', 'Z/new', 'Az', 'B', 'C'],
  },
];

const DELETED: readonly TreeScenario[] = [
  {
    id: 'S101',
    title: 'mailboxes deleted on one side, a child, a leaf and a parent with all below',
    given: tree,
    change: ({ one }) => {
      for (const name of ['A/one/deep', 'A/one', 'A', 'C']) remove(one, name);
    },
    names: ['B'],
    copiesNothing: true,
  },
  {
    id: 'S101',
    title: 'deleted on both sides, each another one, and one on both',
    given: tree,
    change: ({ one, other }) => {
      for (const name of ['A/one/deep', 'C']) remove(one, name);
      for (const name of ['A/one', 'C']) remove(other, name);
    },
    names: ['A', 'B'],
    copiesNothing: true,
  },
  {
    id: 'S113',
    title: 'a parent is deleted and what lies below stays, and is renamed on the other side',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'A');
      rename(other, 'A/one', 'A/two');
    },
    names: ['A/two', 'A/two/deep', 'B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S111',
    title: 'deleted on one side, and mail came to it on the other: it stays with all its mail',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'C');
      put(other, 'C', 901);
    },
    names: ALL,
    conflicts: ['deleted-and-changed'],
  },
  {
    id: 'S111',
    title: 'deleted on one side, and flags changed on the other: it stays',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'C');
      flag(other, 'C', 52, '\\Flagged');
    },
    names: ALL,
    conflicts: ['deleted-and-changed'],
  },
  {
    id: 'S111',
    title: 'deleted on one side, and renamed on the other: it stays',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'C');
      rename(other, 'C', 'Mine');
    },
    names: ['A', 'A/one', 'A/one/deep', 'B', 'Mine'],
    conflicts: ['deleted-and-changed'],
  },
  {
    id: 'S111',
    title: 'deleted on one side, and some of its mail removed on the other: it goes',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'C');
      drop(other, 'C', 52, 53);
    },
    names: ['A', 'A/one', 'A/one/deep', 'B'],
    copiesNothing: true,
  },
  {
    id: 'S111',
    title: 'a child deleted on one side, and its parent renamed on the other: the child goes',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'A/one/deep');
      rename(other, 'A', 'Z');
    },
    names: ['Z', 'Z/one', 'B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S111',
    title: 'emptied into another mailbox and deleted on one side',
    given: tree,
    change: ({ one }) => {
      move(one, 'C', 'B', 51, 52, 53, 54);
      remove(one, 'C');
    },
    names: ['A', 'A/one', 'A/one/deep', 'B'],
    copiesNothing: true,
  },
  {
    id: 'S112',
    title: 'deleted and made anew with part of the mail',
    given: tree,
    change: ({ one }) => {
      one.deleteMailbox('C');
      one.createMailbox('C');
      put(one, 'C', 51, 52, 53, 54, 91);
    },
    names: ALL,
  },
  {
    id: 'S104',
    title: 'deleted, and another renamed to its name',
    given: tree,
    change: ({ one }) => {
      remove(one, 'C');
      rename(one, 'B', 'C');
    },
    names: ['A', 'A/one', 'A/one/deep', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S104',
    title: 'deleted, another renamed to its name, and mail came to the one that was deleted',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'C');
      rename(one, 'B', 'C');
      put(other, 'C', 901);
    },
    names: ['A', 'A/one', 'A/one/deep', 'C', 'C_2'],
    conflicts: ['deleted-and-changed', 'renamed-both'],
  },
  {
    id: 'S124',
    title: 'a listing that is empty for an outage removes nothing',
    given: tree,
    change: ({ one }) => put(one, 'INBOX', 4),
    during: ({ one, world }) => {
      const onList = ({ kind }: { readonly kind: string }) =>
        kind === 'list' ? ({ omit: { mailboxes: [...ALL] }, complete: true } as const) : ('go' as const);
      return one === world.source ? { onSourceOperation: onList } : { onOperation: onList };
    },
    names: ALL,
    runs: 2,
  },
  {
    id: 'S124',
    title: 'a listing with a line that cannot be understood removes nothing',
    given: tree,
    change: ({ one }) => put(one, 'INBOX', 4),
    during: ({ one, world }) => {
      const onList = ({ kind }: { readonly kind: string }) =>
        kind === 'list' ? ({ omit: { mailboxes: ['B', 'C'] }, complete: false } as const) : ('go' as const);
      return one === world.source ? { onSourceOperation: onList } : { onOperation: onList };
    },
    names: ALL,
    runs: 2,
  },
];

const TAKEN_OVER: readonly TreeScenario[] = [
  {
    id: 'S111',
    title:
      'one was deleted on one side, and on the other it came to the name of another that was deleted there',
    given: tree,
    change: ({ one, other }) => {
      remove(one, 'C');
      remove(other, 'B');
      rename(other, 'C', 'B');
    },
    names: ['A', 'A/one', 'A/one/deep', 'B'],
    conflicts: ['deleted-and-changed'],
  },
];

const RENAMED: readonly TreeScenario[] = [
  {
    id: 'S102',
    title: 'renamed on one side, and another one on the other',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'B', 'Better');
      rename(other, 'C', 'D');
    },
    names: ['A', 'A/one', 'A/one/deep', 'Better', 'D'],
    copiesNothing: true,
  },
  {
    id: 'S102',
    title: 'renamed on one side and back on the other',
    given: tree,
    change: async ({ one, other, world }) => {
      rename(one, 'B', 'Better');
      await mirror(world);
      rename(other, 'Better', 'B');
    },
    names: ALL,
    copiesNothing: true,
  },
  {
    id: 'S103',
    title: 'a parent renamed on one side, what lies below it on the other',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'A', 'Z');
      rename(other, 'A/one', 'A/two');
      rename(other, 'A/two/deep', 'A/two/deeper');
    },
    names: ['Z', 'Z/two', 'Z/two/deeper', 'B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S103',
    title: 'what lies below and was always empty goes along',
    given: (couple) => {
      tree(couple);
      make(couple.one, 'A/void');
      make(couple.one, 'A/void/deeper');
    },
    change: ({ one, other }) => {
      rename(one, 'A', 'Z');
      rename(other, 'B', 'Z/B');
    },
    names: ['Z', 'Z/one', 'Z/one/deep', 'Z/void', 'Z/void/deeper', 'Z/B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S103',
    title: 'moved below a mailbox that is renamed on the other side',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'B', 'A/one/B');
      rename(other, 'A/one', 'One');
    },
    names: ['A', 'One', 'One/deep', 'One/B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S105',
    title: 'what lies below a parent that is none is renamed on both sides',
    given: ({ one }) => {
      for (const name of ['None/one', 'None/two']) make(one, name);
      put(one, 'None/one', 1, 2);
      put(one, 'None/two', 3);
    },
    change: ({ one, other }) => {
      rename(one, 'None/one', 'Some/one');
      rename(other, 'None/two', 'Some/two');
    },
    names: ['Some/one', 'Some/two'],
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'two mailboxes exchange their names',
    given: tree,
    change: ({ one }) => exchange(one, 'B', 'C'),
    names: ALL,
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'two mailboxes exchange their names on both sides',
    given: tree,
    change: ({ one, other }) => {
      for (const server of [one, other]) exchange(server, 'B', 'C');
    },
    names: ALL,
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'two exchange their names on one side, two others on the other',
    given: tree,
    change: ({ one, other }) => {
      exchange(one, 'B', 'C');
      exchange(other, 'A', 'C');
    },
    names: ['A', 'C', 'C/one', 'C/one/deep', 'C_2'],
    conflicts: ['renamed-both', 'renamed-both'],
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'three names go round',
    given: tree,
    change: ({ one }) => {
      rename(one, 'A', 'away');
      rename(one, 'C', 'A');
      rename(one, 'B', 'C');
      rename(one, 'away', 'B');
    },
    names: ['A', 'B', 'B/one', 'B/one/deep', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'a child becomes the parent of its parent',
    given: tree,
    change: ({ one }) => {
      rename(one, 'A/one', 'away');
      rename(one, 'A', 'away/A');
      rename(one, 'away', 'A');
    },
    names: ['A', 'A/A', 'A/deep', 'B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'each below the other, by one side and by the other',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'B', 'C/B');
      rename(other, 'C', 'B/C');
    },
    conflicts: ['renamed-both'],
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'renamed to the same name on both sides',
    given: tree,
    change: ({ one, other }) => {
      for (const server of [one, other]) rename(server, 'A', 'Z');
    },
    names: ['Z', 'Z/one', 'Z/one/deep', 'B', 'C'],
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'renamed on both sides, each otherwise: the first in order wins',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'B', 'Better');
      rename(other, 'B', 'Mine');
    },
    names: ['A', 'A/one', 'A/one/deep', 'Better', 'C'],
    conflicts: ['renamed-both'],
    copiesNothing: true,
  },
  {
    id: 'S104',
    title: 'two mailboxes get one name, each on its side',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'B', 'Z');
      rename(other, 'C', 'Z');
    },
    names: ['A', 'A/one', 'A/one/deep', 'Z', 'Z_2'],
    conflicts: ['renamed-both'],
    copiesNothing: true,
  },
  {
    id: 'S104',
    title: 'renamed to a name that another was made under on the other side',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'B', 'Z');
      make(other, 'Z');
      put(other, 'Z', 71);
    },
    names: ['A', 'A/one', 'A/one/deep', 'C', 'Z', 'Z_2'],
    conflicts: ['renamed-both'],
  },
  {
    id: 'S108',
    title: 'renamed, and everything else changed too, on both sides',
    given: tree,
    change: ({ one, other }) => {
      rename(one, 'A', 'Z');
      put(one, 'Z', 75);
      drop(one, 'Z/one', 21);
      flag(one, 'Z/one/deep', 31, '\\Seen');
      put(one, 'B', 76);
      put(other, 'A', 77);
      drop(other, 'A/one', 22);
      flag(other, 'A/one/deep', 31, '\\Flagged');
      rename(other, 'B', 'Better');
    },
    names: ['Z', 'Z/one', 'Z/one/deep', 'Better', 'C'],
  },
  {
    id: 'S108',
    title: 'renamed on one side, where all its mail had been moved to it, and mail came on the other',
    given: (couple) => {
      tree(couple);
      make(couple.one, 'Moved');
    },
    change: async ({ one, other, world }) => {
      move(one, 'B', 'Moved', 41, 42);
      await mirror(world);
      rename(one, 'Moved', 'Better');
      put(other, 'Moved', 901);
    },
    names: [...ALL, 'Better'],
  },
  {
    id: 'S108',
    title: 'renamed on one side, where both had the same mail with other flags, and mail came on the other',
    given: (couple) => {
      tree(couple);
      for (const server of [couple.one, couple.other]) {
        make(server, 'Shared');
        put(server, 'Shared', 91, 92);
      }
      flag(couple.other, 'Shared', 91, '\\Seen');
    },
    change: ({ one, other }) => {
      rename(one, 'Shared', 'Better');
      put(other, 'Shared', 901);
    },
    names: [...ALL, 'Better'],
  },
  {
    id: 'S109',
    title: 'renamed, and the old name made anew with other mail',
    given: tree,
    change: ({ one }) => {
      rename(one, 'B', 'Better');
      make(one, 'B');
      put(one, 'B', 81, 82);
    },
    names: [...ALL, 'Better'],
  },
  {
    id: 'S114',
    title: 'a name of 490 octets is made and deleted',
    given: (couple) => {
      tree(couple);
      couple.one.createMailbox('n'.repeat(490));
      put(couple.one, 'n'.repeat(490), 81);
    },
    change: ({ one, other }) => {
      one.deleteMailbox('n'.repeat(490));
      other.createMailbox('m'.repeat(490));
    },
    names: [...ALL, 'm'.repeat(490)],
  },
  {
    id: 'S119',
    title: 'INBOX is renamed, which moves its mail and leaves it empty',
    given: tree,
    change: ({ one }) => {
      one.createMailbox('Old');
      move(one, 'INBOX', 'Old', 1, 2, 3);
    },
    names: [...ALL, 'Old'],
    copiesNothing: true,
  },
  {
    id: 'S127',
    title: 'a mailbox that comes to a name that another had before keeps its own mail',
    given: tree,
    change: async ({ one, world }) => {
      rename(one, 'B', 'Better');
      await mirror(world);
      rename(one, 'C', 'B');
      remove(one, 'Better');
    },
    names: ['A', 'A/one', 'A/one/deep', 'B'],
    copiesNothing: true,
  },
];

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

async function mirror(world: EngineWorld): Promise<void> {
  const { error } = await world.run({ policy: mirrorPolicy });
  expect(error).toBeNull();
}

function make(server: MemoryServer, name: string): void {
  if (!server.snapshot().mailboxes[name]) server.createMailbox(name);
}

function remove(server: MemoryServer, name: string): void {
  server.subscribe(name, false);
  server.deleteMailbox(name);
}

/** As a person does it who wants to keep the subscriptions. */
function rename(server: MemoryServer, from: string, to: string, delimiter = '/'): void {
  const { subscriptions } = server.snapshot();
  const below = subscriptions.filter((name) => name === from || name.startsWith(from + delimiter));
  server.renameMailbox(from, to);
  for (const name of below) {
    server.subscribe(name, false);
    server.subscribe(to + name.slice(from.length));
  }
}

function exchange(server: MemoryServer, one: string, other: string): void {
  rename(server, one, 'away');
  rename(server, other, one);
  rename(server, 'away', other);
}

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

mirrorTreeScenarios('F: made', MADE, [EVERYTHING, NO_IDS]);
mirrorTreeScenarios('F: deleted', DELETED, [EVERYTHING, NO_IDS]);
mirrorTreeScenarios('F: taken over', TAKEN_OVER, [EVERYTHING, NO_IDS, IDS_ON_ONE]);
mirrorTreeScenarios('F: renamed', RENAMED, [EVERYTHING, NO_IDS, IDS_ON_ONE]);
mirrorTreeScenarios('F: part of the tree', SUBSET, [EVERYTHING]);
mirrorTreeScenarios('F: other names', STYLES, [EVERYTHING, NO_IDS]);
