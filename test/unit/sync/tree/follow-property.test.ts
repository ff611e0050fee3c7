import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MemoryServer, MemoryServerOptions } from '../../../../src/store/memory.js';
import { die } from './deaths.js';
import { places, TreeWorld } from './tree-world.js';

type Edit =
  | { readonly does: 'rename'; readonly at: number; readonly to: string }
  | { readonly does: 'delete'; readonly at: number }
  | { readonly does: 'create'; readonly name: string };

const level = fc.constantFrom('a', 'b', 'c');
const name = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 8 });
const rename = fc.record({ does: fc.constant('rename' as const), at: fc.nat(20), to: name });
const remove = fc.record({ does: fc.constant('delete' as const), at: fc.nat(20) });
const create = fc.record({ does: fc.constant('create' as const), name });
const edits = fc.array(fc.oneof({ weight: 6, arbitrary: rename }, remove, create), { maxLength: 8 });
const renames = fc.oneof(fc.constant<Edit[]>([]), fc.array(rename, { maxLength: 3 }));

/** As a person does it: what the server refuses does not happen. */
async function edit(
  server: MemoryServer,
  edits: readonly Edit[],
  wire: (name: string) => string,
): Promise<void> {
  const { signal } = new AbortController();
  const store = server.store();
  const session = await store.lease(signal);
  for (const one of edits) {
    const there = Object.keys(server.snapshot().mailboxes).filter((other) => other !== 'INBOX');
    if (one.does === 'create') await session.create(wire(one.name), null, signal);
    const at = there[one.does === 'create' ? 0 : one.at % Math.max(1, there.length)];
    if (at === undefined || one.does === 'create') continue;
    if (one.does === 'delete') await session.remove(at, signal);
    else await session.rename(at, wire(one.to), signal).catch(() => undefined);
  }
  session.release();
  await store.close();
}

const death = fc.option(
  fc.record({
    at: fc.constant('operation' as const),
    nth: fc.integer({ min: 1, max: 8 }),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
);

const STYLES: readonly (readonly [MemoryServerOptions, (name: string) => string])[] = [
  [{}, (wire) => wire],
  [{ delimiter: '.', prefix: 'INBOX.' }, (wire) => `INBOX.${wire.replaceAll('/', '.')}`],
];

test('whatever is renamed on either side, names and mail of the destination follow those of the source', async () => {
  const property = fc.asyncProperty(
    fc.record({
      names,
      edits,
      drift: renames,
      style: fc.constantFrom(...STYLES),
      objectId: fc.boolean(),
      death,
    }),
    async ({ names: paired, edits: atA, drift, style: [style, wire], objectId, death: dies }) => {
      const world = new TreeWorld({ features: { objectId } }, { ...style, features: { objectId } });
      await world.pair(...paired.map((one) => [one, wire(one)] as const));
      await edit(world.a, atA, (one) => one);
      await edit(world.b, drift, wire);
      const wasKilled = dies !== null && (await die(world, dies));
      if (wasKilled) world.crash('lost');
      const said = await world.follow();
      expect(said).toMatchObject({ error: null, problems: [] });
      expect(said.renames).toBeLessThanOrEqual(2 * paired.length);
      const [source, destination] = [places(world.a), places(world.b)];
      // Nothing is lost, and what is still at the source has its name from there.
      expect(Object.keys(destination).sort()).toEqual([...paired].sort());
      for (const [text, at] of Object.entries(source)) expect(destination[text]).toBe(wire(at));
      const pairs = new Set(await world.pairs());
      for (const [text, at] of Object.entries(source))
        expect(pairs).toContain(`${at} = ${destination[text]}`);
      expect(pairs.size).toBe(paired.length);
      expect(await world.follow()).toMatchObject({ error: null, problems: [], renames: 0 });
      expect(new Set(await world.pairs())).toEqual(pairs);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
