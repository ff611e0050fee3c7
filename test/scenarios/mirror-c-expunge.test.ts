import { expect } from 'vitest';
import { copyPolicy, mirrorPolicy } from '../../src/sync/policy.js';
import { conflictsIn, flagsOf } from './support/couple.js';
import { drop, flag, held, move, put, upTo } from './support/mail.js';
import { type Couple, mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_VARIANTS } from './support/mirror-variants.js';
import { EVERYTHING } from './support/servers.js';

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
    id: 'S040',
    title: 'expunged on one side, goes on the other',
    given: mail,
    change: ({ one }) => drop(one, 'INBOX', 2, 5),
    expected: (couple) => both(couple, 'INBOX', 1, 3, 4, 6),
    copiesNothing: true,
  },
  {
    id: 'S041',
    title: 'expunged on each side, others: both go on both',
    given: mail,
    change: ({ one, other }) => {
      drop(one, 'INBOX', 2);
      drop(other, 'INBOX', 5);
      drop(other, 'Work', 21);
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 3, 4, 6);
      both(couple, 'Work', 22, 23, 24);
    },
    copiesNothing: true,
  },
  {
    id: 'S042',
    title: 'expunged on both sides, the same',
    given: mail,
    change: ({ one, other }) => {
      for (const server of [one, other]) drop(server, 'INBOX', 2, 5);
    },
    expected: (couple) => both(couple, 'INBOX', 1, 3, 4, 6),
  },
  {
    id: 'S043',
    title: 'expunged here, flagged there: gone wins, and is told',
    given: mail,
    change: ({ one, other }) => {
      drop(one, 'INBOX', 2, 3);
      flag(other, 'INBOX', 2, '\\Flagged');
      drop(other, 'INBOX', 4);
      flag(one, 'INBOX', 4, 'Mine');
      flag(other, 'INBOX', 5, 'Theirs');
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 5, 6);
      expect(flagsOf(couple.one, 5)).toEqual(['Theirs']);
    },
    conflicts: ['gone-and-changed'],
    check: (run) => expect(conflictsIn(run)).toBe(2),
  },
  {
    id: 'S044',
    title: 'expunged here, moved there: what was moved stays',
    given: mail,
    change: ({ one, other }) => {
      drop(one, 'INBOX', 2);
      move(other, 'INBOX', 'Work', 2);
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 3, 4, 5, 6);
      both(couple, 'Work', 2, 21, 22, 23, 24);
    },
  },
  {
    id: 'S045',
    title: 'of messages flagged \\Deleted only those go whose partner is gone',
    given: mail,
    change: ({ one, other }) => {
      for (const number of [1, 2]) flag(one, 'INBOX', number, '\\Deleted');
      drop(one, 'INBOX', 2);
      flag(other, 'INBOX', 3, '\\Deleted');
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 3, 4, 5, 6);
      for (const server of [couple.one, couple.other]) expect(flagsOf(server, 3)).toEqual(['\\Deleted']);
    },
  },
  {
    id: 'S048',
    title: 'the message with the highest UID expunged, on the side that got it from the other',
    given: mail,
    change: ({ other }) => drop(other, 'INBOX', 6),
    expected: (couple) => both(couple, 'INBOX', ...upTo(5)),
  },
  {
    id: 'S049',
    title: 'expunged on both sides while their flags are looked at',
    given: mail,
    change: ({ one, other }) => {
      flag(one, 'INBOX', 1, '\\Answered');
      flag(other, 'INBOX', 2, '\\Answered');
    },
    during: ({ world: { source, destination } }) => ({
      onSourceOperation: ({ kind, mailbox }) => {
        if ((kind === 'flags' || kind === 'search') && mailbox === 'INBOX') drop(source, 'INBOX', 4);
        return 'go';
      },
      onOperation: ({ kind, mailbox }) => {
        if ((kind === 'flags' || kind === 'search') && mailbox === 'INBOX') drop(destination, 'INBOX', 5);
        return 'go';
      },
    }),
    endsAnyhow: true,
    expected: (couple) => both(couple, 'INBOX', 1, 2, 3, 6),
    runs: 2,
  },
  {
    id: 'S051',
    title: 'VANISHED that names what nobody ever knew is no news, on either side',
    one: { expungeHistory: 'lost' },
    other: { expungeHistory: 'lost' },
    given: (couple) => {
      mail(couple);
      put(couple.one, 'INBOX', ...upTo(12, 7));
      drop(couple.one, 'INBOX', 4, 7, 12);
    },
    change: ({ one, other }) => {
      flag(one, 'INBOX', 1, '\\Seen');
      flag(other, 'INBOX', 3, '\\Seen');
    },
    expected: (couple) => both(couple, 'INBOX', 1, 2, 3, 5, 6, 8, 9, 10, 11),
  },
  {
    id: 'S052',
    title: 'emptied on one side, got new mail on the other',
    given: mail,
    change: ({ one, other }) => {
      drop(one, 'INBOX', ...upTo(6));
      put(other, 'INBOX', 7);
    },
    expected: (couple) => both(couple, 'INBOX', 7),
  },
  {
    id: 'S053',
    title: 'one gone and one new on each side make the count of before',
    given: mail,
    change: ({ one, other }) => {
      drop(one, 'INBOX', 2);
      put(one, 'INBOX', 7);
      drop(other, 'INBOX', 3);
      put(other, 'INBOX', 8);
    },
    expected: (couple) => both(couple, 'INBOX', 1, 4, 5, 6, 7, 8),
  },
  {
    id: 'S054',
    title: 'gaps in the UIDs of either side mean nothing',
    given: (couple) => {
      put(couple.one, 'INBOX', ...upTo(12));
      drop(couple.one, 'INBOX', 1, 4, 5, 12);
      put(couple.other, 'INBOX', 900, 901);
      drop(couple.other, 'INBOX', 900);
    },
    change: ({ one, other }) => {
      put(one, 'INBOX', 13, 14);
      drop(one, 'INBOX', 6, 13);
      drop(other, 'INBOX', 901);
      flag(other, 'INBOX', 7, '\\Seen');
    },
    expected: (couple) => both(couple, 'INBOX', 2, 3, 7, 8, 9, 10, 11, 14),
  },
  {
    id: 'S055',
    title: 'a message that comes back later, to the side where it was not removed, is new',
    given: mail,
    change: async ({ one, other, world }) => {
      drop(one, 'INBOX', 2);
      await world.run({ policy: mirrorPolicy });
      put(other, 'INBOX', 2);
    },
    expected: (couple) => both(couple, 'INBOX', ...upTo(6)),
  },
  {
    id: 'S056',
    title: 'what goes between being listed and being read is passed over, in both directions',
    given: mail,
    change: ({ one, other }) => {
      put(one, 'INBOX', 7, 8, 9);
      put(other, 'INBOX', 17, 18, 19);
    },
    during: ({ world }) => ({
      onSourceOperation: ({ kind }) => {
        if (kind === 'bodies') for (const number of [8, 18]) drop(world.source, 'INBOX', number);
        return 'go';
      },
      onOperation: ({ kind }) => {
        if (kind === 'bodies') for (const number of [8, 18]) drop(world.destination, 'INBOX', number);
        return 'go';
      },
    }),
    endsAnyhow: true,
    expected: (couple) => both(couple, 'INBOX', ...upTo(7), 9, 17, 19),
    runs: 2,
  },
  {
    id: 'S057',
    title: 'more than half of a mailbox of some size waits for a person; new mail of both sides goes on',
    given: ({ one }) => {
      one.createMailbox('Work');
      put(one, 'INBOX', ...upTo(30));
      put(one, 'Work', ...upTo(70, 31));
    },
    change: ({ one, other }) => {
      drop(one, 'INBOX', ...upTo(25));
      put(one, 'INBOX', 99);
      put(other, 'INBOX', 98);
      drop(other, 'Work', 31);
    },
    expected: ({ one, other }) => {
      expect(held(one).sort()).toEqual([26, 27, 28, 29, 30, 98, 99]);
      expect(held(other)).toHaveLength(32);
      expect(held(one, 'Work')).toHaveLength(39);
    },
    problems: ['REMOVALS_HELD'],
    afterwards: 'looks',
  },
  {
    id: 'S057',
    title: 'and goes when the person says so',
    given: ({ one }) => put(one, 'INBOX', ...upTo(30)),
    change: ({ other }) => drop(other, 'INBOX', ...upTo(30)),
    options: { removalLimit: { unit: 'messages', most: 30 } },
    expected: (couple) => both(couple, 'INBOX'),
  },
  {
    id: 'S057',
    title: 'a side that is suddenly empty takes nothing along',
    given: mail,
    change: ({ one }) => {
      drop(one, 'INBOX', ...upTo(6));
      drop(one, 'Work', ...upTo(24, 21));
    },
    expected: ({ other }) => {
      expect(held(other)).toEqual(upTo(6));
      expect(held(other, 'Work')).toEqual(upTo(24, 21));
    },
    problems: ['REMOVALS_HELD', 'REMOVALS_HELD'],
    check: ({ events }) => {
      const told = events.flatMap((event) => (event.type === 'problem' ? [event.problem.message] : []));
      // Whichever side is written first on the command line.
      for (const message of told) {
        expect(message).toContain('gone on the other side');
        expect(message).toContain('the other account is suddenly empty');
      }
    },
    afterwards: 'looks',
  },
  {
    id: 'S059',
    title:
      'what was deleted on either side while copies were made goes on the other when a mirror takes over',
    given: (couple) => {
      mail(couple);
      put(couple.other, 'INBOX', ...upTo(6));
    },
    ran: [copyPolicy],
    change: async ({ one, other, world }) => {
      drop(one, 'INBOX', 2);
      drop(other, 'INBOX', 3);
      await world.run();
    },
    expected: (couple) => both(couple, 'INBOX', 1, 4, 5, 6),
  },
];

const CANNOT_REMOVE: readonly TreeScenario[] = [
  {
    id: 'S047',
    title:
      'a side that cannot remove single messages keeps them, told, and they do not come back on the other',
    other: { features: { uidplus: false } },
    given: mail,
    change: ({ one, other }) => {
      drop(one, 'INBOX', 2);
      drop(other, 'INBOX', 3);
      put(one, 'INBOX', 7);
      put(other, 'INBOX', 8);
    },
    expected: ({ one, other }) => {
      expect(held(one).sort()).toEqual([1, 4, 5, 6, 7, 8]);
      expect(held(other).sort()).toEqual([1, 2, 4, 5, 6, 7, 8]);
    },
    problems: ['REMOVAL_UNSUPPORTED'],
    afterwards: 'looks',
  },
];

mirrorTreeScenarios('C: expunges', SCENARIOS, MIRROR_VARIANTS);
mirrorTreeScenarios('C: expunges', CANNOT_REMOVE, [EVERYTHING]);
