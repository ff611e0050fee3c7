import { describe, expect, test } from 'vitest';
import type { MemoryServer } from '../../../src/store/memory.js';
import { backupPolicy } from '../../../src/sync/policy.js';
import {
  type Contents,
  contentsOf,
  type Death,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
  MortalFiles,
} from '../../support/engine/index.js';
import type { Scenario } from './scenario.js';
import { EVERYTHING, onServers, type Variant } from './servers.js';
import { codesOf } from './told.js';

/** Operations that change what people see; SELECT takes no more than `\Recent`. */
const CHANGES = ['create', 'rename', 'remove', 'subscribe', 'append-commit', 'store', 'expunge', 'copy'];
/** A person runs it again as long as it says so, but not for ever. */
const MOST_RUNS = 4;

/** Runs every scenario on every kind of server: once, once more, and killed wherever it may be. */
export function backupScenarios(
  section: string,
  scenarios: readonly Scenario[],
  variants: readonly Variant[] = [EVERYTHING],
): void {
  for (const variant of variants) {
    describe(`${section}, ${variant.name}`, () => {
      const rows = scenarios.map((scenario) => onServers(scenario, variant)).filter((row) => row !== null);
      for (const row of rows) test(`${row.id} ${row.title}`, () => playAlone(row, variant.deaths));
    });
  }
}

async function playAlone(scenario: Scenario, deaths: number): Promise<void> {
  const world = new EngineWorld(scenario.source, scenario.destination);
  try {
    await play(world, scenario, deaths);
  } finally {
    world.remove();
  }
}

interface Stage {
  readonly world: EngineWorld;
  readonly scenario: Scenario;
  /** The destination before the run. */
  readonly before: Contents;
  readonly putBack: () => void;
}

async function play(world: EngineWorld, scenario: Scenario, deaths: number): Promise<void> {
  scenario.given?.(world);
  for (const policy of scenario.ran ?? [backupPolicy]) {
    const run = await world.run({ policy });
    expectNoError(run, 'the run before');
  }
  await scenario.change?.(world);
  const stage = { world, scenario, before: contentsOf(world.destination), putBack: world.save() };
  const counts = await undisturbed(stage);
  for (const death of deathsOf(counts, deaths)) await killed(stage, death);
}

function optionsOf({ scenario, world }: Stage): EngineRunOptions {
  return { policy: backupPolicy, choice: scenario.options ?? {}, ...scenario.during?.(world) };
}

/** Where the options of a person apply again and again, but what happened on the servers meanwhile does not. */
function later({ scenario }: Stage): EngineRunOptions {
  return { policy: backupPolicy, choice: scenario.options ?? {} };
}

interface Counts {
  readonly appends: number;
  readonly writes: number;
}

async function undisturbed(stage: Stage): Promise<Counts> {
  const { world, scenario } = stage;
  const { problems = [], runs = 1 } = scenario;
  const source = world.source.snapshot();
  forgetOperations(world);
  const files = new MortalFiles();
  let run = await world.run({ ...optionsOf(stage), files });
  const writes = world.destination.writes.length;
  expectNoError(run, 'the run');
  for (let more = 1; more < runs; more++) run = await world.run(later(stage));
  expect(codesOf(run)).toEqual(problems);
  if (!scenario.during) expect(world.source.snapshot(), 'the source').toEqual(source);
  expectEnd(stage, 'after the run');
  scenario.check?.(run, world);
  await expectRest(stage, scenario.afterwards ?? 'opens nothing');
  return { appends: files.appends, writes };
}

/** Another run finds nothing to do, does nothing and remembers nothing new. */
async function expectRest(stage: Stage, afterwards: 'opens nothing' | 'looks'): Promise<void> {
  const { world, scenario } = stage;
  const before = [world.source.snapshot(), world.destination.snapshot()].map(withoutRecent);
  const state = world.stateFiles();
  forgetOperations(world);
  const again = await world.run(later(stage));
  expectNoError(again, 'the next run');
  expect(codesOf(again), 'what the next run tells').toEqual(laterOf(scenario));
  expect(changesOf(world), 'what the next run changes').toEqual([]);
  if (afterwards === 'opens nothing') {
    expect([...kindsOf(world.source), ...kindsOf(world.destination)].filter(opens)).toEqual([]);
    expect(world.stateFiles(), 'the state after the next run').toEqual(state);
  }
  expect([world.source.snapshot(), world.destination.snapshot()].map(withoutRecent)).toEqual(before);
}

