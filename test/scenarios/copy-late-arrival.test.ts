import { afterEach, beforeEach, expect, it } from 'vitest';
import { UidSet } from '../../src/model/uid-set.js';
import type { MemoryServer, OnOperation } from '../../src/store/memory.js';
import { bodyOf, dateOf, EngineWorld } from '../support/engine/index.js';

let world: EngineWorld;

beforeEach(() => {
  world = new EngineWorld();
});
afterEach(() => world.remove());

function deliver(server: MemoryServer, number: number): void {
  server.deliver('INBOX', { body: bodyOf(number), internalDate: dateOf(number) });
}

function held(server: MemoryServer): number {
  return server.snapshot().mailboxes['INBOX']?.messages.length ?? 0;
}

it('does not double a message that came to the destination by itself, a run before it came to the source', async () => {
  deliver(world.source, 1);
  deliver(world.destination, 2);
  await world.run();
  expect(held(world.destination)).toBe(2);
  deliver(world.source, 2);
  deliver(world.source, 3);
  expect((await world.run()).error).toBeNull();
  expect(held(world.destination)).toBe(3);
  await world.run();
  expect(held(world.destination)).toBe(3);
});

it('carries the mail although the subscription is refused, and tells it', async () => {
  world.source.createMailbox('Work');
  world.source.subscribe('Work');
  world.source.deliver('Work', { body: bodyOf(1), internalDate: dateOf(1) });
  const refuse = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;
  const onOperation: OnOperation = ({ kind }) => (kind === 'subscribe' ? { refuse } : 'go');
  const { events } = await world.run({ onOperation });
  expect(events.filter(({ type }) => type === 'problem')).toHaveLength(1);
  expect(world.destination.snapshot().mailboxes['Work']?.messages).toHaveLength(1);
  await world.run();
  expect(world.destination.snapshot().subscriptions).toContain('Work');
});

it('tells of a source that never lists all it counts, and carries what it lists', async () => {
  for (const number of [1, 2, 3]) deliver(world.source, number);
  const onSourceOperation: OnOperation = ({ kind }) =>
    kind === 'search' ? { omit: { uids: UidSet.of(2) }, complete: true } : 'go';
  const { events } = await world.run({ onSourceOperation });
  const codes = events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
  expect(codes).toEqual(['LISTING_INCOMPLETE']);
  expect(held(world.destination)).toBe(2);
  await world.run();
  expect(held(world.destination)).toBe(3);
});
