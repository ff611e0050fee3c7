import { backupPolicy, copyPolicy } from '../../src/sync/policy.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, move, put, somewhere, upTo } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { VARIANTS } from './support/servers.js';

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S040',
    title: 'what was expunged at the source goes at the destination',
    given: somewhere,
    change: ({ source }) => drop(source, 'INBOX', 2, 5),
    removes: true,
  },
  {
    id: 'S041',
    title: 'what was expunged at the destination comes back',
    given: somewhere,
    change: ({ destination }) => drop(destination, 'INBOX', 2, 5),
    expected: 'equal in any order',
  },
  {
    id: 'S042',
    title: 'what was expunged on both sides is forgotten',
    given: somewhere,
    change: ({ source, destination }) => {
      for (const server of [source, destination]) drop(server, 'INBOX', 2, 5);
    },
  },
  {
    id: 'S043',
    title: 'what was expunged at the source goes although it was flagged at the destination meanwhile',
    given: somewhere,
    change: ({ source, destination }) => {
      drop(source, 'INBOX', 2, 3);
      flag(destination, 'INBOX', 2, '\\Flagged');
      flag(destination, 'INBOX', 4, 'Mine');
    },
    removes: true,
  },
  {
    id: 'S044',
    title: 'what was expunged at the source goes from where it was moved to at the destination',
    given: somewhere,
    change: ({ source, destination }) => {
      drop(source, 'INBOX', 2);
      move(destination, 'INBOX', 'Work', 2);
    },
    removes: true,
  },
  {
    id: 'S045',
    title: 'of messages flagged \\Deleted only those go that are gone at the source',
    given: somewhere,
    change: ({ source }) => {
      flag(source, 'INBOX', 1, '\\Deleted');
      flag(source, 'INBOX', 2, '\\Deleted');
      drop(source, 'INBOX', 2);
    },
    removes: true,
  },
  {
    id: 'S046',
    title: 'messages of others that are flagged \\Deleted survive our removals',
    given: (world) => {
      somewhere(world);
      put(world.destination, 'INBOX', 901);
      flag(world.destination, 'INBOX', 901, '\\Deleted');
    },
    change: ({ source }) => drop(source, 'INBOX', 2),
    expected: ({ source, before }) => ({
      ...source,
      INBOX: [before['INBOX']?.[0] ?? '', ...(source['INBOX'] ?? [])],
    }),
    problems: ['FOREIGN_MESSAGES'],
    removes: true,
  },
  {
    id: 'S048',
    title: 'the message with the highest UID is missed when it goes',
    given: somewhere,
    change: ({ source }) => drop(source, 'INBOX', 6),
    removes: true,
  },
  {
    id: 'S049',
    title: 'what goes while flags are looked at is found, then or by the next run',
    given: somewhere,
    change: ({ source }) => flag(source, 'INBOX', 1, '\\Answered'),
    during: ({ source }) => ({
      onSourceOperation: ({ kind, mailbox }) => {
        if ((kind === 'flags' || kind === 'search') && mailbox === 'INBOX') drop(source, 'INBOX', 4);
        return 'go';
      },
    }),
    runs: 2,
    removes: true,
  },
  {
    id: 'S050',
    title:
      'a server that has lost its history and has given out almost all UIDs is listened to in little time',
    source: { expungeHistory: 'lost' },
    destination: { expungeHistory: 'lost' },
    given: ({ source }) => {
      put(source, 'INBOX', ...upTo(5));
      source.deliver('INBOX', { body: 'From: a@example.net\r\n\r\nText of 6\r\n', uid: 4_294_967_200 });
    },
    change: ({ source }) => drop(source, 'INBOX', 2),
    removes: true,
  },
  {
    id: 'S051',
    title: 'VANISHED that names what nobody ever knew is no news',
    source: { expungeHistory: 'lost' },
    destination: { expungeHistory: 'lost' },
    given: (world) => {
      put(world.source, 'INBOX', ...upTo(9));
      drop(world.source, 'INBOX', 2, 4, 9);
    },
    change: ({ source }) => flag(source, 'INBOX', 1, '\\Seen'),
  },
  {
    id: 'S052',
    title: 'a mailbox that was emptied is emptied',
    given: somewhere,
    change: ({ source }) => drop(source, 'INBOX', ...upTo(6)),
    removes: true,
  },
  {
    id: 'S053',
    title: 'one gone and one new make the count of before, and both are seen',
    given: somewhere,
    change: ({ source }) => {
      drop(source, 'INBOX', 2);
      put(source, 'INBOX', 7);
    },
    removes: true,
  },
  {
    id: 'S054',
    title: 'gaps in the UIDs of either side mean nothing',
    given: (world) => {
      put(world.source, 'INBOX', ...upTo(12));
      drop(world.source, 'INBOX', 1, 4, 5, 12);
      put(world.destination, 'INBOX', 900);
      drop(world.destination, 'INBOX', 900);
    },
    change: ({ source }) => {
      put(source, 'INBOX', 13, 14);
      drop(source, 'INBOX', 6, 13);
      flag(source, 'INBOX', 7, '\\Seen');
    },
    removes: true,
  },
  {
    id: 'S055',
    title: 'a message that comes back later is new',
    given: somewhere,
    change: async (world) => {
      drop(world.source, 'INBOX', 2);
      await world.run({ policy: backupPolicy });
      put(world.source, 'INBOX', 2);
    },
    removes: true,
  },
  {
    id: 'S056',
    title: 'what goes between being listed and being read is passed over',
    given: somewhere,
    change: ({ source }) => put(source, 'INBOX', 7, 8, 9),
    during: ({ source }) => ({
      onSourceOperation: ({ kind }) => {
        if (kind === 'bodies') drop(source, 'INBOX', 8);
        return 'go';
      },
    }),
    runs: 2,
  },
  {
    id: 'S057',
    title: 'more than half of a mailbox of some size waits for a person',
    given: ({ source }) => {
      source.createMailbox('Work');
      put(source, 'INBOX', ...upTo(30));
      put(source, 'Work', ...upTo(70, 31));
    },
    change: ({ source }) => {
      drop(source, 'INBOX', ...upTo(25));
      put(source, 'INBOX', 99);
    },
    expected: ({ source, before }) => ({
      ...source,
      INBOX: [...(before['INBOX'] ?? []), ...(source['INBOX'] ?? []).slice(-1)],
    }),
    problems: ['REMOVALS_HELD'],
    afterwards: 'looks',
    removes: true,
  },
  {
    id: 'S057',
    title: 'and goes when the person says so',
    given: ({ source }) => put(source, 'INBOX', ...upTo(30)),
    change: ({ source }) => drop(source, 'INBOX', ...upTo(30)),
    options: { removalLimit: { unit: 'messages', most: 30 } },
    removes: true,
  },
  {
    id: 'S059',
    title: 'what copy left at the destination goes when backup takes over, and does not come back',
    given: somewhere,
    ran: [copyPolicy],
    change: async (world) => {
      drop(world.source, 'INBOX', 2);
      await world.run();
    },
    removes: true,
  },
];

const CANNOT_REMOVE: readonly Scenario[] = [
  {
    id: 'S047',
    title: 'a destination that cannot remove single messages keeps them, and that is told',
    destination: { features: { uidplus: false } },
    given: somewhere,
    change: ({ source }) => {
      drop(source, 'INBOX', 2);
      put(source, 'INBOX', 7);
      flag(source, 'INBOX', 1, '\\Seen');
    },
    expected: ({ source, before }) => ({
      ...source,
      INBOX: [source['INBOX']?.[0] ?? '', before['INBOX']?.[1] ?? '', ...(source['INBOX'] ?? []).slice(1)],
    }),
    problems: ['REMOVAL_UNSUPPORTED'],
    afterwards: 'looks',
  },
];

backupScenarios('C: expunges', SCENARIOS, VARIANTS);
backupScenarios('C: expunges', CANNOT_REMOVE);
