import { expect, test } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { type EngineRun, EngineWorld } from '../support/engine/index.js';
import { flagsOf } from './support/couple.js';
import { drop, flag, held, move, put, uidsOf, upTo } from './support/mail.js';
import { type Couple, mirrorTreeScenarios, type TreeScenario } from './support/mirror-tree-scenario.js';
import { MIRROR_VARIANTS } from './support/mirror-variants.js';
import { EVERYTHING } from './support/servers.js';

function mail({ one }: Couple): void {
  for (const name of ['Work', 'Other']) one.createMailbox(name);
  put(one, 'INBOX', ...upTo(6));
  put(one, 'Work', ...upTo(24, 21));
}

function copy(server: MemoryServer, from: string, to: string, ...numbers: readonly number[]): void {
  server.copy(from, uidsOf(server, from, ...numbers), to);
}

/** Both hold these messages, in any order. */
function both({ one, other }: Couple, mailbox: string, ...numbers: readonly number[]): void {
  for (const server of [one, other]) {
    expect(held(server, mailbox).sort((left, right) => left - right)).toEqual(numbers);
  }
}

/** So many messages came by COPY on either side, and so many as octets. */
function brings(sent: number, copied: number): (run: EngineRun) => void {
  const sumOf = ({ events }: EngineRun, wanted: string): number =>
    events.reduce(
      (sum, event) =>
        sum + (event.type === wanted && 'uids' in event && Array.isArray(event.uids) ? event.uids.length : 0),
      0,
    );
  return (run) =>
    expect([sumOf(run, 'messages-copied'), sumOf(run, 'messages-moved')]).toEqual([sent, copied]);
}

const SCENARIOS: readonly TreeScenario[] = [
  {
    id: 'S079',
    title: 'what was copied on either side is copied on the other, and has the flags of the copy',
    given: mail,
    change: ({ one, other }) => {
      copy(one, 'INBOX', 'Work', 2, 3);
      flag(one, 'Work', 2, '\\Seen');
      flag(one, 'INBOX', 3, '\\Flagged');
      copy(other, 'INBOX', 'Work', 4);
      copy(other, 'Work', 'Other', 21, 22);
      put(other, 'Other', 31);
    },
    expected: (couple) => {
      both(couple, 'INBOX', ...upTo(6));
      both(couple, 'Work', 2, 3, 4, ...upTo(24, 21));
      both(couple, 'Other', 21, 22, 31);
      for (const server of [couple.one, couple.other]) {
        expect(flagsOf(server, 2, 'Work')).toEqual(['\\Seen']);
        expect(flagsOf(server, 2)).toEqual([]);
        expect(flagsOf(server, 3, 'Work')).toEqual([]);
        expect(flagsOf(server, 3)).toEqual(['\\Flagged']);
      }
    },
    check: brings(1, 5),
  },
  {
    id: 'S079',
    title: 'copied on one side, and the original removed on the other: the copy stays',
    given: mail,
    change: ({ one, other }) => {
      copy(one, 'INBOX', 'Work', 2, 3);
      drop(other, 'INBOX', 2);
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 3, 4, 5, 6);
      both(couple, 'Work', 2, 3, ...upTo(24, 21));
    },
  },
  {
    id: 'S079',
    title: 'copied on one side and moved on the other, to the same place and to another one',
    given: mail,
    change: ({ one, other }) => {
      copy(one, 'INBOX', 'Work', 2, 3);
      move(other, 'INBOX', 'Work', 2);
      move(other, 'INBOX', 'Other', 3);
    },
    expected: (couple) => {
      both(couple, 'INBOX', 1, 4, 5, 6);
      both(couple, 'Work', 2, 3, ...upTo(24, 21));
      both(couple, 'Other', 3);
    },
  },
  {
    id: 'S079',
    title: 'the same copied on both sides is one copy',
    given: mail,
    change: ({ one, other }) => {
      for (const server of [one, other]) copy(server, 'INBOX', 'Work', 2);
      flag(one, 'Work', 2, '\\Seen');
      flag(other, 'Work', 2, '\\Flagged');
    },
    expected: (couple) => {
      both(couple, 'Work', 2, ...upTo(24, 21));
      expect(flagsOf(couple.one, 2, 'Work')).toEqual(['\\Flagged', '\\Seen']);
    },
    check: brings(0, 0),
  },
];

const TROUBLES: readonly TreeScenario[] = [
  {
    id: 'S079',
    title: 'one side without EMAILID cannot tell what was copied there',
    one: { features: { emailId: false } },
    given: mail,
    change: ({ one, other }) => {
      copy(one, 'INBOX', 'Work', 2, 3);
      copy(other, 'INBOX', 'Other', 4);
    },
    expected: (couple) => {
      both(couple, 'Work', 2, 3, ...upTo(24, 21));
      both(couple, 'Other', 4);
    },
    check: brings(2, 1),
  },
  {
    id: 'S079',
    title: 'a side that refuses COPY gets octets',
    given: mail,
    change: ({ one, other }) => {
      copy(one, 'INBOX', 'Work', 2, 3);
      copy(other, 'INBOX', 'Other', 4);
    },
    during: () => {
      const refuse = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;
      const judge = ({ kind }: { readonly kind: string }) => (kind === 'copy' ? { refuse } : ('go' as const));
      return { onOperation: judge, onSourceOperation: judge };
    },
    expected: (couple) => {
      both(couple, 'Work', 2, 3, ...upTo(24, 21));
      both(couple, 'Other', 4);
    },
    check: brings(3, 0),
  },
];

mirrorTreeScenarios('D: copied at a side', SCENARIOS, MIRROR_VARIANTS);
mirrorTreeScenarios('D: copied at a side', TROUBLES, [EVERYTHING]);

test.each(['source', 'destination'] as const)(
  'S079 a %s without room for its copies is told once, and the other side gets its own',
  async (full) => {
    const world = new EngineWorld();
    const run = () => world.run({ policy: mirrorPolicy });
    const { source, destination } = world;
    try {
      mail({ one: source, other: destination, world });
      await run();
      copy(source, 'INBOX', 'Work', 2);
      copy(destination, 'INBOX', 'Other', 4);
      world[full].configure({ quotaBytes: 1 });
      const { error, events } = await run();
      expect(error).toBeNull();
      const codes = events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
      expect(codes).toEqual(['OVER_QUOTA']);
      const isAtSource = full === 'source';
      expect(held(destination, 'Work').includes(2)).toBe(isAtSource);
      expect(held(source, 'Other').includes(4)).toBe(!isAtSource);
      world[full].configure({ quotaBytes: Number.POSITIVE_INFINITY });
      brings(0, 1)(await run());
      both({ one: source, other: destination, world }, 'Work', 2, ...upTo(24, 21));
      both({ one: source, other: destination, world }, 'Other', 4);
    } finally {
      world.remove();
    }
  },
);
