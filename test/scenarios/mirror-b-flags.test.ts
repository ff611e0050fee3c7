import { expect } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { flagsOf } from './support/couple.js';
import { drop, flag, put, upTo } from './support/mail.js';
import { type Couple, mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_VARIANTS, NO_KEYWORDS } from './support/mirror-variants.js';
import { EVERYTHING } from './support/servers.js';

function mail({ one }: Couple): void {
  put(one, 'INBOX', ...upTo(8));
  flag(one, 'INBOX', 2, '\\Seen', 'Work');
  flag(one, 'INBOX', 3, '\\Flagged');
}

/** Both have message `number` with these flags. */
function both({ one, other }: Couple, number: number, ...flags: readonly string[]): void {
  for (const server of [one, other]) expect(flagsOf(server, number)).toEqual(flags);
}

const SCENARIOS: readonly TreeScenario[] = [
  {
    id: 'S021',
    title: '\\Seen set on one side and taken away on the other, a mirror later',
    given: mail,
    change: async ({ one, other, world }) => {
      flag(one, 'INBOX', 1, '\\Seen');
      await world.run({ policy: mirrorPolicy });
      flag(other, 'INBOX', 1, '-\\Seen');
    },
    expected: (couple) => both(couple, 1),
    copiesNothing: true,
  },
  {
    id: 'S022',
    title: 'different flags added on each side: both have both',
    given: mail,
    change: ({ one, other }) => {
      flag(one, 'INBOX', 1, '\\Seen', 'Mine');
      flag(other, 'INBOX', 1, '\\Flagged', 'Theirs');
    },
    expected: (couple) => both(couple, 1, 'Mine', 'Theirs', '\\Flagged', '\\Seen'),
    copiesNothing: true,
  },
  {
    id: 'S023',
    title: 'one added on one side while another was taken away on the other',
    given: mail,
    change: ({ one, other }) => {
      flag(one, 'INBOX', 2, '\\Answered');
      flag(other, 'INBOX', 2, '-\\Seen', '-Work');
    },
    expected: (couple) => both(couple, 2, '\\Answered'),
    copiesNothing: true,
  },
  {
    id: 'S024',
    title: 'the same flag set on both sides, and another taken away on both',
    given: mail,
    change: ({ one, other }) => {
      for (const server of [one, other]) flag(server, 'INBOX', 2, '\\Answered', '-\\Seen');
    },
    expected: (couple) => both(couple, 2, 'Work', '\\Answered'),
    check: (_run, { one, other }) => {
      for (const server of [one, other])
        expect(server.writes.filter(({ kind }) => kind === 'store')).toEqual([]);
    },
  },
  {
    id: 'S024',
    title: 'what nobody remembers to have agreed on is set where only one side has it',
    given: (couple) => {
      mail(couple);
      put(couple.other, 'INBOX', 2, 3);
      flag(couple.other, 'INBOX', 2, '\\Draft');
      flag(couple.other, 'INBOX', 3, '\\Flagged');
    },
    ran: [],
    change: () => undefined,
    expected: (couple) => {
      both(couple, 2, 'Work', '\\Draft', '\\Seen');
      both(couple, 3, '\\Flagged');
    },
  },
  {
    id: 'S025',
    title: 'a keyword that neither server has seen before, from either side',
    given: mail,
    change: ({ one, other }) => {
      flag(one, 'INBOX', 4, '$Label1');
      flag(other, 'INBOX', 5, '$Label2');
    },
    expected: (couple) => {
      both(couple, 4, '$Label1');
      both(couple, 5, '$Label2');
    },
  },
  {
    id: 'S026',
    title: 'set and taken away again before the other side ever saw it',
    given: mail,
    change: ({ one }) => {
      flag(one, 'INBOX', 4, 'Passing');
      flag(one, 'INBOX', 4, '-Passing');
    },
    expected: (couple) => both(couple, 4),
  },
  {
    id: 'S029',
    title: 'keywords compare without case',
    given: (couple) => {
      mail(couple);
      put(couple.other, 'INBOX', 2);
      flag(couple.other, 'INBOX', 2, '\\Seen', 'WORK');
    },
    ran: [],
    change: () => undefined,
    expected: ({ one, other }) => {
      expect(flagsOf(one, 2)).toEqual(['Work', '\\Seen']);
      expect(flagsOf(other, 2)).toEqual(['WORK', '\\Seen']);
    },
  },
  {
    id: 'S030',
    title: '\\Deleted is a flag like any other, and \\Recent none',
    given: mail,
    change: ({ one, other }) => {
      flag(one, 'INBOX', 1, '\\Deleted');
      flag(other, 'INBOX', 2, '\\Deleted');
    },
    expected: (couple) => {
      both(couple, 1, '\\Deleted');
      both(couple, 2, 'Work', '\\Deleted', '\\Seen');
    },
  },
  {
    id: 'S032',
    title: 'changed on its way: set at the original while the copy is being made',
    given: mail,
    change: ({ one }) => put(one, 'INBOX', 9),
    during: (couple) => atBodies(couple, () => flag(couple.one, 'INBOX', 9, '\\Flagged')),
    endsAnyhow: true,
    expected: (couple) => both(couple, 9, '\\Flagged'),
    runs: 2,
  },
  {
    id: 'S033',
    title: 'changed between our look and our write: another flag of the same message',
    given: mail,
    change: ({ one }) => flag(one, 'INBOX', 2, '\\Answered'),
    during: (couple) => atStore(couple, () => flag(couple.other, 'INBOX', 2, '\\Draft', '-Work')),
    endsAnyhow: true,
    expected: (couple) => both(couple, 2, '\\Answered', '\\Draft', '\\Seen'),
  },
  {
    id: 'S037',
    title: 'changed between our write and our second look: what others do there is not taken for ours',
    given: mail,
    change: ({ one }) => flag(one, 'INBOX', 2, '\\Answered'),
    during: (couple) => afterStore(couple, () => flag(couple.other, 'INBOX', 2, '\\Draft', '-Work')),
    endsAnyhow: true,
    expected: (couple) => both(couple, 2, '\\Answered', '\\Draft', '\\Seen'),
  },
  {
    id: 'S036',
    title: 'expunged on the side that is about to be told of a flag',
    given: mail,
    change: ({ one }) => flag(one, 'INBOX', 2, '\\Answered'),
    during: (couple) => atStore(couple, () => drop(couple.other, 'INBOX', 2)),
    endsAnyhow: true,
    expected: ({ one, other }) => {
      expect(flagsOf(one, 2)).toBeNull();
      expect(flagsOf(other, 2)).toBeNull();
    },
    runs: 2,
  },
];

