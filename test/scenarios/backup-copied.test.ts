import { describe, expect, test } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { backupPolicy } from '../../src/sync/policy.js';
import {
  bodyOf,
  contentsOf,
  dateOf,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
} from '../support/engine/index.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, put, somewhere, uidsOf } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { EVERYTHING, VARIANTS } from './support/servers.js';

function copy(server: MemoryServer, from: string, to: string, ...numbers: readonly number[]): void {
  server.copy(from, uidsOf(server, from, ...numbers), to);
}

/** How many messages came as octets, and how many by COPY. */
function arrivals({ events }: EngineRun): { sent: number; copied: number } {
  let [sent, copied] = [0, 0];
  for (const event of events) {
    if (event.type === 'messages-copied') sent += event.uids.length;
    if (event.type === 'messages-moved') copied += event.uids.length;
  }
  return { sent, copied };
}

function brings(sent: number, copied: number): (run: EngineRun) => void {
  return (run) => expect(arrivals(run)).toEqual({ sent, copied });
}

const refuse = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S079',
    title: 'what was copied to another mailbox is copied there, and has the flags of the copy',
    given: somewhere,
    change: ({ source }) => {
      copy(source, 'INBOX', 'Work', 2, 3, 5);
      flag(source, 'Work', 2, '-\\Seen', '\\Answered');
      flag(source, 'INBOX', 3, '-\\Flagged');
    },
    check: brings(0, 3),
  },
  {
    id: 'S079',
    title: 'copies among new mail, from two mailboxes and to a new one, keep the order of the source',
    given: somewhere,
    change: ({ source }) => {
      source.createMailbox('Plans');
      put(source, 'Plans', 31);
      copy(source, 'Work', 'Plans', 23);
      copy(source, 'INBOX', 'Plans', 4);
      put(source, 'Plans', 32);
      copy(source, 'INBOX', 'Plans', 1, 2);
      copy(source, 'Work', 'INBOX', 21, 22);
      copy(source, 'INBOX', 'Plans', 4);
    },
    check: brings(2, 7),
  },
  {
    id: 'S079',
    title: 'copied to two mailboxes, and then removed where it was',
    given: (world) => {
      somewhere(world);
      world.source.createMailbox('Other');
    },
    change: ({ source }) => {
      for (const mailbox of ['Work', 'Other']) copy(source, 'INBOX', mailbox, 2, 3);
      drop(source, 'INBOX', 2);
    },
    removes: true,
    check: brings(0, 4),
  },
  {
    id: 'S079',
    title: 'what the destination has lost where it was copied from is carried whole',
    given: somewhere,
    change: ({ source, destination }) => {
      copy(source, 'INBOX', 'Work', 2, 3);
      drop(destination, 'INBOX', 2);
    },
    expected: 'equal in any order',
    check: brings(2, 1),
  },
  {
    id: 'S079',
    title: 'and so is what it loses in the very moment',
    given: somewhere,
    change: ({ source }) => copy(source, 'INBOX', 'Work', 2, 3),
    during: ({ destination }) => ({
      onOperation: ({ kind }) => {
        if (kind === 'copy') drop(destination, 'INBOX', 2);
        return 'go';
      },
    }),
    expected: 'equal in any order',
    runs: 2,
    afterwards: 'looks',
  },
  {
    id: 'S079',
    title: 'the same octets with another date are another message',
    given: somewhere,
    change: ({ source }) => {
      source.deliver('Work', { body: bodyOf(2), internalDate: dateOf(400) });
      source.deliver('Work', { body: bodyOf(3), internalDate: dateOf(3) });
    },
    check: brings(1, 1),
  },
];

/** What goes wrong at the servers depends on nothing else they can do. */
const TROUBLES: readonly Scenario[] = [
  {
    id: 'S079',
    title: 'a source without EMAILID cannot tell what was copied: it is carried whole',
    source: { features: { emailId: false } },
    given: somewhere,
    change: ({ source }) => copy(source, 'INBOX', 'Work', 2, 3),
    check: brings(2, 0),
  },
  {
    id: 'S079',
    title: 'a source that refuses EMAILID is no worse',
    given: somewhere,
    change: ({ source }) => copy(source, 'INBOX', 'Work', 2, 3),
    during: () => ({ onSourceOperation: ({ kind }) => (kind === 'email-ids' ? { refuse } : 'go') }),
    check: brings(2, 0),
  },
  {
    id: 'S079',
    title: 'nor is one that cannot search for it, or hangs up over it',
    given: somewhere,
    change: ({ source }) => copy(source, 'INBOX', 'Work', 2, 3),
    during: () => ({ onSourceOperation: ({ kind }) => (kind === 'email-ids' ? 'fail-before' : 'go') }),
    check: brings(2, 0),
  },
  {
    id: 'S079',
    title: 'nor a destination that refuses COPY',
    given: somewhere,
    change: ({ source }) => copy(source, 'INBOX', 'Work', 2, 3),
    during: () => ({ onOperation: ({ kind }) => (kind === 'copy' ? { refuse } : 'go') }),
    check: brings(2, 0),
  },
  {
    id: 'S079',
    title: 'where equal messages are kept once, one stands for the copy and what was there before',
    destination: { dedupes: true },
    given: (world) => {
      somewhere(world);
      put(world.source, 'Work', 1);
    },
    change: ({ source }) => copy(source, 'INBOX', 'Work', 1),
    expected: ({ source }) => ({ ...source, Work: [...new Set(source['Work'])] }),
  },
];

