import { expect } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { bodyOf, dateOf } from '../support/engine/index.js';
import { flagsOf } from './support/couple.js';
import { drop, flag, held, move, put, upTo } from './support/mail.js';
import { type Couple, mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { EVERYTHING, type Variant } from './support/servers.js';

/** Where MAILBOXID tells nothing, and mod-sequences neither. */
const PLAIN: Variant = {
  name: 'servers without OBJECTID and CONDSTORE',
  source: { features: { objectId: false, emailId: false, condstore: false } },
  destination: { features: { objectId: false, emailId: false, condstore: false } },
  looks: true,
  deaths: 2,
};

function mail({ one }: Couple): void {
  one.createMailbox('Work');
  put(one, 'INBOX', ...upTo(6));
  flag(one, 'INBOX', 2, '\\Seen');
  put(one, 'Work', ...upTo(24, 21));
}

/** Both hold these messages, in any order. */
function both({ one, other }: Couple, mailbox: string, ...numbers: readonly number[]): void {
  for (const server of [one, other]) {
    expect(held(server, mailbox).sort((left, right) => left - right)).toEqual(numbers);
  }
}

const SCENARIOS: readonly TreeScenario[] = [
  {
    id: 'S080',
    title: 'a mailbox made anew on one side with other mail: all of both is kept',
    given: mail,
    change: ({ one }) => {
      one.deleteMailbox('Work');
      one.createMailbox('Work');
      put(one, 'Work', 31, 32);
    },
    expected: (couple) => both(couple, 'Work', 21, 22, 23, 24, 31, 32),
  },
  {
    id: 'S082',
    title: 'a new UIDVALIDITY over the same mail costs no body',
    given: mail,
    change: ({ one }) => one.changeUidValidity('INBOX', { keepUids: true }),
    expected: (couple) => both(couple, 'INBOX', ...upTo(6)),
    copiesNothing: true,
  },
  {
    id: 'S083',
    title: 'a new UIDVALIDITY with new UIDs, new mail and new flags; nothing is removed for it',
    given: mail,
    change: ({ one, other }) => {
      one.changeUidValidity('INBOX');
      put(one, 'INBOX', 7);
      put(other, 'INBOX', 8);
      flag(one, 'INBOX', 2, '\\Answered');
      flag(other, 'INBOX', 3, '\\Flagged');
      drop(other, 'INBOX', 5);
    },
    expected: (couple) => {
      // Nobody knows any more that the other side had number 5 once.
      both(couple, 'INBOX', ...upTo(8));
      for (const server of [couple.one, couple.other]) {
        expect(flagsOf(server, 2)).toEqual(['\\Answered', '\\Seen']);
        expect(flagsOf(server, 3)).toEqual(['\\Flagged']);
      }
    },
  },
  {
    id: 'S084',
    title: 'both sides have a new UIDVALIDITY at once',
    given: mail,
    change: ({ one, other }) => {
      for (const server of [one, other]) server.changeUidValidity('INBOX');
      flag(one, 'INBOX', 1, '\\Seen');
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(6)),
    copiesNothing: true,
  },
  {
    id: 'S085',
    title: 'drafts without a Message-ID are told apart by date and octets',
    given: ({ one }) => {
      one.createMailbox('Drafts', '\\drafts');
      put(one, 'Drafts', 11, 22, 33, 44, 11);
    },
    change: ({ one, other }) => {
      one.changeUidValidity('Drafts');
      put(one, 'Drafts', 55);
      put(other, 'Drafts', 66);
    },
    expected: (couple) => both(couple, 'Drafts', 11, 11, 22, 33, 44, 55, 66),
  },
  {
    id: 'S086',
    title: 'where too little is recognised the mailbox stops, and the others go on',
    given: ({ one }) => {
      one.createMailbox('Work');
      one.createMailbox('Other');
      put(one, 'Work', ...upTo(60));
      put(one, 'Other', 70);
    },
    change: ({ one, other }) => {
      one.deleteMailbox('Work');
      one.createMailbox('Work');
      put(one, 'Work', ...upTo(160, 101));
      put(one, 'Other', 71);
      put(other, 'Other', 72);
    },
    expected: (couple) => {
      expect(held(couple.one, 'Work')).toEqual(upTo(160, 101));
      expect(held(couple.other, 'Work')).toEqual(upTo(60));
      both(couple, 'Other', 70, 71, 72);
    },
    problems: ['PAIRING_UNCERTAIN'],
    afterwards: 'looks',
  },
  {
    id: 'S087',
    title: 'one side was put back, and its UIDs mean other messages now: nothing is taken for them',
    given: mail,
    change: async ({ one, world }) => {
      const putBack = one.save();
      put(one, 'INBOX', 7, 8, 9);
      await world.run({ policy: mirrorPolicy });
      putBack('INBOX');
      put(one, 'INBOX', 107, 108, 109, 110);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(9), 107, 108, 109, 110),
  },
  {
    id: 'S087',
    title: 'and so it is where the newest of them had come by COPY',
    given: mail,
    change: async ({ one, world }) => {
      const putBack = one.save();
      move(one, 'Work', 'INBOX', 21, 22, 23);
      await world.run({ policy: mirrorPolicy });
      putBack('INBOX');
      put(one, 'INBOX', 107, 108, 109, 110);
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(6), 21, 22, 23, 107, 108, 109, 110);
      both(couple, 'Work', 24);
    },
  },
  {
    id: 'S088',
    title: 'a mailbox is made anew between the batches of a run',
    one: { features: { multiAppend: 'none' } },
    other: { features: { multiAppend: 'none' } },
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8, 9);
      put(other, 'INBOX', 17, 18);
    },
    during: ({ world: { destination } }) => {
      let commits = 0;
      return {
        onOperation: ({ kind }) => {
          if (kind === 'append-commit' && ++commits === 2) destination.changeUidValidity('INBOX');
          return 'go';
        },
      };
    },
    endsAnyhow: true,
    expected: (couple) => both(couple, 'INBOX', ...upTo(9), 17, 18),
    runs: 2,
  },
  {
    id: 'S089',
    title: 'one side was put back to before what was carried there: it is carried again, nothing goes',
    given: mail,
    change: async ({ one, other, world }) => {
      const putBack = one.save();
      put(other, 'INBOX', 7, 8, 9);
      drop(other, 'INBOX', 1);
      await world.run({ policy: mirrorPolicy });
      putBack('INBOX');
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(9)),
  },
  {
    id: 'S089',
    title: 'the state was put back to before the last runs: what they carried is recognised',
    given: mail,
    change: async ({ one, other, world }) => {
      const putBack = world.saveState();
      put(one, 'INBOX', 7);
      put(other, 'INBOX', 8);
      flag(one, 'INBOX', 1, '\\Flagged');
      await world.run({ policy: mirrorPolicy });
      putBack();
      put(one, 'INBOX', 9);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(9)),
    check: ({ events }) => {
      const copied = events.flatMap((event) => (event.type === 'messages-copied' ? event.uids : []));
      expect(copied).toHaveLength(1);
    },
  },
  {
    id: 'S091',
    title: 'the last UIDs there can be, on both sides',
    given: (couple) => {
      const put = (server: MemoryServer, number: number, uid: number): void => {
        server.deliver('INBOX', { body: bodyOf(number), internalDate: dateOf(number), flags: [], uid });
      };
      put(couple.one, 1, 4_294_967_200);
      put(couple.other, 2, 4_294_967_000);
    },
    change: ({ one, other }) => {
      put(one, 'INBOX', 3);
      put(other, 'INBOX', 4);
    },
    expected: (couple) => both(couple, 'INBOX', 1, 2, 3, 4),
  },
];

