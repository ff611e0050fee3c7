import { expect } from 'vitest';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { bodyOf, dateOf } from '../support/engine/index.js';
import { flagsOf } from './support/couple.js';
import { drop, flag, held, move, put, uidsOf, upTo } from './support/mail.js';
import { type Couple, mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_VARIANTS } from './support/mirror-variants.js';
import { EVERYTHING } from './support/servers.js';

function mail({ one }: Couple): void {
  one.createMailbox('Work');
  one.createMailbox('Other');
  put(one, 'INBOX', ...upTo(6));
  put(one, 'Work', ...upTo(24, 21));
}

/** Both hold these messages, in any order. */
function both({ one, other }: Couple, mailbox: string, ...numbers: readonly number[]): void {
  for (const server of [one, other]) {
    expect(held(server, mailbox).sort((left, right) => left - right)).toEqual(numbers);
  }
}

/** Before the first mirror both are in use. */
function filled({ one, other }: Couple): void {
  for (const server of [one, other]) {
    server.createMailbox('Work');
    put(server, 'INBOX', ...upTo(6, 3));
    put(server, 'Work', 21, 22);
  }
  put(one, 'INBOX', 1, 2);
  put(other, 'INBOX', 7, 8);
  put(other, 'Work', 23);
  flag(one, 'INBOX', 3, '\\Seen');
  flag(other, 'INBOX', 4, '\\Flagged');
}

const SCENARIOS: readonly TreeScenario[] = [
  {
    id: 'S020',
    title: 'two accounts in use are paired by what they hold: nothing is doubled and nothing removed',
    given: filled,
    ran: [],
    change: () => undefined,
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(8));
      both(couple, 'Work', 21, 22, 23);
      for (const server of [couple.one, couple.other]) {
        expect(flagsOf(server, 3)).toEqual(['\\Seen']);
        expect(flagsOf(server, 4)).toEqual(['\\Flagged']);
      }
    },
    check: ({ events }) => {
      const copied = events.flatMap((event) => (event.type === 'messages-copied' ? event.uids : []));
      expect(copied).toHaveLength(5);
      expect(events.filter(({ type }) => type === 'messages-removed')).toEqual([]);
    },
  },
  {
    id: 'S020',
    title: 'the same after the state was lost: what was deleted since comes back, as nobody knows of it',
    given: filled,
    change: ({ one, other, world }) => {
      drop(one, 'INBOX', 5);
      put(one, 'INBOX', 9);
      put(other, 'INBOX', 10);
      world.loseState();
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(10));
      both(couple, 'Work', 21, 22, 23);
    },
  },
  {
    id: 'S060',
    title: 'new on one side, in several mailboxes',
    given: mail,
    change: ({ one }) => {
      put(one, 'INBOX', 7, 8);
      put(one, 'Other', 31);
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(8));
      both(couple, 'Other', 31);
    },
  },
  {
    id: 'S062',
    title: 'new on both sides, different mail under one UID',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8);
      put(other, 'INBOX', 9);
      flag(one, 'INBOX', 7, '\\Seen');
      flag(other, 'INBOX', 9, 'Work');
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(9));
      for (const server of [couple.one, couple.other]) {
        expect(flagsOf(server, 7)).toEqual(['\\Seen']);
        expect(flagsOf(server, 9)).toEqual(['Work']);
      }
    },
  },
  {
    id: 'S063',
    title: 'both sides used apart for a while: six different messages',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8, 9);
      put(other, 'INBOX', 17, 18, 19);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(9), 17, 18, 19),
  },
  {
    id: 'S064',
    title: 'and one side has expunged some of its own',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8, 9);
      put(other, 'INBOX', 17, 18, 19);
      drop(one, 'INBOX', 1, 8);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(7, 2), 9, 17, 18, 19),
  },
  {
    id: 'S066',
    title: 'and both sides have',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8, 9);
      put(other, 'INBOX', 17, 18, 19);
      drop(one, 'INBOX', 1, 8);
      drop(other, 'INBOX', 1, 2, 18);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(7, 3), 9, 17, 19),
  },
  {
    id: 'S067',
    title: 'the same mail delivered to both sides by itself is one on each, and has the flags of both',
    given: mail,
    change: ({ one, other }) => {
      for (const server of [one, other]) put(server, 'INBOX', 7, 11);
      put(one, 'INBOX', 8);
      flag(one, 'INBOX', 7, '\\Seen');
      flag(other, 'INBOX', 7, '\\Flagged');
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(8), 11);
      for (const server of [couple.one, couple.other]) {
        expect(flagsOf(server, 7)).toEqual(['\\Flagged', '\\Seen']);
      }
    },
    check: ({ events }) => {
      const copied = events.flatMap((event) => (event.type === 'messages-copied' ? event.uids : []));
      expect(copied).toHaveLength(1);
    },
  },
  {
    id: 'S067',
    title: 'and so it is when a mirror runs between its two arrivals',
    given: mail,
    change: async ({ one, other, world }) => {
      put(one, 'INBOX', 7);
      await world.run({ policy: mirrorPolicy });
      put(one, 'INBOX', 8);
      put(other, 'INBOX', 8);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(8)),
  },
  {
    id: 'S068',
    title: 'two of the same on one side are two on the other',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 7);
      put(other, 'INBOX', 7);
      put(other, 'Work', 8, 8);
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(7), 7);
      both(couple, 'Work', 8, 8, 21, 22, 23, 24);
    },
  },
  {
    id: 'S068',
    title: 'of two of the same, another one removed on each side: none is left',
    given: ({ one }) => put(one, 'INBOX', 1, 2, 2),
    change: ({ one, other }) => {
      one.expunge('INBOX', uidsOf(one, 'INBOX', 2).min);
      other.expunge('INBOX', uidsOf(other, 'INBOX', 2).max);
    },
    expected: (couple) => both(couple, 'INBOX', 1),
  },
  {
    id: 'S069',
    title: 'different mail of one second, from both sides',
    given: mail,
    change: ({ one, other }) => {
      const internalDate = dateOf(7);
      one.deliver('INBOX', { body: bodyOf(17), internalDate, flags: [] });
      other.deliver('INBOX', { body: bodyOf(18), internalDate, flags: [] });
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(6), 17, 18),
  },
  {
    id: 'S070',
    title: 'what arrives on both sides while mail is carried arrives with this run or the next',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7);
      put(other, 'INBOX', 8);
    },
    during: ({ one, other }) => {
      let isDone = false;
      return {
        onOperation: ({ kind }) => {
          if (kind === 'append-commit' && !isDone) {
            isDone = true;
            put(one, 'INBOX', 17);
            put(other, 'INBOX', 18);
          }
          return 'go';
        },
      };
    },
    endsAnyhow: true,
    expected: (couple) => both(couple, 'INBOX', ...upTo(8), 17, 18),
    runs: 2,
  },
  {
    id: 'S071',
    title: 'what was carried is never carried back, however often it runs',
    given: mail,
    change: async ({ one, other, world }) => {
      put(one, 'INBOX', 7);
      put(other, 'INBOX', 8);
      for (let run = 1; run <= 3; run++) {
        await world.run({ policy: mirrorPolicy, choice: { full: run === 2 } });
      }
      flag(one, 'INBOX', 7, '\\Seen');
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(8)),
    copiesNothing: true,
  },
  {
    id: 'S077',
    title: 'moved on one side: travels by copy on the other',
    given: mail,
    change: ({ one, other }) => {
      move(one, 'INBOX', 'Work', 2, 3);
      move(other, 'Work', 'Other', 21);
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 4, 5, 6);
      both(couple, 'Work', 2, 3, 22, 23, 24);
      both(couple, 'Other', 21);
    },
    copiesNothing: true,
  },
  {
    id: 'S077',
    title: 'moved on both sides to the same place is one there',
    given: mail,
    change: ({ one, other }) => {
      for (const server of [one, other]) move(server, 'INBOX', 'Work', 2, 3);
      flag(one, 'Work', 2, '\\Seen');
      flag(other, 'Work', 2, '\\Flagged');
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 4, 5, 6);
      both(couple, 'Work', 2, 3, 21, 22, 23, 24);
      expect(flagsOf(couple.one, 2, 'Work')).toEqual(['\\Flagged', '\\Seen']);
    },
    copiesNothing: true,
  },
  {
    id: 'S078',
    title: 'moved to different places is in both',
    given: mail,
    change: ({ one, other }) => {
      move(one, 'INBOX', 'Work', 2);
      move(other, 'INBOX', 'Other', 2);
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 3, 4, 5, 6);
      both(couple, 'Work', 2, 21, 22, 23, 24);
      both(couple, 'Other', 2);
    },
  },
  {
    id: 'S079',
    title: 'copied on one side, into its own mailbox too',
    given: mail,
    change: ({ one, other }) => {
      one.copy('INBOX', uidsOf(one, 'INBOX', 2), 'Work');
      other.copy('INBOX', uidsOf(other, 'INBOX', 3), 'INBOX');
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 2, 3, 3, 4, 5, 6);
      both(couple, 'Work', 2, 21, 22, 23, 24);
    },
  },
];

