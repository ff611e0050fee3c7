import { backupPolicy } from '../../src/sync/policy.js';
import { bodyOf, dateOf, deliver } from '../support/engine/index.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, held, move, put, somewhere, uidsOf, upTo } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { VARIANTS } from './support/servers.js';

function copiesNothing(run: Parameters<NonNullable<Scenario['check']>>[0]): void {
  if (run.events.some(({ type }) => type === 'messages-copied')) throw new Error('a body was sent');
}

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S060',
    title: 'new at the source',
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7, 8);
      flag(source, 'INBOX', 8, '\\Flagged', 'New');
    },
  },
  {
    id: 'S061',
    title: 'new at the destination does not stay',
    given: somewhere,
    change: ({ destination }) => put(destination, 'INBOX', 901, 902),
    removes: true,
  },
  {
    id: 'S062',
    title: 'new on both sides with the same UIDs, and other mail',
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8);
      put(destination, 'INBOX', 901, 902);
    },
    removes: true,
  },
  {
    id: 'S063',
    title: 'a destination that was used in place of the source is put right',
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8, 9);
      put(destination, 'INBOX', 901, 902, 903);
      flag(destination, 'INBOX', 1, '\\Answered');
      drop(destination, 'INBOX', 4);
    },
    expected: 'equal in any order',
    removes: true,
  },
  {
    id: 'S064',
    title: 'and the source has expunged since',
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8, 9);
      put(destination, 'INBOX', 901, 902, 903);
      drop(source, 'INBOX', 1, 8);
    },
    removes: true,
  },
  {
    id: 'S065',
    title: 'and the destination has expunged since',
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8, 9);
      put(destination, 'INBOX', 901, 902, 903);
      drop(destination, 'INBOX', 1, 902);
    },
    expected: 'equal in any order',
    removes: true,
  },
  {
    id: 'S066',
    title: 'and both have expunged since',
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8, 9);
      put(destination, 'INBOX', 901, 902, 903);
      drop(source, 'INBOX', 1, 2, 8);
      drop(destination, 'INBOX', 1, 3, 902);
    },
    expected: 'equal in any order',
    removes: true,
  },
  {
    id: 'S067',
    title: 'mail that reached both sides by itself is not doubled',
    given: somewhere,
    change: ({ source, destination }) => {
      for (const server of [source, destination]) put(server, 'INBOX', 7, 8, 9);
      flag(source, 'INBOX', 8, '\\Seen');
    },
    check: copiesNothing,
  },
  {
    id: 'S068',
    title: 'twins stay two, three stay three',
    given: ({ source }) => put(source, 'INBOX', 1, 1, 2, 11, 11, 11),
    change: ({ source }) => put(source, 'INBOX', 1, 2, 11, 22, 22),
  },
  {
    id: 'S068',
    title: 'of twins that are gone as many go',
    given: ({ source }) => put(source, 'INBOX', 1, 1, 2, 11, 11, 11),
    change: ({ source }) => {
      source.expunge('INBOX', 1);
      source.expunge('INBOX', 5);
    },
    removes: true,
  },
  {
    id: 'S069',
    title: 'messages of one second are told from each other',
    given: somewhere,
    change: ({ source }) => {
      for (const number of [33, 34, 44, 45]) {
        source.deliver('INBOX', { body: bodyOf(number), internalDate: dateOf(7) });
      }
    },
  },
  {
    id: 'S070',
    title: 'mail that arrives during the run is carried by this run or the next',
    given: somewhere,
    change: ({ source }) => put(source, 'INBOX', 7, 8),
    during: ({ source }) => {
      let number = 100;
      return {
        onSourceOperation: ({ kind }) => {
          if (kind === 'bodies' && number < 104) put(source, number % 2 === 0 ? 'INBOX' : 'Work', ++number);
          return 'go';
        },
      };
    },
    runs: 2,
  },
  {
    id: 'S075',
    title: 'a state that was put back to an earlier one doubles nothing and removes nothing wrongly',
    given: somewhere,
    change: async (world) => {
      const putBack = world.saveState();
      put(world.source, 'INBOX', 7, 8, 9);
      drop(world.source, 'INBOX', 1);
      flag(world.source, 'INBOX', 4, '\\Answered');
      await world.run({ policy: backupPolicy });
      putBack();
      put(world.source, 'INBOX', 10);
    },
    removes: true,
  },
  {
    id: 'S075',
    title: 'a state that was lost is made anew from what the messages are',
    given: somewhere,
    change: (world) => {
      world.loseState();
      put(world.source, 'INBOX', 7);
      flag(world.source, 'INBOX', 4, '\\Answered');
    },
  },
  {
    id: 'S077',
    title: 'what was moved is there once, and no body is sent for it',
    given: somewhere,
    change: ({ source }) => move(source, 'INBOX', 'Work', 2, 3, 5),
    removes: true,
    check: copiesNothing,
  },
  {
    id: 'S077',
    title: 'what moved both ways, flagged on the way, among new mail',
    given: somewhere,
    change: ({ source }) => {
      move(source, 'INBOX', 'Work', 2, 4);
      put(source, 'Work', 25);
      move(source, 'Work', 'INBOX', 21, 23);
      put(source, 'INBOX', 7);
      flag(source, 'Work', 2, '-\\Seen', '\\Answered');
    },
    removes: true,
  },
  {
    id: 'S077',
    title: 'what is moved while the run is between the two mailboxes never is nowhere',
    given: somewhere,
    change: ({ source }) => drop(source, 'INBOX', 1),
    during: ({ source, destination }) => ({
      parallel: 1,
      onSourceOperation: ({ kind, mailbox }) => {
        const isThere = held(source).includes(5);
        if (kind === 'examine' && mailbox === 'INBOX' && isThere) move(source, 'INBOX', 'Work', 5);
        return 'go';
      },
      onOperation: () => {
        const somewhereThere = [...held(destination), ...held(destination, 'Work')];
        if (!somewhereThere.includes(5)) throw new Error('the moved message is nowhere');
        return 'go';
      },
    }),
    runs: 2,
    removes: true,
  },
  {
    id: 'S078',
    title: 'what was moved to different mailboxes on each side goes where the source has it',
    given: (world) => {
      somewhere(world);
      world.source.createMailbox('Other');
    },
    change: ({ source, destination }) => {
      move(source, 'INBOX', 'Work', 2);
      move(destination, 'INBOX', 'Other', 2);
    },
    removes: true,
  },
  {
    id: 'S079',
    title: 'copies within a mailbox and among mailboxes are as many as at the source',
    given: somewhere,
    change: ({ source }) => {
      source.copy('INBOX', uidsOf(source, 'INBOX', 1, 2), 'INBOX');
      source.copy('INBOX', uidsOf(source, 'INBOX', 3, 4), 'Work');
      source.copy('Work', uidsOf(source, 'Work', 21), 'INBOX');
    },
  },
  {
    id: 'S079',
    title: 'a destination that keeps one of several equal messages has it as long as one is wanted',
    destination: { dedupes: true },
    given: (world) => {
      somewhere(world);
      put(world.source, 'INBOX', 7, 7, 7);
    },
    change: ({ source }) => source.expunge('INBOX', uidsOf(source, 'INBOX', 7).splitAt(1)[0]),
    expected: ({ source }) => ({ ...source, INBOX: [...new Set(source['INBOX'])] }),
    removes: true,
  },
];