/** A side that keeps no keywords never takes one away from the other. */
const WITHOUT_KEYWORDS: readonly TreeScenario[] = [
  {
    id: 'S027',
    title: 'keywords stay where they can be kept, and go on from there when they change',
    other: NO_KEYWORDS,
    given: mail,
    change: ({ one, other }) => {
      flag(one, 'INBOX', 4, 'New');
      flag(one, 'INBOX', 2, '-Work', '\\Answered');
      flag(other, 'INBOX', 3, '\\Seen');
    },
    expected: ({ one, other }) => {
      expect(flagsOf(one, 4)).toEqual(['New']);
      expect(flagsOf(other, 4)).toEqual([]);
      expect(flagsOf(one, 2)).toEqual(['\\Answered', '\\Seen']);
      expect(flagsOf(other, 2)).toEqual(['\\Answered', '\\Seen']);
      expect(flagsOf(one, 3)).toEqual(['\\Flagged', '\\Seen']);
    },
  },
  {
    id: 'S027',
    title: 'a side that takes keywords and drops them in silence',
    other: { permanentFlags: NO_KEYWORDS.permanentFlags, foreignKeywords: 'ignored' },
    given: mail,
    change: ({ one, other }) => {
      // What it says and what it does are two things.
      flag(one, 'INBOX', 5, 'Kept');
      flag(other, 'INBOX', 2, '\\Draft');
    },
    expected: ({ one, other }) => {
      expect(flagsOf(one, 5)).toEqual(['Kept']);
      expect(flagsOf(one, 2)).toEqual(['Work', '\\Draft', '\\Seen']);
      expect(flagsOf(other, 2)).toEqual(['\\Draft', '\\Seen']);
    },
  },
];

type Interference = NonNullable<TreeScenario['during']>;

function on(side: MemoryServer, couple: Couple, judge: Judge): ReturnType<Interference> {
  return couple.world.source === side ? { onSourceOperation: judge } : { onOperation: judge };
}

type Judge = NonNullable<ReturnType<Interference>['onOperation']>;

/** When the bodies of `one` are asked for. */
function atBodies(couple: Couple, act: () => void): ReturnType<Interference> {
  return on(
    couple.one,
    couple,
    once(({ kind }) => kind === 'bodies', act),
  );
}

/** When `other` is told of a flag, before it does it. */
function atStore(couple: Couple, act: () => void): ReturnType<Interference> {
  return on(
    couple.other,
    couple,
    once(({ kind }) => kind === 'store', act),
  );
}

/** When `other` is opened again after it was told of a flag. */
function afterStore(couple: Couple, act: () => void): ReturnType<Interference> {
  let isStored = false;
  const isSecondLook: Parameters<typeof once>[0] = ({ kind }) => {
    const isIt = isStored && kind === 'select';
    isStored ||= kind === 'store';
    return isIt;
  };
  return on(couple.other, couple, once(isSecondLook, act));
}

function once(isIt: (operation: Parameters<Judge>[0]) => boolean, act: () => void): Judge {
  let isDone = false;
  return (operation) => {
    if (isDone || !isIt(operation)) return 'go';
    isDone = true;
    act();
    return 'go';
  };
}

mirrorTreeScenarios('B: flags', SCENARIOS, MIRROR_VARIANTS);
mirrorTreeScenarios('B: flags', WITHOUT_KEYWORDS, [EVERYTHING]);
