import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryServerOptions, OnOperation, OperationKind, Verdict } from '../../src/store/memory.js';
import { type BatchLimits, FIRST_BATCH } from '../../src/sync/batch-size.js';
import { Random } from '../support/accounts/index.js';
import {
  type Contents,
  contentsOf,
  EngineWorld,
  fillDestination,
  fillSource,
} from '../support/engine/index.js';

const SEED = process.env['MAILFERRY_TEST_SEED'] ?? 'storms';
const TRIALS = 48;
const TOGETHER = 16;
/** Runs in a storm before the weather clears. */
const STORMS = 3;

interface Variant {
  readonly name: string;
  readonly messages: number;
  readonly destination: MemoryServerOptions;
  /**
   * Whether the server may carry out an APPEND late, even after those that follow it: then all is there once, but not in
   * order, and of messages that differ in their flags alone one may have the other's. The surplus can only be removed
   * with UIDPLUS.
   */
  readonly late: boolean;
  /** The first and smallest. */
  readonly batches?: BatchLimits;
}

const SMALL: BatchLimits = { maxMessages: 2, maxBytes: 1024 ** 2 };

const VARIANTS: readonly Variant[] = [
  { name: 'atomic MULTIAPPEND', messages: 450, destination: {}, late: true },
  {
    name: 'MULTIAPPEND that stores what was complete',
    messages: 450,
    destination: { features: { multiAppend: 'unproven' }, multiAppendAtomic: false },
    late: true,
  },
  {
    name: 'one message an APPEND',
    messages: 20,
    destination: { features: { multiAppend: 'none' } },
    late: true,
  },
  {
    name: 'one message an APPEND, no UIDPLUS, no CONDSTORE, no UIDNEXT in SELECT',
    messages: 20,
    destination: {
      features: { multiAppend: 'none', uidplus: false, condstore: false },
      uidNextInSelect: false,
    },
    late: false,
  },
  {
    name: 'atomic MULTIAPPEND, in many batches',
    messages: 450,
    destination: {},
    late: false,
    batches: SMALL,
  },
  {
    name: 'MULTIAPPEND that stores what was complete, in many batches',
    messages: 450,
    destination: { features: { multiAppend: 'unproven' }, multiAppendAtomic: false },
    late: false,
    batches: SMALL,
  },
];

const worlds = new Set<EngineWorld>();

afterEach(() => {
  for (const world of worlds) world.remove();
  worlds.clear();
});

function makeWorld({ messages, destination }: Variant): EngineWorld {
  const world = new EngineWorld({}, destination);
  worlds.add(world);
  fillSource(world.source, messages);
  fillDestination(world.destination);
  return world;
}

const FAULTS: readonly Verdict[] = [
  'fail-before',
  'fail-after',
  'silent-before',
  'silent-after',
  'kill-before',
  'kill-after',
];

/** Lands within the run that sees it fail, or early in the next. */
const LATE_OPERATIONS = 6;

function storm(random: Random, late: boolean): OnOperation {
  // One in so many: a storm in which nothing gets through proves little.
  const odds: Partial<Record<OperationKind, number>> = { 'append-commit': 0.25, append: 0.1, bodies: 0.1 };
  return ({ kind }) => {
    if (!random.chance(odds[kind] ?? 0.03)) return 'go';
    const bulky = kind === 'append' || kind === 'bodies' || kind === 'headers';
    if (bulky && random.chance(0.5)) return { cutAfterBytes: random.between(1, 30_000) };
    if (late && kind === 'append-commit' && random.chance(0.4)) {
      const answer = random.pick(['fail', 'silent', 'kill'] as const);
      return { late: random.between(0, LATE_OPERATIONS), answer };
    }
    return random.pick(FAULTS);
  };
}

/** What every run of a trial has in common; a whole mailbox goes in one batch where nothing else is said. */
function choiceOf({ batches }: Variant): { readonly choice: { readonly firstBatch: BatchLimits } } {
  return { choice: { firstBatch: batches ?? FIRST_BATCH } };
}

function comparable(contents: Contents, { late }: Variant): Contents {
  if (!late) return contents;
  const mailboxes = Object.entries(contents).map(([name, lines]) => [name, lines.map(withoutFlags).sort()]);
  return Object.fromEntries(mailboxes);
}

/** Digest and date; names of subscribed mailboxes stay as they are. */
function withoutFlags(line: string): string {
  return line.replace(/ [+]0000 .*/, ' +0000');
}

async function weathers(variant: Variant, number: number, expected: Contents): Promise<number> {
  const seed = `${SEED}/${variant.name}/${number}`;
  const random = new Random(seed);
  const world = makeWorld(variant);
  const before = contentsOf(world.source);
  let broken = 0;
  for (let run = 1; run <= STORMS; run++) {
    const options = {
      onOperation: storm(random, variant.late),
      onSourceOperation: storm(random, false),
      parallel: random.between(1, 3),
      ...choiceOf(variant),
    };
    if ((await world.run(options)).end !== 'done') broken++;
  }
  expect((await world.run(choiceOf(variant))).error, seed).toBeNull();
  world.destination.landLate();
  expect((await world.run(choiceOf(variant))).error, seed).toBeNull();
  expect(comparable(contentsOf(world.destination), variant), seed).toEqual(comparable(expected, variant));
  world.destination.forgetOperations();
  expect((await world.run(choiceOf(variant))).error, seed).toBeNull();
  expect(
    world.destination.writes.filter(({ kind }) => kind !== 'select'),
    seed,
  ).toEqual([]);
  expect(contentsOf(world.source), seed).toEqual(before);
  expect(world.source.writes, seed).toEqual([]);
  world.remove();
  return broken;
}

describe.each(VARIANTS)('a server with $name in storms of broken connections and kills', (variant) => {
  it('holds every message once when the weather has cleared', async () => {
    console.log(`MAILFERRY_TEST_SEED='${SEED}'`);
    const calm = makeWorld(variant);
    expect((await calm.run(choiceOf(variant))).error).toBeNull();
    const expected = contentsOf(calm.destination);
    let broken = 0;
    for (let first = 0; first < TRIALS; first += TOGETHER) {
      const numbers = Array.from({ length: TOGETHER }, (_, index) => first + index);
      const results = await Promise.all(numbers.map((number) => weathers(variant, number, expected)));
      broken += results.reduce((sum, count) => sum + count, 0);
    }
    expect(broken).toBeGreaterThan(TRIALS / 2);
  });
});
