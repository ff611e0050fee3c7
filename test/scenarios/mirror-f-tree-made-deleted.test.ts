import { drop, flag, move, put } from './support/mail.js';
import { make, remove, rename, TREE, tree } from './support/mailbox-tree.js';
import { mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_EVERYTHING, MIRROR_IDS_ON_ONE, MIRROR_NO_IDS } from './support/mirror-variants.js';

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
    names: TREE,
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
    names: TREE,
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
    names: TREE,
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
        kind === 'list' ? ({ omit: { mailboxes: [...TREE] }, complete: true } as const) : ('go' as const);
      return one === world.source ? { onSourceOperation: onList } : { onOperation: onList };
    },
    names: TREE,
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
    names: TREE,
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

mirrorTreeScenarios('F: made', MADE, [MIRROR_EVERYTHING, MIRROR_NO_IDS]);
mirrorTreeScenarios('F: deleted', DELETED, [MIRROR_EVERYTHING, MIRROR_NO_IDS]);
mirrorTreeScenarios('F: taken over', TAKEN_OVER, [MIRROR_EVERYTHING, MIRROR_NO_IDS, MIRROR_IDS_ON_ONE]);
