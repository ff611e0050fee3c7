import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryServerOptions } from '../../src/store/memory.js';
import { bodyOf, contentsOf, EngineWorld, fillSource } from '../support/engine/index.js';

let world: EngineWorld | null = null;

afterEach(() => {
  world?.remove();
  world = null;
});

const REFUSED = [7, 120, 121, 261];

/** A MULTIAPPEND that says no to one message and has stored those before it by then. */
const SERVERS: readonly (readonly [string, MemoryServerOptions])[] = [
  ['at once', { literals: 'synchronising' }],
  ['at the end of the command', {}],
  ['at the end of the command, without UIDPLUS', { features: { multiAppend: 'unproven', uidplus: false } }],
];

describe('a server that refuses part of a MULTIAPPEND and keeps the rest', () => {
  it.each(SERVERS)('holds what it takes once when it refuses %s', async (_, options) => {
    const bodies = new Set(REFUSED.map((number) => bodyOf(number)));
    const refuses = (body: Buffer): boolean => bodies.has(body.toString());
    world = new EngineWorld(
      {},
      {
        features: { multiAppend: 'unproven' },
        multiAppendAtomic: false,
        refuseMessage: ({ body }) => (refuses(body) ? 'NO thanks' : null),
        ...options,
      },
    );
    fillSource(world.source, 300);
    const first = await world.run();
    expect(first.error).toBeNull();
    const problems = first.events.filter((event) => event.type === 'problem');
    expect(problems.map(({ problem }) => problem.code)).toEqual(REFUSED.map(() => 'MESSAGE_REJECTED'));
    const { INBOX = [] } = contentsOf(world.destination);
    const sent = contentsOf(world.source)['INBOX'] ?? [];
    const refusedLines = sent.filter((__, index) => refuses(bodyAt(world, index)));
    expect(refusedLines.length).toBe(REFUSED.length);
    expect(INBOX).toEqual(sent.filter((line) => !/\\Deleted/.test(line) && !refusedLines.includes(line)));
  });
});

function bodyAt(from: EngineWorld | null, index: number): Buffer {
  const uid = from?.source.snapshot().mailboxes['INBOX']?.messages[index]?.uid ?? 0;
  return from?.source.body('INBOX', uid) ?? Buffer.alloc(0);
}