/** Dies at one moment; whoever runs it again until it says that all is done finds the same end. */
async function killed(stage: Stage, death: Death): Promise<void> {
  const { world, scenario, putBack } = stage;
  putBack();
  const source = withoutRecent(world.source.snapshot());
  const what = `killed at ${JSON.stringify(death)}`;
  forgetOperations(world);
  const first = await world.run({ ...optionsOf(stage), death });
  expectNoError(first, what);
  let run: EngineRun | null = null;
  for (let runs = 1; runs <= MOST_RUNS && (first.end === 'killed' || runs < (scenario.runs ?? 1)); runs++) {
    run = await world.run(later(stage));
    expectNoError(run, what);
    if (isAsTold(scenario, run) && runs >= (scenario.runs ?? 1)) break;
  }
  if (run && !isAsTold(scenario, run)) expect(codesOf(run), what).toEqual(scenario.problems ?? []);
  expectEnd(stage, what);
  forgetOperations(world);
  const again = await world.run(later(stage));
  expectNoError(again, what);
  expect(changesOf(world), `what the run after changes, ${what}`).toEqual([]);
  if (!scenario.during) expect(withoutRecent(world.source.snapshot()), what).toEqual(source);
}

function expectEnd({ world, scenario, before }: Stage, what: string): void {
  const source = contentsOf(world.source);
  const { expected = 'equal' } = scenario;
  const found = contentsOf(world.destination);
  const inAnyOrder = expected === 'equal in any order';
  const wanted = typeof expected === 'function' ? expected({ source, before }) : source;
  expect(inAnyOrder ? sorted(found) : found, what).toEqual(inAnyOrder ? sorted(wanted) : wanted);
  expect(world.source.writes, `what was written to the source, ${what}`).toEqual([]);
}

function sorted(contents: Contents): Contents {
  return Object.fromEntries(Object.entries(contents).map(([name, lines]) => [name, [...lines].sort()]));
}

/** Moments spread over a run: before a sync with all that was not synced lost, after it, and around every write. */
function deathsOf({ appends, writes }: Counts, most: number): Death[] {
  return [
    ...spread(appends, most).flatMap((nth): Death[] => [
      { at: 'journal', nth, moment: 'before-sync', powerIsLost: true },
      { at: 'journal', nth, moment: 'after-sync' },
    ]),
    ...spread(writes, most).flatMap((nth): Death[] => [
      { at: 'write', nth, when: 'before' },
      { at: 'write', nth, when: 'after' },
    ]),
  ];
}

/** 1 to `last`, or as many as `most` of them, the first and the last included. */
function spread(last: number, most: number): number[] {
  if (last <= most) return Array.from({ length: last }, (_, index) => index + 1);
  return Array.from({ length: most }, (_, index) => 1 + Math.round((index * (last - 1)) / (most - 1)));
}

function laterOf({ problems = [], later = problems }: Scenario): readonly string[] {
  return later;
}

/** A run after a death may be the first to tell, or not. */
function isAsTold(scenario: Scenario, run: EngineRun): boolean {
  const told = codesOf(run).join();
  return told === (scenario.problems ?? []).join() || told === laterOf(scenario).join();
}

function expectNoError({ error }: EngineRun, what: string): void {
  if (error) throw new Error(`${what}: ${error.message}`, { cause: error.cause ?? error });
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

/** Who is told first of a message is nothing that anybody promises. */
function withoutRecent(account: ReturnType<MemoryServer['snapshot']>): unknown {
  return JSON.parse(JSON.stringify(account, (key, value: unknown) => (key === 'recent' ? undefined : value)));
}
