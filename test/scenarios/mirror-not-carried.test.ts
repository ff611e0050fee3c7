import { afterEach, expect, test } from 'vitest';
import { mirrorPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { put, upTo } from './support/mail.js';

let world: EngineWorld;

afterEach(() => world.remove());

test('what a mirror does not carry is named for each way, with the UIDs of where it lies', async () => {
  world = new EngineWorld();
  put(world.source, 'INBOX', ...upTo(3));
  put(world.destination, 'INBOX', ...upTo(8, 4));
  const { events } = await world.run({ policy: mirrorPolicy, choice: { stopAfterBytes: 1 } });
  const left = events.flatMap((event) =>
    event.type === 'messages-left'
      ? [[event.to ?? 'destination', event.uids?.toString(), event.problem.code]]
      : [],
  );
  expect(left).toEqual([
    ['destination', '2:3', 'STOPPED_EARLY'],
    ['source', '1:5', 'STOPPED_EARLY'],
  ]);
});

test('what a mirror is going to carry is told for each way', async () => {
  world = new EngineWorld();
  put(world.source, 'INBOX', ...upTo(3));
  put(world.destination, 'INBOX', ...upTo(8, 4));
  const { events } = await world.run({ policy: mirrorPolicy });
  const planned = events.flatMap((event) =>
    event.type === 'mailbox-planned' ? [[event.to ?? 'destination', event.messages]] : [],
  );
  expect(planned).toEqual([
    ['destination', 3],
    ['source', 5],
  ]);
});
