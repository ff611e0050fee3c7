import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryServerOptions, OnOperation } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { drop, held, move, put, upTo } from './support/mail.js';

const policy = mirrorPolicy;
const worlds: EngineWorld[] = [];

function newWorld(options: MemoryServerOptions = {}): EngineWorld {
  const world = new EngineWorld({}, options);
  worlds.push(world);
  for (const server of [world.source, world.destination]) server.createMailbox('Work');
  put(world.source, 'INBOX', ...upTo(6));
  put(world.source, 'Work', ...upTo(24, 21));
  return world;
}

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

function once(kind: string, act: () => void): OnOperation {
  let isDone = false;
  return (operation) => {
    if (operation.kind === kind && !isDone) {
      isDone = true;
      act();
    }
    return 'go';
  };
}

/** Both sides hold these messages, in any order. */
function expectBoth(
  { source, destination }: EngineWorld,
  mailbox: string,
  ...numbers: readonly number[]
): void {
  for (const server of [source, destination]) {
    expect(held(server, mailbox).sort((left, right) => left - right)).toEqual(numbers);
  }
}

describe('what others do between our question and our answer', () => {
  test.each([true, false])(
    'mail that comes while the original of a move goes is never taken for the copy (UIDPLUS %s)',
    async (uidplus) => {
      const world = newWorld({ features: { uidplus } });
      const { source, destination } = world;
      await world.run({ policy });
      move(source, 'INBOX', 'Work', 3);
      const onOperation = once('copy', () => {
        drop(destination, 'INBOX', 3);
        put(destination, 'Work', 99);
      });
      await world.run({ policy, onOperation });
      await world.run({ policy });
      expectBoth(world, 'Work', 3, ...upTo(24, 21), 99);
    },
  );

  test('mail that comes while a message just stored is taken away is never taken for it (no UIDPLUS)', async () => {
    const world = newWorld({ features: { uidplus: false } });
    const { source, destination } = world;
    await world.run({ policy });
    put(source, 'INBOX', 7);
    let isStored = false;
    const takeAway = once('select', () => {
      drop(destination, 'INBOX', 7);
      put(destination, 'INBOX', 98);
    });
    const onOperation: OnOperation = (operation) => {
      isStored ||= operation.kind === 'append-commit' && operation.mailbox === 'INBOX';
      return isStored ? takeAway(operation) : 'go';
    };
    await world.run({ policy, onOperation });
    await world.run({ policy });
    for (const server of [source, destination]) expect(held(server)).toEqual(expect.arrayContaining([7, 98]));
  });
});
