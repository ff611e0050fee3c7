import { backupPolicy } from '../../src/sync/policy.js';
import type { EngineRun, EngineWorld } from '../support/engine/index.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, put } from './support/mail.js';
import { exchange, fillTree, remove, rename } from './support/mailbox-tree.js';
import type { Scenario } from './support/scenario.js';
import { EVERYTHING, NO_IDS } from './support/servers.js';

function copiesNothing({ events }: EngineRun): void {
  if (events.some(({ type }) => type === 'messages-copied')) throw new Error('a body was sent');
}

function tree({ source }: EngineWorld): void {
  fillTree(source);
}

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S100',
    title: 'mailboxes made at the source, nested, with and without mail',
    given: tree,
    change: ({ source }) => {
      for (const name of ['A/two', 'D', 'D/one', 'D/one/deep', 'D/none']) source.createMailbox(name);
      put(source, 'D/one/deep', 71, 72);
      source.subscribe('D/one');
    },
  },
  {
    id: 'S101',
    title: 'mailboxes deleted at the source, a child, a leaf and a parent with all below',
    given: tree,
    change: ({ source }) => {
      for (const name of ['A/one/deep', 'A/one', 'A', 'C']) remove(source, name);
    },
  },
  {
    id: 'S101',
    title: 'mailboxes deleted at the destination come back',
    given: tree,
    change: ({ destination }) => {
      for (const name of ['A/one/deep', 'C']) destination.deleteMailbox(name);
    },
  },
  {
    id: 'S101',
    title: 'mailboxes deleted on both sides are forgotten',
    given: tree,
    change: ({ source, destination }) => {
      for (const server of [source, destination]) {
        server.subscribe('C', false);
        server.deleteMailbox('C');
      }
    },
  },
  {
    id: 'S102',
    title: 'renamed at the source',
    given: tree,
    change: ({ source }) => rename(source, 'B', 'Better'),
    check: copiesNothing,
  },
  {
    id: 'S102',
    title: 'renamed there and back',
    given: tree,
    change: async (world) => {
      rename(world.source, 'B', 'Better');
      await world.run({ policy: backupPolicy });
      rename(world.source, 'Better', 'B');
    },
    check: copiesNothing,
  },
  {
    id: 'S102',
    title: 'renamed at the destination: gets its name back',
    given: tree,
    change: ({ destination }) => rename(destination, 'B', 'Mine'),
    check: copiesNothing,
  },
  {
    id: 'S103',
    title: 'renamed with all below',
    given: tree,
    change: ({ source }) => rename(source, 'A', 'Z'),
    check: copiesNothing,
  },
  {
    id: 'S105',
    title: 'what lies below a parent that is none is renamed with it',
    given: ({ source }) => {
      for (const name of ['None/one', 'None/two']) source.createMailbox(name);
      put(source, 'None/one', 1, 2);
      put(source, 'None/two', 3);
    },
    change: ({ source }) => {
      rename(source, 'None/one', 'Some/one');
      rename(source, 'None/two', 'Some/two');
    },
    check: copiesNothing,
  },
  {
    id: 'S106',
    title: 'two mailboxes exchange their names',
    given: tree,
    change: ({ source }) => exchange(source, 'B', 'C'),
    check: copiesNothing,
  },
  {
    id: 'S106',
    title: 'three names go round',
    given: tree,
    change: ({ source }) => {
      rename(source, 'A', 'away');
      rename(source, 'C', 'A');
      rename(source, 'B', 'C');
      rename(source, 'away', 'B');
    },
    check: copiesNothing,
  },
  {
    id: 'S106',
    title: 'a child becomes the parent of its parent',
    given: tree,
    change: ({ source }) => {
      rename(source, 'A/one', 'away');
      rename(source, 'A', 'away/A');
      rename(source, 'away', 'A');
    },
    check: copiesNothing,
  },
  {
    id: 'S106',
    title: 'renamed on both sides, each otherwise',
    given: tree,
    change: ({ source, destination }) => {
      rename(source, 'B', 'Better');
      rename(destination, 'B', 'Mine');
    },
    check: copiesNothing,
  },
  {
    id: 'S108',
    title: 'renamed, and everything else changed too',
    given: tree,
    change: ({ source }) => {
      rename(source, 'A', 'Z');
      put(source, 'Z', 75);
      drop(source, 'Z/one', 21);
      flag(source, 'Z/one/deep', 31, '\\Seen');
      put(source, 'B', 76);
    },
  },
  {
    id: 'S109',
    title: 'renamed, and the old name made anew with other mail',
    given: tree,
    change: ({ source }) => {
      rename(source, 'B', 'Better');
      source.createMailbox('B');
      put(source, 'B', 81, 82);
    },
  },
  {
    id: 'S111',
    title:
      'deleted at the source, and mail has come to it at the destination: the mailbox stays with that mail',
    given: tree,
    change: ({ source, destination }) => {
      source.subscribe('C', false);
      source.deleteMailbox('C');
      put(destination, 'C', 901);
    },
    expected: ({ source, before }) => ({
      ...source,
      C: before['C']?.slice(-1) ?? [],
      '(subscribed)': before['(subscribed)'] ?? [],
    }),
    problems: ['MAILBOX_KEPT'],
    afterwards: 'looks',
  },
  {
    id: 'S112',
    title: 'deleted and made anew with part of the mail',
    given: tree,
    change: ({ source }) => {
      source.deleteMailbox('C');
      source.createMailbox('C');
      put(source, 'C', 51, 52, 53, 54, 91);
    },
    check: ({ events }) => {
      const copied = events.flatMap((event) => (event.type === 'messages-copied' ? event.uids : []));
      if (copied.length !== 1) throw new Error(`${copied.length} bodies were sent`);
    },
  },
  {
    id: 'S113',
    title: 'a parent is deleted and what lies below stays',
    given: tree,
    change: ({ source }) => {
      source.subscribe('A', false);
      source.deleteMailbox('A');
    },
  },
  {
    id: 'S114',
    title: 'a name of 490 octets is made and deleted',
    given: (world) => {
      tree(world);
      world.source.createMailbox('n'.repeat(490));
      put(world.source, 'n'.repeat(490), 81);
    },
    change: ({ source }) => {
      source.deleteMailbox('n'.repeat(490));
      source.createMailbox('m'.repeat(490));
    },
  },
  {
    id: 'S117',
    title: 'a destination without levels follows what is renamed and deleted',
    destination: { delimiter: null },
    given: tree,
    change: ({ source }) => {
      rename(source, 'A/one', 'A/two');
      source.subscribe('C', false);
      source.deleteMailbox('C');
    },
    expected: ({ source }) =>
      Object.fromEntries(
        Object.entries(source).map(([name, lines]) => [
          name.replaceAll('/', '_'),
          name === '(subscribed)' ? lines.map((line) => line.replaceAll('/', '_')).sort() : lines,
        ]),
      ),
    check: copiesNothing,
  },
  {
    id: 'S119',
    title: 'INBOX is renamed, which moves its mail and leaves it empty',
    given: tree,
    change: ({ source }) => {
      source.createMailbox('Old');
      source.move('INBOX', 1, 'Old');
      source.move('INBOX', 2, 'Old');
      source.move('INBOX', 3, 'Old');
    },
    check: copiesNothing,
  },
  {
    id: 'S124',
    title: 'a listing that is empty for an outage removes nothing',
    given: tree,
    change: ({ source }) => put(source, 'INBOX', 4),
    during: () => ({
      onSourceOperation: ({ kind }) =>
        kind === 'list'
          ? { omit: { mailboxes: ['A', 'A/one', 'A/one/deep', 'B', 'C'] }, complete: true }
          : 'go',
    }),
    runs: 2,
    check: (_, { destination }) => {
      if (destination.writes.some(({ kind }) => kind === 'expunge' || kind === 'remove'))
        throw new Error('something was removed');
    },
  },
  {
    id: 'S124',
    title: 'a listing with a line that cannot be understood removes nothing',
    given: tree,
    change: ({ source }) => put(source, 'INBOX', 4),
    during: () => ({
      onSourceOperation: ({ kind }) =>
        kind === 'list' ? { omit: { mailboxes: ['B', 'C'] }, complete: false } : 'go',
    }),
    runs: 2,
    check: (_, { destination }) => {
      if (destination.writes.some(({ kind }) => kind === 'expunge' || kind === 'remove'))
        throw new Error('something was removed');
    },
  },
  {
    id: 'S127',
    title: 'a mailbox that comes to a name that another had before keeps its own mail',
    given: tree,
    change: async (world) => {
      rename(world.source, 'B', 'Better');
      await world.run({ policy: backupPolicy });
      rename(world.source, 'C', 'B');
      world.source.subscribe('Better', false);
      world.source.deleteMailbox('Better');
    },
    check: copiesNothing,
  },
  {
    id: 'S126',
    title: 'mailboxes of the destination that the source never had stay, also where names begin alike',
    given: (world) => {
      tree(world);
      world.destination.createMailbox('Az');
      world.destination.createMailbox('C2');
      put(world.destination, 'Az', 901);
    },
    change: ({ source }) => {
      rename(source, 'A', 'Z');
      source.subscribe('C', false);
      source.deleteMailbox('C');
    },
    expected: ({ source, before }) => ({ ...source, Az: before['Az'] ?? [], C2: [] }),
  },
];

const SWAPPED: readonly Scenario[] = [
  {
    id: 'S081',
    title: 'two mailboxes that have exchanged their names under one UIDVALIDITY each, and got mail since',
    given: tree,
    change: ({ source }) => {
      exchange(source, 'B', 'C');
      put(source, 'B', 77);
      drop(source, 'C', 42);
    },
  },
];

const SUBSET: readonly Scenario[] = [
  {
    id: 'S123',
    title: 'a run for some mailboxes touches no other, neither its mail nor its name',
    given: tree,
    change: ({ source }) => {
      rename(source, 'A', 'Z');
      source.deleteMailbox('C');
      drop(source, 'INBOX', 1);
      drop(source, 'B', 41);
      put(source, 'B', 77);
    },
    options: { selection: { include: ['B'], exclude: [] } },
    expected: ({ source, before }) => ({ ...before, B: source['B'] ?? [] }),
  },
];

backupScenarios('F: the tree', SCENARIOS, [EVERYTHING, NO_IDS]);
backupScenarios('E: names that mean another mailbox', SWAPPED, [EVERYTHING, NO_IDS]);
backupScenarios('F: part of the tree', SUBSET);
