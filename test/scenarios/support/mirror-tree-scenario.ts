import { describe, expect, test } from 'vitest';
import type { MemoryServer, MemoryServerOptions } from '../../../src/store/memory.js';
import { mirrorPolicy, type SyncPolicy } from '../../../src/sync/policy.js';
import type { SyncRunOptions } from '../../../src/sync/run-options.js';
import {
  type Contents,
  contentsOf,
  type Death,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
  MortalFiles,
} from '../../support/engine/index.js';
import type { Variant } from './servers.js';

const CHANGES = ['create', 'rename', 'remove', 'subscribe', 'append-commit', 'store', 'expunge', 'copy'];
/** A person runs it again as long as it says so, but not for ever. */
const MOST_RUNS = 4;

/** Two accounts without a first and a second: each is the source once and the destination once. */
export interface Couple {
  readonly one: MemoryServer;
  readonly other: MemoryServer;
  readonly world: EngineWorld;
}

/** A story of two accounts that are mirrored. */
export interface TreeScenario {
  readonly id: string;
  readonly title: string;
  readonly one?: MemoryServerOptions;
  readonly other?: MemoryServerOptions;
  /** What there is before a mirror runs for the first time. */
  readonly given: (couple: Couple) => void;
  /** What ran before the change; one mirror when absent. */
  readonly ran?: readonly SyncPolicy[];
  /** What happened since. */
  readonly change: (couple: Couple) => void | Promise<void>;
  readonly options?: Partial<SyncRunOptions>;
  /** What happens while the run is under way; made anew for each. */
  readonly during?: (couple: Couple) => Pick<EngineRunOptions, 'onOperation' | 'onSourceOperation'>;
  /** Names in the end, INBOX aside, where both sides have the same. */
  readonly names?: readonly string[];
  /** What has to hold in the end besides; both sides have the same contents when absent. */
  readonly expected?: (couple: Couple, before: Readonly<Record<'one' | 'other', Contents>>) => void;
  /** Kinds of conflicts told, in any order. */
  readonly conflicts?: readonly string[];
  /** Codes of what is told. */
  readonly problems?: readonly string[];
  /** The same for runs after that; as `problems` when absent. */
  readonly later?: readonly string[];
  /** Runs until all is done; one when absent. */
  readonly runs?: number;
  /** `looks`: what is left is looked at again at every run, though nothing is written. */
  readonly afterwards?: 'opens nothing' | 'looks';
  /** What happens meanwhile may not happen in a run that is killed: in the end both sides only have to be equal. */
  readonly endsAnyhow?: boolean;
  /** No body is sent. */
  readonly copiesNothing?: boolean;
  /** What else has to hold after the run that nobody disturbed. */
  readonly check?: (run: EngineRun, couple: Couple) => void;
}

/** Runs each on every kind of server and with both orders of sides: once, once more, and killed wherever it may be. */
export function mirrorTreeScenarios(
  section: string,
  scenarios: readonly TreeScenario[],
  variants: readonly Variant[],
): void {
  for (const variant of variants) {
    describe(`${section}, ${variant.name}`, () => {
      for (const scenario of scenarios) {
        test(`${scenario.id} ${scenario.title}`, async () => {
          const there: TreeScenario =
            variant.looks === true ? { ...scenario, afterwards: 'looks' } : scenario;
          const first = await playAlone(there, variant, 'one first');
          const second = await playAlone(there, variant, 'other first');
          expect(second, 'with the sides exchanged').toEqual(first);
        });
      }
    });
  }
}

type Order = 'one first' | 'other first';
type End = Readonly<Record<'one' | 'other', Contents>>;

async function playAlone(scenario: TreeScenario, variant: Variant, order: Order): Promise<End> {
  const one = merged(scenario.one, variant.source);
  const other = merged(scenario.other, variant.destination);
  const world = order === 'one first' ? new EngineWorld(one, other) : new EngineWorld(other, one);
  try {
    return await play({ scenario, order, couple: coupleOf(world, order) }, variant.deaths);
  } finally {
    world.remove();
  }
}

