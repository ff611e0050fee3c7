import { afterEach, describe, expect, it } from 'vitest';
import type { OnOperation, OperationKind } from '../../src/store/memory.js';
import { type BatchLimits, FIRST_BATCH } from '../../src/sync/batch-size.js';
import { Random } from '../support/accounts/index.js';
import { type Contents, contentsOf } from '../support/engine/index.js';
import {
  ATOMIC,
  expectNothingWritten,
  type Variant as Filled,
  filledWorld,
  IN_PART,
  ONE_AN_APPEND,
  removeWorlds,
} from './support/filled-world.js';
import { brokenRuns, FAULTS, STORMS, TRIALS } from './support/weather.js';

const SEED = process.env['MAILFERRY_TEST_SEED'] ?? 'storms';

interface Variant extends Filled {
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
  { ...ATOMIC, messages: 450, late: true },
  { ...IN_PART, messages: 450, late: true },
  { ...ONE_AN_APPEND, messages: 20, late: true },
  {
    name: 'one message an APPEND, no UIDPLUS, no CONDSTORE, no UIDNEXT in SELECT',
    messages: 20,
    destination: {
      features: { multiAppend: 'none', uidplus: false, condstore: false },
      uidNextInSelect: false,
    },
    late: false,
  },
  { ...ATOMIC, name: `${ATOMIC.name}, in many batches`, messages: 450, late: false, batches: SMALL },
  { ...IN_PART, name: `${IN_PART.name}, in many batches`, messages: 450, late: false, batches: SMALL },
];

afterEach(removeWorlds);

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
  const world = filledWorld(variant);
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
  expectNothingWritten(world, seed);
  expect(contentsOf(world.source), seed).toEqual(before);
  world.remove();
  return broken;
}

describe.each(VARIANTS)('a server with $name in storms of broken connections and kills', (variant) => {
  it('holds every message once when the weather has cleared', async () => {
    console.log(`MAILFERRY_TEST_SEED='${SEED}'`);
    const calm = filledWorld(variant);
    expect((await calm.run(choiceOf(variant))).error).toBeNull();
    const expected = contentsOf(calm.destination);
    const broken = await brokenRuns((number) => weathers(variant, number, expected));
    expect(broken).toBeGreaterThan(TRIALS / 2);
  });
});
