import { afterEach, describe, expect, it } from 'vitest';
import { contentsOf, EngineWorld, fillSource } from '../support/engine/index.js';

/** More than twice as many as are described at once. */
const MESSAGES = 5500;

describe('a mailbox of more messages than are described at once', () => {
  let world: EngineWorld;

  afterEach(() => world.remove());

  async function fill(): Promise<readonly string[]> {
    world = new EngineWorld();
    fillSource(world.source, MESSAGES);
    const calm = new EngineWorld();
    fillSource(calm.source, MESSAGES);
    await calm.run();
    const expected = contentsOf(calm.destination)['INBOX'] ?? [];
    calm.remove();
    return expected;
  }

  it('arrives whole and in the order of the source', async () => {
    const expected = await fill();
    const source = contentsOf(world.source)['INBOX'] ?? [];
    expect(expected.length).toBeGreaterThan(5000);
    expect(source.filter((line) => !line.includes('\\Deleted'))).toEqual(expected);
    expect((await world.run()).error).toBeNull();
    expect(contentsOf(world.destination)['INBOX']).toEqual(expected);
  });

  it('does so too when connections break while the next part is on its way', async () => {
    const expected = await fill();
    let commits = 0;
    let descriptions = 0;
    const { error } = await world.run({
      onOperation: ({ kind }) => (kind === 'append-commit' && ++commits % 5 === 0 ? 'fail-after' : 'go'),
      onSourceOperation: ({ kind }) => (kind === 'metadata' && ++descriptions === 3 ? 'fail-before' : 'go'),
    });
    expect(error).toBeNull();
    expect(commits).toBeGreaterThan(5);
    expect(descriptions).toBeGreaterThan(3);
    expect(contentsOf(world.destination)['INBOX']).toEqual(expected);
  });
});
