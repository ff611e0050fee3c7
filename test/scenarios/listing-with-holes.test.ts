import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UidSet } from '../../src/model/uid-set.js';
import type { MemoryServer, OnOperation } from '../../src/store/memory.js';
import { backupPolicy, copyPolicy, mirrorPolicy } from '../../src/sync/policy.js';
import { bodyOf, dateOf, EngineWorld } from '../support/engine/index.js';
import { codesOf } from './support/told.js';

let world: EngineWorld;

beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.remove());

function deliver(server: MemoryServer, ...numbers: readonly number[]): void {
  for (const number of numbers) {
    server.deliver('INBOX', { body: bodyOf(number), flags: [], internalDate: dateOf(number) });
  }
}

function held({ source, destination }: EngineWorld): number[] {
  return [source, destination].map((server) => server.snapshot().mailboxes['INBOX']?.messages.length ?? 0);
}

/** The server counts a message in a mailbox and leaves it out of `times` lists of its messages. */
function hiding(uid: number, times = Number.POSITIVE_INFINITY): OnOperation {
  let left = times;
  return ({ kind }) => {
    return kind === 'search' && left-- > 0 ? { omit: { uids: UidSet.of(uid) }, complete: true } : 'go';
  };
}

describe.each([copyPolicy, backupPolicy, mirrorPolicy])('$verb', (policy) => {
  it('does not carry once more what the destination has and does not list', async () => {
    deliver(world.source, 1, 2, 3);
    deliver(world.destination, 1, 2, 3);
    const run = await world.run({ policy, onOperation: hiding(2) });
    expect(codesOf(run)).toEqual(['LISTING_INCOMPLETE']);
    expect(held(world)).toEqual([3, 3]);
    expect(codesOf(await world.run({ policy }))).toEqual([]);
    expect(held(world)).toEqual([3, 3]);
  });

  it('looks again where a list is short only once', async () => {
    deliver(world.source, 1, 2, 3, 4);
    deliver(world.destination, 1, 2, 3);
    const run = await world.run({ policy, onOperation: hiding(2, 1) });
    expect(codesOf(run)).toEqual([]);
    expect(held(world)).toEqual([4, 4]);
  });
});

it('a mirror does not carry back what the source has and does not list', async () => {
  deliver(world.source, 1, 2, 3);
  deliver(world.destination, 1, 2, 3);
  const run = await world.run({ policy: mirrorPolicy, onSourceOperation: hiding(2) });
  expect(codesOf(run)).toEqual(['LISTING_INCOMPLETE']);
  expect(held(world)).toEqual([3, 3]);
  await world.run({ policy: mirrorPolicy });
  expect(held(world)).toEqual([3, 3]);
});
