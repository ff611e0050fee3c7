import { expect } from 'vitest';
import { mirrorPolicy } from '../../src/sync/policy.js';
import type { EngineWorld } from '../support/engine/index.js';
import { drop, flag, move, put } from './support/mail.js';
import { exchange, make, remove, rename, TREE, tree } from './support/mailbox-tree.js';
import { mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_EVERYTHING, MIRROR_IDS_ON_ONE, MIRROR_NO_IDS } from './support/mirror-variants.js';

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
    names: TREE,
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
    names: TREE,
    copiesNothing: true,
  },
  {
    id: 'S106',
    title: 'two mailboxes exchange their names on both sides',
    given: tree,
    change: ({ one, other }) => {
      for (const server of [one, other]) exchange(server, 'B', 'C');
    },
    names: TREE,
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
    names: [...TREE, 'Better'],
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
    names: [...TREE, 'Better'],
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
    names: [...TREE, 'Better'],
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
    names: [...TREE, 'm'.repeat(490)],
  },
  {
    id: 'S119',
    title: 'INBOX is renamed, which moves its mail and leaves it empty',
    given: tree,
    change: ({ one }) => {
      one.createMailbox('Old');
      move(one, 'INBOX', 'Old', 1, 2, 3);
    },
    names: [...TREE, 'Old'],
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

async function mirror(world: EngineWorld): Promise<void> {
  const { error } = await world.run({ policy: mirrorPolicy });
  expect(error).toBeNull();
}

mirrorTreeScenarios('F: renamed', RENAMED, [MIRROR_EVERYTHING, MIRROR_NO_IDS, MIRROR_IDS_ON_ONE]);
