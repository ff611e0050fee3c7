import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemoryServer, MemoryServerOptions, OnOperation } from '../../src/store/memory.js';
import { mirrorPolicy } from '../../src/sync/policy.js';
import {
  bodyOf,
  dateOf,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
} from '../support/engine/index.js';

/** It tells no UIDs, and of what it is given keeps nothing that could be recognised. */
const REWRITES: MemoryServerOptions = {
  features: { uidplus: false, multiAppend: 'none' },
  rewriteBody: (body) => Buffer.from(`Subject: kept\r\n\r\n${textOf(body)}, rewritten\r\n`),
  rewriteInternalDate: () => dateOf(900),
};
let world: EngineWorld;
const COUNT = 5;

const ONE_BATCH: EngineRunOptions = {
  choice: { firstBatch: { maxMessages: 200, maxBytes: 4 * 1024 ** 2 } },
  parallel: 1,
};

beforeEach(() => {
  world = new EngineWorld({}, REWRITES);
  deliver(world.source);
});
afterEach(() => world.remove());

function deliver(server: MemoryServer): void {
  for (let number = 1; number <= COUNT; number++) {
    server.deliver('INBOX', { body: bodyOf(number), flags: [], internalDate: dateOf(number) });
  }
}

function textOf(body: Buffer): string {
  return /Text of \d+/.exec(body.toString('latin1'))?.[0] ?? 'another';
}

function held(server = world.destination): string[] {
  const messages = server.snapshot().mailboxes['INBOX']?.messages ?? [];
  return messages.map(({ uid }) => textOf(server.body('INBOX', uid)));
}

function all(): string[] {
  return Array.from({ length: COUNT }, (_, index) => `Text of ${index + 1}`);
}

function copied({ events }: EngineRun): number {
  return events.reduce((sum, event) => sum + (event.type === 'messages-copied' ? event.uids.length : 0), 0);
}

/** The nth operation of this kind, and no other. */
function once(
  kind: string,
  verdict: 'fail-before' | 'fail-after' | { readonly cutAfterBytes: number },
  nth = 1,
) {
  let seen = 0;
  const onOperation: OnOperation = (operation) =>
    operation.kind === kind && ++seen === nth ? verdict : 'go';
  return onOperation;
}

async function expectOnce(options: EngineRunOptions): Promise<void> {
  const run = await world.run({ ...ONE_BATCH, ...options });
  expect(run.error).toBeNull();
  expect(held()).toEqual(all());
  expect(copied(run)).toBe(COUNT);
  await world.run(ONE_BATCH);
  expect(held()).toEqual(all());
}

describe('what was answered with OK is stored', () => {
  it('when nothing goes wrong', () => expectOnce({}));

  it('although the source breaks when all has come', () =>
    expectOnce({ onSourceOperation: once('bodies', 'fail-after') }));

  it('although the source breaks in the middle of a message', () =>
    expectOnce({ onSourceOperation: once('bodies', { cutAfterBytes: 2.5 * bodyOf(1).length }) }));

  it.each(['none', 'atomic', 'unproven'] as const)(
    'although the source breaks while it is looked for (MULTIAPPEND: %s)',
    async (multiAppend) => {
      world.destination.configure({ features: { uidplus: false, multiAppend } });
      await expectOnce({ onSourceOperation: once('headers', 'fail-before') });
    },
  );

  it('although the destination breaks before it has one of those that follow', () =>
    expectOnce({ onOperation: once('append-commit', 'fail-before', 3) }));

  it('although the destination of a mirror breaks while what goes back is passed on', async () => {
    const mirror = { ...ONE_BATCH, policy: mirrorPolicy };
    world.remove();
    world = new EngineWorld(REWRITES);
    deliver(world.destination);
    const onOperation = once('bodies', { cutAfterBytes: 2.5 * bodyOf(1).length });
    expect((await world.run({ ...mirror, onOperation })).error).toBeNull();
    await world.run(mirror);
    for (const server of [world.source, world.destination]) expect(held(server)).toEqual(all());
  });
});

it('is sent again when something else stands where it should be', async () => {
  const onSourceOperation = once('bodies', { cutAfterBytes: 1.5 * bodyOf(1).length });
  const other = 'Message-ID: <other@example.net>\r\n\r\nText of 99\r\n';
  let isOther = false;
  const onOperation: OnOperation = ({ kind }) => {
    if (kind === 'select' && held().length === 1 && !isOther) {
      isOther = true;
      world.destination.expunge('INBOX', 1);
      world.destination.deliver('INBOX', { body: other, internalDate: dateOf(99) });
    }
    return 'go';
  };
  expect((await world.run({ ...ONE_BATCH, onSourceOperation, onOperation })).error).toBeNull();
  expect(held()).toEqual(['Text of 99', ...all()]);
});
