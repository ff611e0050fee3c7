import { describe, expect, test } from 'vitest';
import type { Survival } from '../../state/memory-files.js';
import { type Death, die } from './deaths.js';
import { namesOf, places, type ServerChoices, TreeWorld } from './tree-world.js';

const NO_IDS: ServerChoices = { features: { objectId: false } };

const VARIANTS: readonly (readonly [string, ServerChoices, ServerChoices])[] = [
  ['that tell MAILBOXID', {}, {}],
  ['that do not', NO_IDS, NO_IDS],
  ['of which the source alone does', {}, NO_IDS],
  ['of which the second has one UIDVALIDITY for all', {}, { ...NO_IDS, oneUidValidity: 7 }],
];

/** A swap with what lies below, a chain, a parent without its child, a mailbox that makes room, one that was moved at the destination alone. */
async function prepare(a: ServerChoices, b: ServerChoices): Promise<TreeWorld> {
  const world = new TreeWorld(a, b);
  await world.pair('INBOX', 'X', 'X/1', 'Y', 'Y/2', 'p', 'q', 'old', 'new', 'own', 'R', 'R/kid');
  if (a.features?.objectId !== false) await world.pairEmpty('X/empty', 'void', 'nothing');
  for (const name of ['X', 'Y/2', 'p']) world.b.subscribe(name);
  const steps = [
    ['X', 'temp'],
    ['Y', 'X'],
    ['temp', 'Y'],
    ['q', 'r'],
    ['p', 'q'],
    ['R/kid', 'temp'],
    ['R', 'S'],
    ['temp', 'R/kid'],
  ];
  if (a.features?.objectId !== false) steps.push(['void', 'temp'], ['nothing', 'void'], ['temp', 'nothing']);
  for (const [from = '', to = ''] of steps) world.a.renameMailbox(from, to);
  for (const name of ['Y', 'X/2', 'q']) world.a.subscribe(name);
  world.a.deleteMailbox('old');
  world.a.renameMailbox('new', 'old');
  world.b.renameMailbox('own', 'moved');
  return world;
}

async function stateOf(world: TreeWorld): Promise<unknown> {
  return {
    places: places(world.b),
    pairs: await world.pairs(),
    names: namesOf(world.b),
    subscriptions: world.b.snapshot().subscriptions,
  };
}

async function survives(
  make: () => Promise<TreeWorld>,
  expected: unknown,
  death: Death,
  survival: Survival,
): Promise<boolean> {
  const world = await make();
  const wasKilled = await die(world, death);
  world.crash(survival);
  const what = JSON.stringify([death, survival]);
  expect([what, (await world.followAll()).problems]).toEqual([what, []]);
  expect([what, await stateOf(world)]).toEqual([what, expected]);
  expect([what, (await world.followAll()).renames]).toEqual([what, 0]);
  return wasKilled;
}

describe.each(VARIANTS)('names that follow, between servers %s', (_what, a, b) => {
  const make = (): Promise<TreeWorld> => prepare(a, b);

  async function undisturbed(): Promise<unknown> {
    const world = await make();
    expect(await world.followAll()).toMatchObject({ error: null, problems: [] });
    const everywhere = Object.keys(places(world.a)).filter((text) => text !== 'INBOX');
    for (const text of everywhere) expect(places(world.b)[text]).toBe(places(world.a)[text]);
    return await stateOf(world);
  }

  test('are the same in the end when killed before or after any write to the destination', async () => {
    const expected = await undisturbed();
    for (const when of ['before', 'after'] as const) {
      let deaths = 0;
      const death = (nth: number): Death => ({ at: 'operation', nth, when });
      while (await survives(make, expected, death(deaths + 1), 'lost')) deaths++;
      expect(deaths).toBeGreaterThan(10);
    }
  });

  test.each([
    ['before', 'lost'],
    ['torn', 'torn'],
    ['after', 'kept'],
  ] as const)('are the same in the end when killed %s any step of the state (%s)', async (how, survival) => {
    const expected = await undisturbed();
    let deaths = 0;
    const death = (nth: number): Death => ({ at: 'file', nth, how });
    while (await survives(make, expected, death(deaths + 1), survival)) deaths++;
    expect(deaths).toBeGreaterThan(10);
  });
});
