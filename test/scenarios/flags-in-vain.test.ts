import { afterEach, expect, test } from 'vitest';
import type { OnOperation } from '../../src/store/memory.js';
import { backupPolicy, mirrorPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { flag, held, put } from './support/mail.js';

/** So many attempts that get nowhere are more than any waits allow for. */
const MOST_STORES = 20;

let world: EngineWorld;

afterEach(() => world.remove());

test.each([
  ['backup', backupPolicy],
  ['mirror', mirrorPolicy],
] as const)(
  'flags that a server drops each time are no reason for a %s to go on trying',
  async (_verb, policy) => {
    world = new EngineWorld();
    put(world.source, 'INBOX', 1, 2, 3);
    await world.run({ policy });
    flag(world.source, 'INBOX', 1, 'Odd');
    put(world.source, 'INBOX', 4, 5);
    let stores = 0;
    const onOperation: OnOperation = ({ kind }) => {
      flag(world.destination, 'INBOX', 1, '-Odd');
      if (kind === 'store') stores++;
      const isBroken = kind === 'append' && stores < MOST_STORES;
      return isBroken ? 'fail-before' : 'go';
    };
    const { error, events } = await world.run({ policy, onOperation });
    expect(stores).toBeLessThan(MOST_STORES);
    const isTold = events.some(({ type }) => type === 'problem');
    expect(isTold || error !== null).toBe(true);
    expect(held(world.destination)).toEqual([1, 2, 3]);
  },
);
