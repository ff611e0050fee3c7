import { afterEach, expect, test } from 'vitest';
import type { OnOperation } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { held, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

const policy = mirrorPolicy;
let world: EngineWorld;

afterEach(() => world.remove());

/**
 * While several batches are carried the mailbox they go to is not kept open. Here that is the source, which takes none of
 * them, and which would be asked for the date of the one message that both hold: a run that was killed brought it.
 */
test('a source that takes none of several batches is not asked as if its mailbox were still open', async () => {
  world = new EngineWorld({ refuseMessage: () => 'no' });
  const { source, destination } = world;
  await world.run({ policy });
  put(source, 'INBOX', 1);
  const onOperation: OnOperation = ({ kind }) => (kind === 'append-commit' ? 'kill-after' : 'go');
  expect((await world.run({ policy, onOperation })).end).toBe('killed');
  put(destination, 'INBOX', ...upTo(8, 4));
  const run = await world.run({ policy });
  expect(run.error).toBeNull();
  expect(new Set(codesOf(run))).toEqual(new Set(['MESSAGE_REJECTED']));
  expect(held(destination)).toEqual([1, ...upTo(8, 4)]);
  expect(held(source)).toEqual([1]);
});
