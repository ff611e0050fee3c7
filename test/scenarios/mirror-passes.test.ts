import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryServer, OnOperation } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { contentsOf, EngineWorld } from '../support/engine/index.js';
import { flagsOf } from './support/couple.js';
import { drop, flag, held, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

const policy = mirrorPolicy;
const worlds: EngineWorld[] = [];

function newWorld(...options: ConstructorParameters<typeof EngineWorld>): EngineWorld {
  const world = new EngineWorld(...options);
  worlds.push(world);
  return world;
}

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

function selectsOf(server: MemoryServer, mailbox: string): number {
  return server.operations.filter((one) => one.kind === 'select' && one.mailbox === mailbox).length;
}

/** Sets a flag, or takes it away, each time something was written there. */
function restless(server: MemoryServer, number: number): OnOperation {
  let isSet = false;
  return ({ kind, mailbox }) => {
    if (mailbox === 'INBOX' && (kind === 'store' || kind === 'append-commit')) {
      flag(server, 'INBOX', number, isSet ? '-\\Flagged' : '\\Flagged');
      isSet = !isSet;
    }
    return 'go';
  };
}

describe('a mirror of accounts in use', () => {
  test('repeats while others are at work on what it wrote, five times, and says then that it is not done', async () => {
    const world = newWorld();
    put(world.source, 'INBOX', ...upTo(4));
    await world.run({ policy });
    flag(world.source, 'INBOX', 1, '\\Seen');
    for (const server of [world.source, world.destination]) server.forgetOperations();
    const onOperation = restless(world.destination, 3);
    const onSourceOperation = restless(world.source, 4);
    const run = await world.run({ policy, onOperation, onSourceOperation });
    expect(run.error).toBeNull();
    expect(codesOf(run)).toEqual(['STILL_CHANGING']);
    expect(run.events.filter(({ type }) => type === 'mailbox-started')).toHaveLength(5);
    expect(codesOf(await world.run({ policy }))).toEqual([]);
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });

  test('sees in the same run what somebody does between its write and its second look', async () => {
    const world = newWorld();
    put(world.source, 'INBOX', ...upTo(4));
    await world.run({ policy });
    flag(world.source, 'INBOX', 1, '\\Seen');
    let isDone = false;
    const onOperation: OnOperation = ({ kind }) => {
      if (kind === 'store' && !isDone) {
        isDone = true;
        flag(world.destination, 'INBOX', 2, '\\Flagged');
        put(world.destination, 'INBOX', 9);
      }
      return 'go';
    };
    const run = await world.run({ policy, onOperation });
    expect(codesOf(run)).toEqual([]);
    expect(flagsOf(world.source, 2)).toEqual(['\\Flagged']);
    expect(held(world.source)).toEqual([...upTo(4), 9]);
  });

  test('takes its own writes for nobody else’s: one look at either side, and no second pass', async () => {
    const world = newWorld();
    put(world.source, 'INBOX', ...upTo(4));
    await world.run({ policy });
    put(world.source, 'INBOX', 5, 6);
    put(world.destination, 'INBOX', 7, 8);
    flag(world.source, 'INBOX', 1, '\\Seen');
    flag(world.destination, 'INBOX', 2, 'Work');
    for (const server of [world.source, world.destination]) server.forgetOperations();
    const run = await world.run({ policy });
    expect(codesOf(run)).toEqual([]);
    expect(run.events.filter(({ type }) => type === 'mailbox-started')).toHaveLength(1);
    // Opened to be looked at, and once more to see what became of what was written.
    expect(selectsOf(world.source, 'INBOX')).toBe(2);
  });
});

describe('a flag that one side drops although it took it', () => {
  test('is kept on the other, told once, and never read as taken away', async () => {
    const system = ['\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'];
    const world = newWorld();
    put(world.source, 'INBOX', 1, 2);
    await world.run({ policy });
    put(world.source, 'INBOX', 3);
    flag(world.source, 'INBOX', 3, 'Work', '\\Seen');
    flag(world.source, 'INBOX', 1, 'Work', '\\Seen');
    const onOperation: OnOperation = ({ kind }) => {
      // The mailbox has promised to keep it.
      if (kind === 'store' || kind === 'append-commit')
        world.destination.configure({ permanentFlags: system });
      return 'go';
    };
    const run = await world.run({ policy, onOperation });
    const notes = run.events.filter(
      (event) => event.type === 'note' && event.text.includes('cannot keep Work'),
    );
    expect(notes).toHaveLength(1);
    world.destination.configure({ permanentFlags: [...system, '\\*'] });
    flag(world.destination, 'INBOX', 1, '\\Flagged');
    for (let again = 1; again <= 2; again++) await world.run({ policy, choice: { full: again === 2 } });
    expect(flagsOf(world.source, 1)).toEqual(['Work', '\\Flagged', '\\Seen']);
    expect(flagsOf(world.source, 3)).toEqual(['Work', '\\Seen']);
    expect(flagsOf(world.destination, 1)).toEqual(['\\Flagged', '\\Seen']);
  });

  test('is written once more before that is believed, as somebody may have taken it away', async () => {
    const world = newWorld();
    put(world.source, 'INBOX', 1, 2);
    await world.run({ policy });
    flag(world.source, 'INBOX', 1, 'Work');
    let isStored = false;
    const onOperation: OnOperation = ({ kind }) => {
      if (kind === 'select' && isStored) flag(world.destination, 'INBOX', 1, '-Work');
      isStored = kind === 'store';
      return 'go';
    };
    expect(codesOf(await world.run({ policy, onOperation }))).toEqual([]);
    await world.run({ policy });
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });
});

describe('a mirror that is killed', () => {
  test.each(['source', 'destination'] as const)(
    'between writing down flags and storing them at the %s does not undo what the other side took away',
    async (side) => {
      const world = newWorld();
      const other = side === 'source' ? 'destination' : 'source';
      put(world.source, 'INBOX', 1, 2);
      flag(world.source, 'INBOX', 1, '\\Seen', 'Work');
      await world.run({ policy });
      flag(world[other], 'INBOX', 1, '\\Answered');
      flag(world[side], 'INBOX', 1, '-Work');
      let stores = 0;
      const kill: OnOperation = ({ kind, flags }) => {
        if (kind !== 'store' || !flags?.some((name) => name.startsWith('+'))) return 'go';
        stores += 1;
        return 'kill-before';
      };
      const options = side === 'source' ? { onSourceOperation: kill } : { onOperation: kill };
      expect((await world.run({ policy, ...options })).end).toBe('killed');
      expect(stores).toBe(1);
      expect(codesOf(await world.run({ policy }))).toEqual([]);
      for (const server of [world.source, world.destination]) {
        expect(flagsOf(server, 1)).toEqual(['\\Answered', '\\Seen']);
      }
    },
  );

  test.each(['source', 'destination'] as const)(
    'after it stored a flag at the %s knows that another one was taken away there since by somebody else',
    async (side) => {
      const world = newWorld();
      const other = side === 'source' ? 'destination' : 'source';
      put(world.source, 'INBOX', 1, 2);
      flag(world.source, 'INBOX', 1, '\\Flagged', 'Work');
      await world.run({ policy });
      flag(world[other], 'INBOX', 1, '\\Seen');
      const kill: OnOperation = ({ kind }) => (kind === 'store' ? 'kill-after' : 'go');
      const options = side === 'source' ? { onSourceOperation: kill } : { onOperation: kill };
      expect((await world.run({ policy, ...options })).end).toBe('killed');
      flag(world[side], 'INBOX', 1, '-\\Flagged');
      expect(codesOf(await world.run({ policy }))).toEqual([]);
      for (const server of [world.source, world.destination])
        expect(flagsOf(server, 1)).toEqual(['Work', '\\Seen']);
    },
  );

  test('after its write has seen to it that a later removal of the same flag counts', async () => {
    const world = newWorld();
    put(world.source, 'INBOX', 1, 2);
    await world.run({ policy });
    flag(world.source, 'INBOX', 1, '\\Seen');
    const onOperation: OnOperation = ({ kind }) => (kind === 'store' ? 'kill-after' : 'go');
    expect((await world.run({ policy, onOperation })).end).toBe('killed');
    await world.run({ policy });
    flag(world.destination, 'INBOX', 1, '-\\Seen');
    await world.run({ policy });
    expect(flagsOf(world.source, 1)).toEqual([]);
    expect(flagsOf(world.destination, 1)).toEqual([]);
  });
});

describe('a mirror in which a message went before anybody could look at it', () => {
  test('remembers nothing new of it, as long as the other side cannot remove it', async () => {
    const world = newWorld({ features: { uidplus: false } });
    put(world.destination, 'INBOX', 2);
    put(world.source, 'INBOX', 1);
    const onSourceOperation: OnOperation = ({ kind }) => {
      if (kind === 'append-commit') drop(world.destination, 'INBOX', 1);
      return 'go';
    };
    await world.run({ policy, onSourceOperation });
    expect(codesOf(await world.run({ policy }))).toEqual(['REMOVAL_UNSUPPORTED']);
    const before = world.stateFiles();
    expect(codesOf(await world.run({ policy }))).toEqual(['REMOVAL_UNSUPPORTED']);
    expect(world.stateFiles()).toEqual(before);
  });
});

describe('a message that arrived twice, as the first APPEND was carried out late', () => {
  test.each(['source', 'destination'] as const)(
    'keeps the flags that somebody gave to the one that goes, but for \\Deleted, at the %s',
    async (side) => {
      const world = newWorld();
      const other = side === 'source' ? world.destination : world.source;
      put(other, 'INBOX', 1);
      let commits = 0;
      const late: OnOperation = ({ kind }) => {
        if (kind === 'append-commit') commits += 1;
        return kind === 'append-commit' && commits === 1 ? { late: 'on-demand', answer: 'fail' } : 'go';
      };
      await world.run({
        policy,
        ...(side === 'source' ? { onSourceOperation: late } : { onOperation: late }),
      });
      world[side].landLate();
      expect(held(world[side])).toEqual([1, 1]);
      world[side].setFlags('INBOX', 2, 'add', ['\\Deleted', '\\Seen', 'Work']);
      for (let nth = 1; nth <= 2; nth++) expect(codesOf(await world.run({ policy }))).toEqual([]);
      expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
      expect(held(other)).toEqual([1]);
      expect(flagsOf(other, 1)).toEqual(['Work', '\\Seen']);
    },
  );
});