/** What tells where a server is in time. */
const NUMBERED: readonly TreeScenario[] = [
  {
    id: 'S092',
    title: 'mod-sequences beyond 2^53 on both sides',
    given: ({ one, other }) => {
      put(one, 'INBOX', ...upTo(4));
      one.raiseModseq('INBOX', 9_007_199_254_740_993n);
      other.raiseModseq('INBOX', 9_223_372_036_854_700_000n);
    },
    change: ({ one, other }) => {
      flag(one, 'INBOX', 1, '\\Seen');
      flag(other, 'INBOX', 2, '\\Seen');
      put(other, 'INBOX', 5);
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(5));
      expect(flagsOf(couple.one, 2)).toEqual(['\\Seen']);
      expect(flagsOf(couple.other, 1)).toEqual(['\\Seen']);
    },
  },
  {
    id: 'S093',
    title: 'SELECT without UIDNEXT on both sides',
    one: { uidNextInSelect: false },
    other: { uidNextInSelect: false },
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7);
      put(other, 'INBOX', 8);
      drop(one, 'INBOX', 1);
      drop(other, 'INBOX', 2);
      flag(other, 'INBOX', 3, '\\Seen');
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(8, 3)),
    afterwards: 'looks',
  },
  {
    id: 'S094',
    title: 'another MAILBOXID under one name, empty or not',
    given: mail,
    change: ({ one }) => {
      one.deleteMailbox('Work');
      one.createMailbox('Work');
    },
    expected: (couple) => both(couple, 'Work', ...upTo(24, 21)),
  },
];

mirrorTreeScenarios('E: identity', SCENARIOS, [EVERYTHING, PLAIN]);
mirrorTreeScenarios('E: identity', NUMBERED, [EVERYTHING]);