interface Play {
  readonly scenario: TreeScenario;
  readonly order: Order;
  readonly couple: Couple;
}

async function play(playing: Play, deaths: number): Promise<End> {
  const { scenario, order, couple } = playing;
  const { world } = couple;
  scenario.given(couple);
  for (const policy of scenario.ran ?? [mirrorPolicy]) {
    expectDone(await world.run({ policy }), 'the run before');
  }
  await scenario.change(couple);
  const before = endOf(couple);
  const putBack = world.save();
  const { counts, end } = await undisturbed(playing, before);
  for (const death of deathsOf(counts, deaths, order)) {
    putBack();
    await killed(playing, death, end, `${order}, killed at ${JSON.stringify(death)}`);
  }
  return end;
}

interface Counts {
  readonly appends: number;
  readonly atSource: number;
  readonly atDestination: number;
}

async function undisturbed(playing: Play, before: End): Promise<{ counts: Counts; end: End }> {
  const { scenario, order, couple } = playing;
  const { world } = couple;
  const { conflicts = [], problems = [], runs = 1, names } = scenario;
  forgetOperations(world);
  const files = new MortalFiles();
  let run = await world.run({ ...optionsOf(playing), files });
  const counts = {
    appends: files.appends,
    atSource: world.source.writes.length,
    atDestination: world.destination.writes.length,
  };
  expectDone(run, order);
  expect(conflictsOf(run), order).toEqual([...conflicts].sort());
  for (let more = 1; more < runs; more++) {
    run = await world.run(laterOptions(playing));
    expectDone(run, order);
  }
  expect(problemsOf(run), order).toEqual(problems);
  if (scenario.copiesNothing === true) expect(bodiesIn(run), `${order}, bodies sent`).toBe(0);
  scenario.check?.(run, couple);
  const end = endOf(couple);
  if (scenario.expected) scenario.expected(couple, before);
  else expect(end.other, order).toEqual(end.one);
  if (names) expect(namesIn(end.one), order).toEqual([...names].sort());
  await expectRest(playing);
  return { counts, end };
}

/** Another run finds nothing to do, does nothing and remembers nothing new. */
async function expectRest(playing: Play): Promise<void> {
  const { scenario, order, couple } = playing;
  const { world } = couple;
  const before = endOf(couple);
  const state = world.stateFiles();
  forgetOperations(world);
  const again = await world.run(laterOptions(playing));
  expectDone(again, `${order}, the next run`);
  expect(changesOf(world), `${order}, what the next run changes`).toEqual([]);
  expect(conflictsOf(again), order).toEqual([]);
  expect(problemsOf(again), `${order}, what the next run tells`).toEqual(laterOf(scenario));
  expect(endOf(couple)).toEqual(before);
  if (scenario.afterwards === 'looks') return;
  expect([...kindsOf(world.source), ...kindsOf(world.destination)].filter(opens), order).toEqual([]);
  expect(world.stateFiles(), 'the state after the next run').toEqual(state);
}

/** Dies at one moment; whoever runs it again until it says that all is done finds the same end. */
async function killed(playing: Play, death: Death, end: End, what: string): Promise<void> {
  const { couple, scenario } = playing;
  const { world } = couple;
  const first = await world.run({ ...optionsOf(playing), death });
  if (first.error) expectDone(first, what);
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    const run = await world.run(laterOptions(playing));
    expectDone(run, what);
    if (isAsTold(scenario, run)) break;
    if (runs === MOST_RUNS) expect(problemsOf(run), what).toEqual(scenario.problems ?? []);
  }
  const found = endOf(couple);
  if (scenario.endsAnyhow === true) expect(found.other, what).toEqual(found.one);
  else expect(found, what).toEqual(end);
  forgetOperations(world);
  expectDone(await world.run(laterOptions(playing)), what);
  expect(changesOf(world), `what the run after changes, ${what}`).toEqual([]);
}

