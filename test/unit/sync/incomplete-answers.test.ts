import { afterEach, describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import type { MemoryServer, OnOperation } from '../../../src/store/memory.js';
import { bodyOf, dateOf, type EngineRun, EngineWorld } from '../../support/engine/index.js';

const worlds: EngineWorld[] = [];

function world(): EngineWorld {
  const made = new EngineWorld();
  worlds.push(made);
  return made;
}

function deliver(server: MemoryServer, ...numbers: number[]): void {
  for (const number of numbers)
    server.deliver('INBOX', { body: bodyOf(number), flags: [], internalDate: dateOf(number) });
}

/** Answers to this kind of question lack one message, as those of a server that fails in between. */
function without(uid: number, kind: 'metadata' | 'headers'): OnOperation {
  return (operation) => (operation.kind === kind ? { omit: { uids: UidSet.of(uid) }, complete: true } : 'go');
}

function messagesIn(server: MemoryServer): number {
  return server.snapshot().mailboxes['INBOX']?.messages.length ?? 0;
}

function problemsOf({ events, error }: EngineRun): string[] {
  if (error) throw error;
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
}

afterEach(() => {
  for (const made of worlds.splice(0)) made.remove();
});

describe('a message whose metadata the source leaves out', () => {
  it('is told, and carried once it can be had', async () => {
    const made = world();
    deliver(made.source, 1, 2, 3);
    const gap = { onSourceOperation: without(2, 'metadata') };
    expect(problemsOf(await made.run(gap))).toEqual(['MESSAGE_UNREADABLE']);
    expect(messagesIn(made.destination)).toBe(2);
    expect(problemsOf(await made.run())).toEqual([]);
    expect(messagesIn(made.destination)).toBe(3);
  });
});

describe('a message whose header one side leaves out', () => {
  it.each(['source', 'destination'] as const)('at the %s is not doubled; the mailbox waits', async (side) => {
    const made = world();
    deliver(made.source, 1, 2, 3);
    deliver(made.destination, 1, 2, 3);
    const gap = without(2, 'headers');
    const run = await made.run(side === 'source' ? { onSourceOperation: gap } : { onOperation: gap });
    expect(problemsOf(run)).toEqual(['LISTING_INCOMPLETE']);
    expect(messagesIn(made.destination)).toBe(3);
    expect(problemsOf(await made.run())).toEqual([]);
    expect(messagesIn(made.destination)).toBe(3);
  });
});

describe('a destination that was put back to an earlier time', () => {
  it('gets what it lost, although nothing changed at the source', async () => {
    const made = world();
    deliver(made.source, 1, 2);
    await made.run();
    const restore = made.destination.save();
    for (const number of [3, 4]) {
      deliver(made.source, number);
      await made.run();
    }
    restore();
    await made.run();
    expect(messagesIn(made.destination)).toBe(4);
  });
});
