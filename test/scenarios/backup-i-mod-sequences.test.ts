import { backupPolicy } from '../../src/sync/policy.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, put, somewhere } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { VARIANTS } from './support/servers.js';

function expectWrites(run: Parameters<NonNullable<Scenario['check']>>[0], messages: number): void {
  const touched = run.events.reduce(
    (sum, event) => sum + (event.type === 'flags-updated' ? event.messages : 0),
    0,
  );
  if (touched !== messages) throw new Error(`flags of ${touched} messages were written, not of ${messages}`);
}

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S160',
    title: 'a bit of everything since the last run',
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7);
      drop(source, 'INBOX', 2);
      flag(source, 'INBOX', 1, '\\Seen');
      flag(source, 'INBOX', 3, '-\\Flagged');
    },
    removes: true,
    check: (run) => expectWrites(run, 2),
  },
  {
    id: 'S161',
    title: 'a mailbox without mod-sequences among others that have them',
    source: { persistentModseq: (mailbox) => mailbox !== 'Work' },
    given: somewhere,
    change: ({ source }) => {
      for (const [mailbox, number] of [
        ['INBOX', 1],
        ['Work', 21],
      ] as const) {
        flag(source, mailbox, number, '\\Seen', 'Kept');
        drop(source, mailbox, number + 1);
        put(source, mailbox, number + 50);
      }
    },
    removes: true,
    afterwards: 'looks',
  },
  {
    id: 'S161',
    title: 'the same at the destination',
    destination: { persistentModseq: (mailbox) => mailbox !== 'Work' },
    given: somewhere,
    change: ({ source, destination }) => {
      flag(source, 'Work', 21, '\\Seen');
      flag(destination, 'Work', 22, '\\Seen');
      drop(source, 'Work', 23);
    },
    removes: true,
    afterwards: 'looks',
  },
  {
    id: 'S162',
    title: 'mod-sequences are gone since the last run',
    given: somewhere,
    change: ({ source, destination }) => {
      for (const server of [source, destination]) server.configure({ features: { condstore: false } });
      flag(source, 'INBOX', 1, '\\Seen');
      drop(source, 'INBOX', 2);
      put(source, 'INBOX', 7);
    },
    removes: true,
    afterwards: 'looks',
  },
  {
    id: 'S162',
    title: 'mod-sequences are there since the last run',
    source: { features: { condstore: false } },
    destination: { features: { condstore: false } },
    given: somewhere,
    change: ({ source, destination }) => {
      for (const server of [source, destination]) {
        server.configure({ features: { condstore: true, qresync: true } });
      }
      flag(source, 'INBOX', 1, '\\Seen');
      drop(source, 'INBOX', 2);
      put(source, 'INBOX', 7);
    },
    removes: true,
  },
  {
    id: 'S162',
    title: 'QRESYNC came and went',
    given: somewhere,
    change: async (world) => {
      world.source.configure({ features: { qresync: false } });
      flag(world.source, 'INBOX', 1, '\\Seen');
      drop(world.source, 'INBOX', 2);
      await world.run({ policy: backupPolicy });
      world.source.configure({ features: { qresync: true } });
      drop(world.source, 'INBOX', 4);
      flag(world.source, 'INBOX', 1, '-\\Seen');
    },
    removes: true,
  },
  {
    id: 'S165',
    title: 'the server has forgotten what was expunged',
    given: somewhere,
    change: ({ source, destination }) => {
      drop(source, 'INBOX', 2, 6);
      flag(source, 'INBOX', 1, '\\Seen');
      source.forgetExpunged('INBOX');
      destination.forgetExpunged('INBOX');
    },
    removes: true,
  },
  {
    id: 'S165',
    title: 'and new mail has come as well, as many as went',
    given: somewhere,
    change: ({ source }) => {
      drop(source, 'INBOX', 2, 6);
      put(source, 'INBOX', 7, 8);
      source.forgetExpunged('INBOX');
    },
    removes: true,
  },
  {
    id: 'S166',
    title: 'mod-sequences grew with nothing to see',
    given: somewhere,
    change: ({ source, destination }) => {
      source.raiseModseq('INBOX', 1000n);
      destination.raiseModseq('Work', 1000n);
    },
    check: (run) => expectWrites(run, 0),
  },
  {
    id: 'S167',
    title: 'our own writes are no news to the next run',
    given: somewhere,
    change: async (world) => {
      flag(world.source, 'INBOX', 1, '\\Seen');
      drop(world.source, 'INBOX', 2);
      put(world.source, 'INBOX', 7);
      await world.run({ policy: backupPolicy });
    },
    removes: true,
    check: (run) => expectWrites(run, 0),
  },
  {
    id: 'S168',
    title: 'what others do at the destination right after our write is not passed over',
    given: somewhere,
    change: ({ source }) => {
      flag(source, 'INBOX', 1, '\\Seen');
      put(source, 'INBOX', 7);
    },
    during: ({ destination }) => {
      let isDone = false;
      return {
        onOperation: ({ kind }) => {
          if (kind === 'append-commit' && !isDone) {
            isDone = true;
            flag(destination, 'INBOX', 1, '\\Flagged');
            flag(destination, 'INBOX', 4, 'Mine');
            drop(destination, 'INBOX', 5);
          }
          return 'go';
        },
      };
    },
    expected: 'equal in any order',
    runs: 2,
  },
  {
    id: 'S168',
    title: 'nor what they do at the source while we look',
    given: somewhere,
    change: ({ source }) => flag(source, 'INBOX', 1, '\\Seen'),
    during: ({ source }) => {
      let looks = 0;
      return {
        onSourceOperation: ({ kind }) => {
          if (kind === 'flags' && looks++ < 2) {
            flag(source, 'INBOX', 1, '-\\Seen', '\\Flagged');
            put(source, 'INBOX', 50 + looks);
          }
          return 'go';
        },
      };
    },
    runs: 2,
  },
];

backupScenarios('I: mod-sequences', SCENARIOS, VARIANTS);