function laterOf({ problems = [], later = problems }: TreeScenario): readonly string[] {
  return later;
}

/** A run after a death may be the first to tell, or not. */
function isAsTold(scenario: TreeScenario, run: EngineRun): boolean {
  const told = problemsOf(run).join();
  return told === (scenario.problems ?? []).join() || told === laterOf(scenario).join();
}

function coupleOf(world: EngineWorld, order: Order): Couple {
  const { source, destination } = world;
  return order === 'one first'
    ? { one: source, other: destination, world }
    : { one: destination, other: source, world };
}

function optionsOf(playing: Play): EngineRunOptions {
  return { ...laterOptions(playing), ...playing.scenario.during?.(playing.couple) };
}

function laterOptions({ scenario }: Play): EngineRunOptions {
  return { policy: mirrorPolicy, choice: scenario.options ?? {} };
}

/** Messages in no order: each side has its own. */
function endOf({ one, other }: Couple): End {
  return { one: sorted(contentsOf(one)), other: sorted(contentsOf(other)) };
}

function sorted(contents: Contents): Contents {
  return Object.fromEntries(Object.entries(contents).map(([name, lines]) => [name, [...lines].sort()]));
}

function namesIn(contents: Contents): string[] {
  return Object.keys(contents)
    .filter((name) => name !== 'INBOX' && name !== '(subscribed)')
    .sort();
}

/** Moments spread over a run: before a sync with all that was not synced lost, after it, and around every write. */
function deathsOf({ appends, atSource, atDestination }: Counts, most: number, order: Order): Death[] {
  const spread = (last: number): number[] => spreadOver(last, most, order);
  return [
    ...spread(appends).flatMap((nth): Death[] => [
      { at: 'journal', nth, moment: 'before-sync', powerIsLost: true },
      { at: 'journal', nth, moment: 'after-sync' },
    ]),
    ...spread(atSource).flatMap((nth): Death[] => [
      { at: 'write', nth, when: 'before', side: 'source' },
      { at: 'write', nth, when: 'after', side: 'source' },
    ]),
    ...spread(atDestination).flatMap((nth): Death[] => [
      { at: 'write', nth, when: 'before' },
      { at: 'write', nth, when: 'after' },
    ]),
  ];
}

/** 1 to `last`, or as many as `most` of them: the two orders of sides try others between these. */
function spreadOver(last: number, most: number, order: Order): number[] {
  if (last <= most) return Array.from({ length: last }, (_, index) => index + 1);
  const shift = order === 'one first' ? 1 / 4 : 3 / 4;
  return Array.from({ length: most }, (_, index) => 1 + Math.floor(((index + shift) * last) / most));
}

function expectDone({ error, events }: EngineRun, what: string): void {
  if (!error) return;
  throw new Error(`${what}: ${error.message} ${JSON.stringify(events.at(-1))}`, {
    cause: error.cause ?? error,
  });
}

function problemsOf({ events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
}

function conflictsOf({ events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === 'conflict' ? [event.kind] : [])).sort();
}

function bodiesIn({ events }: EngineRun): number {
  return events.reduce((sum, event) => sum + (event.type === 'messages-copied' ? event.uids.length : 0), 0);
}

function changesOf({ source, destination }: EngineWorld): string[] {
  return [...kindsOf(source), ...kindsOf(destination)].filter((kind) => CHANGES.includes(kind));
}

function kindsOf(server: MemoryServer): string[] {
  return server.operations.map(({ kind }) => kind);
}

/** What a run cannot do without: connecting and listing. STATUS belongs to a LIST without it. */
function opens(kind: string): boolean {
  return kind !== 'login' && kind !== 'list' && kind !== 'status';
}

function forgetOperations({ source, destination }: EngineWorld): void {
  source.forgetOperations();
  destination.forgetOperations();
}

function merged(one: MemoryServerOptions = {}, other: MemoryServerOptions = {}): MemoryServerOptions {
  return { ...one, ...other, features: { ...one.features, ...other.features } };
}
