import { backupPolicy } from '../../src/sync/policy.js';
import type { EngineRun } from '../support/engine/index.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, put, somewhere, upTo } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { EVERYTHING, type Variant } from './support/servers.js';

/** Where MAILBOXID tells nothing, and mod-sequences neither. */
const PLAIN: Variant = {
  name: 'servers without OBJECTID and CONDSTORE',
  source: { features: { objectId: false, emailId: false, condstore: false } },
  destination: { features: { objectId: false, emailId: false, condstore: false } },
  looks: true,
  deaths: 2,
};

function copiesNothing({ events }: EngineRun): void {
  if (events.some(({ type }) => type === 'messages-copied')) throw new Error('a body was sent');
}

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S080',
    title:
      'a mailbox that was made anew at the source with other mail: what was there before is a matter for a person',
    given: somewhere,
    change: ({ source }) => {
      source.deleteMailbox('Work');
      source.createMailbox('Work');
      put(source, 'Work', 31, 32);
    },
    expected: ({ source, before }) => ({
      ...source,
      Work: [...(before['Work'] ?? []), ...(source['Work'] ?? [])],
    }),
    problems: ['FOREIGN_MESSAGES'],
  },
  {
    id: 'S082',
    title: 'a new UIDVALIDITY over the same mail costs no body',
    given: somewhere,
    change: ({ source }) => source.changeUidValidity('INBOX', { keepUids: true }),
    check: copiesNothing,
  },
  {
    id: 'S082',
    title: 'the same at the destination',
    given: somewhere,
    change: ({ destination }) => destination.changeUidValidity('INBOX', { keepUids: true }),
    check: copiesNothing,
  },
  {
    id: 'S083',
    title: 'a new UIDVALIDITY with new UIDs, new mail and new flags',
    given: (world) => {
      somewhere(world);
      drop(world.source, 'INBOX', 1);
    },
    change: ({ source }) => {
      source.changeUidValidity('INBOX');
      put(source, 'INBOX', 7);
      flag(source, 'INBOX', 2, '-\\Seen', '\\Answered');
    },
  },
  {
    id: 'S084',
    title: 'both sides have a new UIDVALIDITY at once',
    given: somewhere,
    change: ({ source, destination }) => {
      for (const server of [source, destination]) server.changeUidValidity('INBOX');
      flag(source, 'INBOX', 1, '\\Seen');
    },
    check: copiesNothing,
  },
  {
    id: 'S085',
    title: 'drafts without a Message-ID are told apart by date and octets',
    given: ({ source }) => {
      source.createMailbox('Drafts', '\\drafts');
      put(source, 'Drafts', 11, 22, 33, 44, 11);
    },
    change: ({ source }) => {
      source.changeUidValidity('Drafts');
      put(source, 'Drafts', 55);
    },
  },
  {
    id: 'S086',
    title: 'where too little is recognised the mailbox stops, and the others go on',
    given: ({ source }) => {
      source.createMailbox('Work');
      source.createMailbox('Other');
      put(source, 'Work', ...upTo(60));
      put(source, 'Other', 70);
    },
    change: ({ source }) => {
      source.deleteMailbox('Work');
      source.createMailbox('Work');
      put(source, 'Work', ...upTo(160, 101));
      put(source, 'Other', 71);
    },
    expected: ({ source, before }) => ({ ...source, Work: before['Work'] ?? [] }),
    problems: ['PAIRING_UNCERTAIN'],
    afterwards: 'looks',
  },
  {
    id: 'S087',
    title: 'UIDs that mean other messages under the same UIDVALIDITY',
    given: somewhere,
    change: async (world) => {
      const putBack = world.source.save();
      put(world.source, 'INBOX', 7, 8, 9);
      await world.run({ policy: backupPolicy });
      putBack('INBOX');
      put(world.source, 'INBOX', 107, 108, 109, 110);
    },
    expected: ({ source, before }) => ({
      ...source,
      INBOX: [...(before['INBOX'] ?? []), ...(source['INBOX'] ?? []).slice(6)],
    }),
    problems: ['FOREIGN_MESSAGES'],
  },
  {
    id: 'S088',
    title: 'the destination is made anew between the batches of a run',
    destination: { features: { multiAppend: 'none' } },
    given: somewhere,
    change: ({ source }) => put(source, 'INBOX', 7, 8, 9),
    during: ({ destination }) => {
      let commits = 0;
      return {
        onOperation: ({ kind }) => {
          if (kind === 'append-commit' && ++commits === 2) destination.changeUidValidity('INBOX');
          return 'go';
        },
      };
    },
    expected: 'equal in any order',
    runs: 2,
  },
  {
    id: 'S088',
    title: 'the source is made anew while its mail is read',
    given: somewhere,
    change: ({ source }) => put(source, 'INBOX', 7, 8, 9),
    during: ({ source }) => {
      let isDone = false;
      return {
        onSourceOperation: ({ kind }) => {
          if (kind === 'bodies' && !isDone) source.changeUidValidity('INBOX');
          isDone ||= kind === 'bodies';
          return 'go';
        },
      };
    },
    expected: 'equal in any order',
    runs: 2,
  },
  {
    id: 'S089',
    title: 'a source that was put back to before the last run removes nothing by itself',
    given: somewhere,
    change: async (world) => {
      const putBack = world.source.save();
      put(world.source, 'INBOX', 7, 8);
      await world.run({ policy: backupPolicy });
      putBack('INBOX');
    },
    expected: ({ source, before }) => ({ ...source, INBOX: before['INBOX'] ?? [] }),
    problems: ['FOREIGN_MESSAGES'],
  },
  {
    id: 'S089',
    title: 'a destination that was put back gets again what it had',
    given: somewhere,
    change: async (world) => {
      const putBack = world.destination.save();
      put(world.source, 'INBOX', 7, 8);
      drop(world.source, 'INBOX', 1);
      await world.run({ policy: backupPolicy });
      putBack('INBOX');
    },
    // What had gone is there once more, and nobody knows of it.
    expected: ({ source, before }) => ({
      ...source,
      INBOX: [before['INBOX']?.[0] ?? '', ...(source['INBOX'] ?? [])],
    }),
    problems: ['FOREIGN_MESSAGES'],
  },
  {
    id: 'S091',
    title: 'UIDs up to the last there can be',
    given: ({ source, destination }) => {
      source.deliver('INBOX', { body: 'From: a@example.net\r\n\r\nText of 900\r\n', uid: 4_294_967_289 });
      destination.deliver('INBOX', {
        body: 'From: b@example.net\r\n\r\nText of 901\r\n',
        uid: 4_294_967_287,
      });
      destination.expunge('INBOX', 4_294_967_287);
      put(source, 'INBOX', 1);
    },
    change: ({ source }) => {
      put(source, 'INBOX', 2, 3);
      drop(source, 'INBOX', 1);
      flag(source, 'INBOX', 900, '\\Seen');
    },
  },
  {
    id: 'S092',
    title: 'mod-sequences beyond what a number holds',
    given: (world) => {
      somewhere(world);
      world.source.raiseModseq('INBOX', 2n ** 53n);
      world.destination.raiseModseq('INBOX', 2n ** 62n);
    },
    change: ({ source }) => {
      flag(source, 'INBOX', 1, '\\Seen');
      flag(source, 'INBOX', 2, '-\\Seen');
      drop(source, 'INBOX', 3);
    },
  },
  {
    id: 'S092',
    title: 'mod-sequences up to the last of 63 bits',
    given: (world) => {
      somewhere(world);
      world.source.raiseModseq('INBOX', 2n ** 63n - 3n);
      world.destination.raiseModseq('INBOX', 2n ** 63n - 6n);
    },
    change: ({ source }) => {
      flag(source, 'INBOX', 1, '\\Seen');
      drop(source, 'INBOX', 3);
    },
  },
  {
    id: 'S093',
    title: 'nobody tells UIDNEXT',
    source: { uidNextInSelect: false },
    destination: { uidNextInSelect: false },
    given: somewhere,
    change: ({ source, destination }) => {
      put(source, 'INBOX', 7, 8);
      drop(source, 'INBOX', 1, 6);
      drop(destination, 'INBOX', 2);
      flag(source, 'INBOX', 3, '-\\Flagged');
    },
    expected: 'equal in any order',
    afterwards: 'looks',
  },
  {
    id: 'S094',
    title: 'a mailbox made anew that was empty before and has mail now',
    given: ({ source }) => source.createMailbox('Work'),
    change: ({ source }) => {
      source.deleteMailbox('Work');
      source.createMailbox('Work');
      put(source, 'Work', 1, 2);
    },
  },
  {
    id: 'S094',
    title: 'a mailbox made anew that had mail before and is empty now',
    given: somewhere,
    change: ({ source }) => {
      source.deleteMailbox('Work');
      source.createMailbox('Work');
    },
    expected: ({ source, before }) => ({ ...source, Work: before['Work'] ?? [] }),
    problems: ['FOREIGN_MESSAGES'],
  },
  {
    id: 'S094',
    title: 'a mailbox made anew at the destination gets everything again',
    given: somewhere,
    change: ({ destination }) => {
      destination.deleteMailbox('Work');
      destination.createMailbox('Work');
    },
  },
  {
    id: 'S094',
    title: 'a mailbox made anew at the destination with mail of its own',
    given: somewhere,
    change: ({ destination }) => {
      destination.deleteMailbox('Work');
      destination.createMailbox('Work');
      put(destination, 'Work', 22, 901);
    },
    expected: ({ source, before }) => {
      const there = before['Work'] ?? [];
      return {
        ...source,
        Work: [...there, ...(source['Work'] ?? []).filter((line) => !there.includes(line))],
      };
    },
    problems: ['FOREIGN_MESSAGES'],
  },
];

backupScenarios('E: identity', SCENARIOS, [EVERYTHING, PLAIN]);