/** What a destination does not take depends on nothing else it can do. */
const LIMITS: readonly Scenario[] = [
  {
    id: 'S073',
    title: 'what is larger than the destination takes is told, and not sent again',
    destination: { features: { appendLimitBytes: 1000 } },
    given: somewhere,
    change: ({ source }) => {
      source.deliver('INBOX', { body: bodyOf(7, 'x'.repeat(2000)), internalDate: dateOf(7) });
      put(source, 'INBOX', 8);
    },
    expected: ({ source }) => ({
      ...source,
      INBOX: (source['INBOX'] ?? []).filter((_, index) => index !== 6),
    }),
    problems: ['MESSAGE_TOO_LARGE'],
    later: ['MESSAGE_REJECTED'],
  },
  {
    id: 'S073',
    title: 'and is carried once it takes more',
    destination: { features: { appendLimitBytes: 1000 } },
    given: ({ source }) => {
      source.deliver('INBOX', { body: bodyOf(7, 'x'.repeat(2000)), internalDate: dateOf(7) });
      deliver(source, 'INBOX', 8);
    },
    change: ({ destination }) => destination.configure({ features: { appendLimitBytes: 5000 } }),
    expected: 'equal in any order',
  },
  {
    id: 'S072',
    title: 'what was refused and has gone from the source since is not told any longer',
    destination: { refuseMessage: ({ body }) => (body.includes('Text of 7\r') ? 'spam' : null) },
    given: (world) => {
      somewhere(world);
      put(world.source, 'INBOX', 7, 8);
    },
    change: ({ source }) => drop(source, 'INBOX', 7),
  },
  {
    id: 'S061',
    title: 'mail the destination had before the first backup stays until a person decides',
    ran: [],
    change: ({ source, destination }) => {
      put(source, 'INBOX', ...upTo(5));
      put(destination, 'INBOX', 3, 901);
    },
    expected: ({ source, before }) => {
      const [third = '', theirs = ''] = before['INBOX'] ?? [];
      return {
        ...source,
        INBOX: [third, theirs, ...(source['INBOX'] ?? []).filter((line) => line !== third)],
      };
    },
    problems: ['FOREIGN_MESSAGES'],
  },
  {
    id: 'S061',
    title: 'and goes when it is decided so',
    given: ({ source, destination }) => {
      put(source, 'INBOX', ...upTo(5));
      put(destination, 'INBOX', 3, 901);
    },
    options: { foreign: 'remove' },
    expected: 'equal in any order',
    afterwards: 'looks',
  },
  {
    id: 'S061',
    title: 'it keeps its mailbox, where that is deleted at the source',
    given: (world) => {
      somewhere(world);
      world.destination.createMailbox('Work');
      put(world.destination, 'Work', 901);
    },
    change: ({ source }) => source.deleteMailbox('Work'),
    expected: ({ source, before }) => ({ ...source, Work: before['Work']?.slice(0, 1) ?? [] }),
    problems: ['MAILBOX_KEPT'],
    removes: true,
    afterwards: 'looks',
  },
  {
    id: 'S061',
    title: 'and goes with that when it is decided so',
    given: (world) => {
      somewhere(world);
      world.destination.createMailbox('Work');
      put(world.destination, 'Work', 901);
    },
    change: ({ source }) => source.deleteMailbox('Work'),
    options: { foreign: 'remove' },
    removes: true,
    afterwards: 'looks',
  },
];

backupScenarios('D: new mail', SCENARIOS, VARIANTS);
backupScenarios('D: what is not carried', LIMITS);