backupScenarios('D: copied at the source', SCENARIOS, VARIANTS);
backupScenarios('D: copied at the source', TROUBLES, [EVERYTHING]);

async function onWorld(play: (world: EngineWorld) => Promise<void>): Promise<void> {
  const world = new EngineWorld();
  try {
    somewhere(world);
    await play(world);
  } finally {
    world.remove();
  }
}

async function backup(world: EngineWorld, options: EngineRunOptions = {}): Promise<EngineRun> {
  world.source.forgetOperations();
  const run = await world.run({ policy: backupPolicy, ...options });
  if (run.error) throw run.error;
  return run;
}

function searchesIn({ source }: EngineWorld): string[] {
  return source.operations.flatMap(({ kind, mailbox = '' }) => (kind === 'email-ids' ? [mailbox] : []));
}

function openedIn({ source }: EngineWorld): string[] {
  return source.operations.flatMap(({ kind, mailbox = '' }) => (kind === 'examine' ? [mailbox] : []));
}

describe('S079 originals are looked for only where one may be', () => {
  test('not in the first backup', () =>
    onWorld(async (world) => {
      copy(world.source, 'INBOX', 'Work', 2, 3);
      await backup(world, { parallel: 1 });
      expect(searchesIn(world)).toEqual([]);
    }));

  test('not for mail that has just come, of which nothing more is asked than to carry it', () =>
    onWorld(async (world) => {
      await backup(world);
      world.source.deliver('Work', { body: bodyOf(25) });
      await backup(world);
      expect(searchesIn(world)).toEqual([]);
      expect(openedIn(world)).toEqual(['Work']);
      const asked = world.source.operations.filter(
        ({ kind, uids }) => kind === 'metadata' && uids?.size === 1,
      );
      expect(asked).toHaveLength(1);
    }));

  test('but for a message of today that is older than one that was there', () =>
    onWorld(async (world) => {
      world.source.deliver('INBOX', { body: bodyOf(7) });
      world.source.deliver('Work', { body: bodyOf(25) });
      await backup(world);
      copy(world.source, 'INBOX', 'Work', 7);
      expect(arrivals(await backup(world))).toEqual({ sent: 0, copied: 1 });
    }));

  test('not where the octets are not worth it', () =>
    onWorld(async (world) => {
      await backup(world);
      copy(world.source, 'INBOX', 'Work', 2, 3);
      const run = await backup(world, { choice: { worthASearchBytes: 1000 } });
      expect(arrivals(run)).toEqual({ sent: 2, copied: 0 });
      expect(openedIn(world)).toEqual(['Work']);
    }));

  test('in as many mailboxes as the octets are worth, INBOX first', () =>
    onWorld(async (world) => {
      const { source } = world;
      source.createMailbox('Archive');
      put(source, 'Archive', 31, 32, 33, 34, 35, 36, 37, 38);
      await backup(world);
      copy(source, 'INBOX', 'Work', 2);
      copy(source, 'Archive', 'Work', 31);
      const choice = { worthASearchBytes: Buffer.byteLength(bodyOf(2)) + Buffer.byteLength(bodyOf(31)) };
      expect(arrivals(await backup(world, { choice }))).toEqual({ sent: 1, copied: 1 });
      expect(openedIn(world)).toEqual(['Work', 'INBOX', 'Work']);
    }));

  test('not in mailboxes that are left out', () =>
    onWorld(async (world) => {
      const choice = { selection: { include: ['Work'], exclude: [] } };
      await backup(world);
      copy(world.source, 'INBOX', 'Work', 2);
      expect(arrivals(await backup(world, { choice }))).toEqual({ sent: 1, copied: 0 });
      expect(openedIn(world)).not.toContain('INBOX');
    }));

  test('and a dry run tells what would be copied', () =>
    onWorld(async (world) => {
      await backup(world);
      copy(world.source, 'INBOX', 'Work', 2, 3);
      put(world.source, 'Work', 25);
      const before = contentsOf(world.destination);
      const run = await backup(world, { dryRun: true });
      expect(arrivals(run)).toEqual({ sent: 0, copied: 2 });
      expect(run.events).toContainEqual(
        expect.objectContaining({ type: 'mailbox-planned', mailbox: 'Work', messages: 1 }),
      );
      expect(contentsOf(world.destination)).toEqual(before);
    }));
});

test('S079 a destination without room for the copies is told once, and has them when there is more', () =>
  onWorld(async (world) => {
    const { source, destination } = world;
    await backup(world);
    copy(source, 'INBOX', 'Work', 2, 3);
    destination.configure({ quotaBytes: 1 });
    const codes = (await backup(world)).events.flatMap((event) =>
      event.type === 'problem' ? [event.problem.code] : [],
    );
    expect(codes).toEqual(['OVER_QUOTA']);
    destination.configure({ quotaBytes: Number.POSITIVE_INFINITY });
    expect(arrivals(await backup(world))).toEqual({ sent: 0, copied: 2 });
    expect(contentsOf(destination)).toEqual(contentsOf(source));
  }));
