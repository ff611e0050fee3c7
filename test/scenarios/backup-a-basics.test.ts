import { backupPolicy } from '../../src/sync/policy.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, put, somewhere, upTo } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { EVERYTHING } from './support/servers.js';

const CRIPPLED = {
  condstore: false,
  qresync: false,
  uidplus: true,
  multiAppend: 'none',
  esearch: false,
  listStatus: false,
  specialUse: false,
  createSpecialUse: false,
  objectId: false,
  emailId: false,
} as const;

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S001',
    title: 'everything that can have become of a message, at once',
    given: ({ source }) => {
      source.createMailbox('Work');
      put(source, 'INBOX', ...upTo(20));
      put(source, 'Work', ...upTo(40, 31));
      for (const number of [3, 4, 5, 6]) flag(source, 'INBOX', number, '\\Seen', 'Plan');
    },
    change: ({ source, destination }) => {
      put(source, 'INBOX', 21, 22);
      drop(source, 'INBOX', 1, 7, 31);
      flag(source, 'INBOX', 2, '\\Seen');
      flag(source, 'INBOX', 3, '-\\Seen', '\\Answered');
      put(destination, 'INBOX', 901);
      drop(destination, 'INBOX', 7, 8, 9);
      flag(destination, 'INBOX', 4, '-\\Seen', '\\Flagged');
      flag(destination, 'INBOX', 10, '\\Deleted', 'Mine');
      put(source, 'Work', 41);
      put(destination, 'Work', 902);
      drop(source, 'Work', 32);
      flag(destination, 'Work', 33, '\\Draft');
    },
    expected: 'equal in any order',
  },
  {
    id: 'S002',
    title: 'new mail and flags, where nobody tells the UIDs of what arrived',
    destination: { features: { uidplus: false } },
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7, 7, 11, 22, 8);
      put(source, 'Work', 25);
      flag(source, 'INBOX', 2, '-\\Seen', '\\Flagged');
    },
  },
  {
    id: 'S003',
    title: 'what was flagged \\Deleted and is expunged then goes like any other',
    given: (world) => {
      somewhere(world);
      flag(world.source, 'INBOX', 2, '\\Deleted');
      flag(world.source, 'INBOX', 3, '\\Deleted');
    },
    change: async (world) => {
      drop(world.destination, 'INBOX', 3);
      await world.run({ policy: backupPolicy });
      drop(world.source, 'INBOX', 2, 3);
    },
  },
  {
    id: 'S004',
    title: '\\Deleted is a flag, for which nothing is expunged',
    given: somewhere,
    change: ({ source }) => {
      flag(source, 'INBOX', 1, '\\Deleted');
      flag(source, 'INBOX', 2, '\\Deleted');
    },
    check: (_, { destination }) => {
      if (destination.writes.some(({ kind }) => kind === 'expunge'))
        throw new Error('something was expunged');
    },
  },
  {
    id: 'S007',
    title: 'flags alone',
    given: somewhere,
    change: ({ source }) => {
      flag(source, 'INBOX', 1, '\\Seen', 'Later');
      flag(source, 'INBOX', 2, '-\\Seen');
      flag(source, 'Work', 22, '\\Answered');
    },
  },
  {
    id: 'S008',
    title: 'removals alone',
    given: somewhere,
    change: ({ source }) => {
      drop(source, 'INBOX', 1, 6);
      drop(source, 'Work', 22);
    },
  },
  {
    id: 'S009',
    title: 'new mail alone',
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7, 8, 9);
      put(source, 'Work', 25);
    },
  },
  {
    id: 'S011',
    title: 'four messages come to an empty account',
    ran: [],
    change: ({ source }) => put(source, 'INBOX', ...upTo(4)),
  },
  { id: 'S012', title: 'when nothing has happened nothing happens', given: somewhere },
  {
    id: 'S013',
    title: 'a message that came to the destination and went again leaves nothing to do',
    change: ({ destination }) => {
      put(destination, 'INBOX', 1);
      drop(destination, 'INBOX', 1);
    },
  },
  { id: 'S014', title: 'nothing on either side is soon equal', ran: [] },
  {
    id: 'S015',
    title: 'mailboxes that are shared by others are neither carried nor removed',
    source: { shared: [{ prefix: 'Shared/', delimiter: '/' }] },
    destination: { shared: [{ prefix: 'Shared/', delimiter: '/' }] },
    given: (world) => {
      somewhere(world);
      world.source.createMailbox('Shared/theirs');
      put(world.source, 'Shared/theirs', 50);
      world.destination.createMailbox('Shared/ours');
      put(world.destination, 'Shared/ours', 60);
    },
    change: ({ source }) => put(source, 'INBOX', 7),
    expected: ({ source: { 'Shared/theirs': _, ...rest }, before }) => ({
      ...rest,
      'Shared/ours': before['Shared/ours'] ?? [],
    }),
  },
  {
    id: 'S016',
    title: 'a new message that is flagged \\Deleted already is carried with its flag',
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7, 8);
      flag(source, 'INBOX', 7, '\\Deleted', '\\Seen');
    },
  },
  {
    id: 'S019',
    title: 'servers that can do nothing but remove single messages',
    source: { features: CRIPPLED, uidNextInSelect: false },
    destination: {
      features: CRIPPLED,
      uidNextInSelect: false,
      literals: 'synchronising',
      delimiter: '.',
      multiAppendAtomic: false,
    },
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8);
      drop(source, 'INBOX', 1, 3);
      flag(source, 'INBOX', 2, '-\\Seen', '\\Flagged');
      drop(destination, 'Work', 21);
    },
    expected: 'equal in any order',
    afterwards: 'looks',
  },
  {
    id: 'S020',
    title: 'two accounts that are equal already are paired, and nothing is sent',
    ran: [],
    change: ({ source, destination }) => {
      for (const server of [source, destination]) {
        server.createMailbox('Work');
        put(server, 'INBOX', ...upTo(30), 11, 11);
        put(server, 'Work', ...upTo(40, 31));
        flag(server, 'INBOX', 2, '\\Seen');
      }
    },
    check: ({ events }) => {
      if (events.some(({ type }) => type === 'messages-copied')) throw new Error('something was copied');
    },
  },
  {
    id: 'S020',
    title: 'two accounts that are almost equal get the rest',
    ran: [],
    change: ({ source, destination }) => {
      put(source, 'INBOX', ...upTo(30), 11, 11);
      put(destination, 'INBOX', ...upTo(20), 11);
      flag(source, 'INBOX', 2, '\\Seen');
      flag(destination, 'INBOX', 3, '\\Seen');
    },
    expected: 'equal in any order',
  },
];

backupScenarios('A: basics', SCENARIOS, [EVERYTHING]);