const REFUSING: readonly TreeScenario[] = [
  {
    id: 'S072',
    title: 'what one side refuses is told at each run, and the rest goes on in both directions',
    other: { refuseMessage: ({ body }) => (body.includes('Text of 7') ? 'no such thing here' : null) },
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8);
      put(other, 'INBOX', 9);
    },
    expected: ({ one, other }) => {
      expect(held(one)).toEqual(upTo(9));
      expect(held(other).sort()).toEqual([...upTo(6), 8, 9]);
    },
    problems: ['MESSAGE_REJECTED'],
  },
  {
    id: 'S073',
    title: 'what is too large for one side stays on the other',
    one: { features: { appendLimitBytes: 200 } },
    other: { features: { appendLimitBytes: 200 } },
    given: mail,
    change: ({ one, other }) => {
      one.deliver('INBOX', { body: bodyOf(7, 'x'.repeat(300)), internalDate: dateOf(7), flags: [] });
      other.deliver('INBOX', { body: bodyOf(8, 'x'.repeat(300)), internalDate: dateOf(8), flags: [] });
    },
    expected: ({ one, other }) => {
      expect(held(one)).toEqual(upTo(7));
      expect(held(other)).toEqual([...upTo(6), 8]);
    },
    problems: ['MESSAGE_TOO_LARGE', 'MESSAGE_TOO_LARGE'],
    // One of each side, as each is what another account refused.
    later: ['MESSAGE_REJECTED', 'MESSAGE_REJECTED'],
  },
];

mirrorTreeScenarios('D: new mail', SCENARIOS, MIRROR_VARIANTS);
mirrorTreeScenarios('D: new mail', REFUSING, [EVERYTHING]);
