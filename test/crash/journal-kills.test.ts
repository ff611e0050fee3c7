import { afterEach, describe, expect, it } from 'vitest';
import {
  type Contents,
  contentsOf,
  type Death,
  type EngineWorld,
  type JournalMoment,
} from '../support/engine/index.js';
import {
  ATOMIC,
  filledWorld,
  IN_PART,
  ONE_AN_APPEND,
  removeWorlds,
  type Variant,
} from './support/filled-world.js';

/** Some batches of 200 messages and more, or fewer where each is an APPEND of its own. */
const VARIANTS: readonly Variant[] = [
  { ...ATOMIC, messages: 620 },
  {
    name: 'atomic MULTIAPPEND without UIDPLUS',
    messages: 620,
    destination: { features: { uidplus: false } },
  },
  { ...IN_PART, messages: 620 },
  {
    name: 'such a MULTIAPPEND without UIDPLUS',
    messages: 250,
    destination: { features: { multiAppend: 'unproven', uidplus: false }, multiAppendAtomic: false },
  },
  { ...ONE_AN_APPEND, messages: 25 },
  {
    name: 'one message an APPEND, no UIDPLUS, no CONDSTORE, no UIDNEXT in SELECT, another delimiter',
    messages: 25,
    source: { features: { condstore: false } },
    destination: {
      features: { multiAppend: 'none', uidplus: false, condstore: false },
      uidNextInSelect: false,
      delimiter: '.',
      prefix: 'INBOX.',
    },
  },
  {
    name: 'no CONDSTORE on either side',
    messages: 300,
    source: { features: { condstore: false } },
    destination: { features: { condstore: false } },
  },
];

function makeWorld(variant: Variant): EngineWorld {
  const world = filledWorld(variant);
  world.source.forgetOperations();
  return world;
}

afterEach(removeWorlds);

const CHANGES_MAIL = ['create', 'subscribe', 'append-commit', 'store', 'expunge'];

function changesOf(world: EngineWorld): string[] {
  return world.destination.writes.map(({ kind }) => kind).filter((kind) => CHANGES_MAIL.includes(kind));
}

/** What a run that nothing happens to leaves behind. */
async function undisturbed(variant: Variant): Promise<Contents> {
  const world = makeWorld(variant);
  const run = await world.run();
  expect(run.error).toBeNull();
  expect(run.events.filter(({ type }) => type === 'problem')).toEqual([]);
  return contentsOf(world.destination);
}

/** Kills one run, lets another finish, and looks. False: the first ended before its death. */
async function survives(
  variant: Variant,
  expected: Contents,
  death: Death,
  parallel: number,
): Promise<boolean> {
  const world = makeWorld(variant);
  const what = `${variant.name}, killed at ${JSON.stringify(death)}`;
  const before = contentsOf(world.source);
  const first = await world.run({ death, parallel });
  expect(first.end, what).not.toBe('failed');
  if (first.end === 'killed') {
    const resumed = await world.run({ parallel });
    expect(resumed.error, what).toBeNull();
    expect(
      resumed.events.filter(({ type }) => type === 'problem'),
      what,
    ).toEqual([]);
  }
  expect(contentsOf(world.destination), what).toEqual(expected);
  world.destination.forgetOperations();
  const again = await world.run({ parallel });
  expect(again.error, what).toBeNull();
  expect(changesOf(world), what).toEqual([]);
  expect(
    again.events.filter(({ type }) => type === 'messages-copied' || type === 'flags-updated'),
    what,
  ).toEqual([]);
  expect(contentsOf(world.destination), what).toEqual(expected);
  expect(contentsOf(world.source), what).toEqual(before);
  expect(world.source.writes, what).toEqual([]);
  world.remove();
  return first.end === 'killed';
}

const MOMENTS: readonly JournalMoment[] = ['before-write', 'torn-write', 'before-sync', 'after-sync'];

describe.each(VARIANTS)('a copy to a server with $name', (variant) => {
  it.each([1, 3])(
    'arrives whole and once when killed at any append to the journal (%i mailboxes at once)',
    async (parallel) => {
      const expected = await undisturbed(variant);
      for (const moment of MOMENTS) {
        let deaths = 0;
        for (const powerIsLost of [false, true]) {
          if (powerIsLost && parallel > 1) continue;
          const death = (nth: number): Death => ({ at: 'journal', nth, moment, powerIsLost });
          for (let nth = 1; await survives(variant, expected, death(nth), parallel); nth++) deaths++;
        }
        expect(deaths).toBeGreaterThan(3);
      }
    },
  );

  it('arrives whole and once when killed before or after any write to the destination', async () => {
    const expected = await undisturbed(variant);
    for (const when of ['before', 'after'] as const) {
      let deaths = 0;
      const death = (nth: number): Death => ({ at: 'write', nth, when });
      for (let nth = 1; await survives(variant, expected, death(nth), 1); nth++) deaths++;
      expect(deaths).toBeGreaterThan(8);
    }
  });
});
