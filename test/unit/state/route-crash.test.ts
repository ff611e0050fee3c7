import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountIdentity } from '../../../src/state/account-identity.js';
import type { StateRecord } from '../../../src/state/record.js';
import { openRouteState, type RouteState } from '../../../src/state/route-state.js';
import { dumpRoute, dumpSteps, type Step } from './dump.js';
import { Lives } from './lives.js';
import { type Kill, Killed, MemoryFiles, type Survival } from './memory-files.js';
import { anyRecord, sensible } from './records.js';

const ann = accountIdentity('old.example.net', 993, 'ann');
const bob = accountIdentity('mail.example.com', 993, 'bob');

/** `start-fold` does not wait for its end; `breathe` lets it get on a little. */
type Action =
  | StateRecord
  | 'commit'
  | 'fold'
  | 'start-fold'
  | 'breathe'
  | 'reopen'
  | 'swap'
  | 'load'
  | 'unload';

/** Before an operation is after the one before it. */
const KILLS: readonly Kill[] = ['torn', 'after'];
const SURVIVALS: readonly Survival[] = ['lost', 'torn', 'kept'];

/** What a process has done to a state before it was killed. */
class Story {
  readonly steps: Step[] = [];
  /** So many steps were promised to last. */
  promised = 0;
  isSwapped = false;
  readonly #files: MemoryFiles;
  readonly #lives: Lives;

  constructor(files: MemoryFiles, lives: Lives) {
    this.#files = files;
    this.#lives = lives;
  }

  open(files = this.#files, isSwapped = this.isSwapped): Promise<RouteState> {
    const [a, b] = isSwapped ? [bob, ann] : [ann, bob];
    const processes = this.#lives.next();
    const signal = new AbortController().signal;
    return openRouteState({
      stateDir: '/state',
      a,
      b,
      writes: [b],
      command: 'test',
      signal,
      files,
      processes,
    });
  }

  async tell(actions: readonly Action[]): Promise<void> {
    let state = await this.open();
    for (const action of actions) state = await this.#act(state, action);
    await state.close();
    this.promised = this.steps.length;
  }

  async #act(state: RouteState, action: Action): Promise<RouteState> {
    switch (action) {
      case 'commit':
        await this.#promise(() => state.commit());
        return state;
      case 'fold':
        await this.#promise(() => state.fold());
        return state;
      case 'start-fold':
        // When it fails, so does what comes next.
        state.fold().catch(() => undefined);
        return state;
      case 'breathe':
        for (let tick = 0; tick < 12; tick++) await Promise.resolve();
        return state;
      case 'load':
        for (const { key } of state.pairs()) await state.load(key);
        return state;
      case 'unload':
        for (const { key } of state.pairs()) state.unload(key);
        return state;
      case 'reopen':
      case 'swap':
        await this.#promise(() => state.close());
        if (action === 'swap') {
          this.isSwapped = !this.isSwapped;
          this.steps.push('turn');
          this.promised = this.steps.length;
        }
        return this.open();
      default:
        this.steps.push(action);
        state.record(action);
        return state;
    }
  }

  async #promise(work: () => Promise<void>): Promise<void> {
    const { length } = this.steps;
    await work();
    this.promised = length;
  }
}

interface Death {
  readonly at: number;
  readonly kill: Kill;
  readonly survival: Survival;
}

/** Runs the actions, killed at one operation, and checks what the next process finds. False: it never came so far. */
async function survives(actions: readonly Action[], death: Death): Promise<boolean> {
  const files = new MemoryFiles();
  files.onOperation = ({ number }) => (number === death.at ? death.kill : undefined);
  const lives = new Lives();
  const story = new Story(files, lives);
  const wasKilled = await story.tell(actions).then(
    () => false,
    (error) => {
      if (!(error instanceof Killed)) throw error;
      return true;
    },
  );
  const left = (): MemoryFiles => files.survivors(wasKilled ? death.survival : 'kept');
  const what = `killed at ${JSON.stringify(death)}`;
  const turned = await story.open(left(), !story.isSwapped);
  await mustBeOneOf(turned, story, ['turn'], `${what}, opened the other way round`);
  await turned.close();
  const goingOn = left();
  const state = await story.open(goingOn);
  await mustBeOneOf(state, story, [], what);
  await goesOn(state, story, goingOn);
  return wasKilled;
}

/** The state after some step, none that was promised missing, and then these. */
async function mustBeOneOf(
  state: RouteState,
  { promised, steps }: Story,
  then: readonly Step[],
  what: string,
): Promise<void> {
  const found = JSON.stringify(await dumpRoute(state));
  const possible: string[] = [];
  for (let length = promised; length <= steps.length; length++) {
    possible.push(JSON.stringify(dumpSteps([...steps.slice(0, length), ...then])));
  }
  if (!possible.includes(found)) {
    expect.fail(`${what}, found\n${found}\nnot one of\n${possible.join('\n')}`);
  }
}

/** Another record, a fold and the next process: nothing of the crash may be left. */
async function goesOn(state: RouteState, story: Story, files: MemoryFiles): Promise<void> {
  state.record({ t: 'facts', side: 'a', facts: 'after the crash' });
  const { key } = state.createPair('new', null);
  await state.commit();
  await state.fold();
  const expected = await dumpRoute(state);
  await state.close();
  const again = await story.open(files);
  expect(await dumpRoute(again)).toEqual(expected);
  expect(again.pairByName('a', 'new')?.key).toBe(key);
  await again.close();
  const folder = again.folder;
  const names = [...files.contents().keys()].filter((path) => path.startsWith(folder));
  const leftovers = names.filter(
    (path) => !/(index|m\d+-\d+|pack\d+-\d+)\.json$|journal\.ndjson$/.test(path),
  );
  expect(leftovers.filter((path) => !path.includes('.lock'))).toEqual([]);
}

const action = fc.oneof(
  { weight: 6, arbitrary: anyRecord },
  fc.constantFrom<Action>('commit', 'fold', 'reopen', 'swap', 'load', 'unload'),
  fc.constantFrom<Action>('start-fold', 'breathe', 'breathe'),
);

/** What happens before anything is known. */
const beginning = fc.array(fc.constantFrom<Action>('fold', 'reopen', 'swap'), { maxLength: 3 });

const twoPairs: StateRecord[] = [
  { t: 'mailbox', key: 'm1', a: 'INBOX', b: 'INBOX', subscribed: true },
  { t: 'mailbox', key: 'm70', a: 'Sent', b: 'Gesendet', subscribed: null },
];

function sensibleActions(actions: readonly Action[]): Action[] {
  const kept = new Set(sensible([...twoPairs, ...actions.filter((one) => typeof one !== 'string')]));
  return [...twoPairs, ...actions].filter((one) => typeof one === 'string' || kept.has(one));
}

/** So full of holes that the shard gets a file of its own. */
const manyRuns = Array.from({ length: 1000 }, (_, index) => [index === 0 ? 1 : 1, 0, 1]).flat();

describe('a process killed at any file operation', () => {
  it('leaves a state that has all that was promised, wherever it was killed', async () => {
    const actions: Action[] = [
      ...twoPairs,
      { t: 'pairs', key: 'm1', runs: [1, 1, 5], flags: { '\\Seen': [1, 2] } },
      'commit',
      { t: 'pairs', key: 'm70', runs: [1, 1, 1, ...manyRuns], flags: {} },
      'fold',
      { t: 'drop', key: 'm1', a: [2, 0] },
      { t: 'base', key: 'm70', flag: 'Work', add: [1, 0], remove: [] },
      'reopen',
      { t: 'forget-mailbox', key: 'm1' },
      { t: 'foreign', key: 'm70', side: 'b', uids: [5000, 3] },
      'swap',
      { t: 'unpair', key: 'm70' },
      'start-fold',
      'breathe',
      { t: 'pairs', key: 'm70', runs: [7, 7, 3], flags: { Work: [8, 0] } },
      'load',
      'commit',
      'unload',
      { t: 'drop', key: 'm70', a: [8, 0] },
      'swap',
    ];
    let deaths = 0;
    for (const kill of KILLS) {
      for (const survival of SURVIVALS) {
        for (let at = 1; await survives(actions, { at, kill, survival }); at++) deaths++;
      }
    }
    expect(deaths).toBeGreaterThan(500);
  });

  it('leaves such a state when nothing was known before, or nothing any more, and the sides were exchanged', async () => {
    const actions: Action[] = [
      'swap',
      ...twoPairs,
      { t: 'pairs', key: 'm1', runs: [1, 2, 5], flags: { '\\Seen': [1, 2] } },
      'commit',
      { t: 'cursor', key: 'm70', a: null, b: null, policy: 'backup', filter: '' },
      'reopen',
      { t: 'forget-mailbox', key: 'm1' },
      { t: 'forget-mailbox', key: 'm70' },
      { t: 'facts', side: 'a', facts: 'of the first' },
      'fold',
      'swap',
      { t: 'mailbox', key: 'm71', a: 'Sent', b: 'Gesendet', subscribed: true },
      { t: 'pairs', key: 'm71', runs: [1, 3, 5], flags: {} },
    ];
    let deaths = 0;
    for (const kill of KILLS) {
      for (const survival of SURVIVALS) {
        for (let at = 1; await survives(actions, { at, kill, survival }); at++) deaths++;
      }
    }
    expect(deaths).toBeGreaterThan(300);
  });

  it('leaves such a state whatever it was doing', async () => {
    await fc.assert(
      fc.asyncProperty(
        beginning,
        fc.array(action, { maxLength: 25 }),
        fc.nat(8),
        async (begun, given, variety) => {
          const actions = [...begun, ...sensibleActions(given)];
          const death = (at: number): Death => ({
            at,
            kill: KILLS[(at + variety) % 2] ?? 'torn',
            survival: SURVIVALS[Math.floor((at + variety) / 2) % 3] ?? 'lost',
          });
          for (let at = 1; await survives(actions, death(at)); at++);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is no worse when the process after it is killed as well', async () => {
    const actions: Action[] = [
      ...twoPairs,
      { t: 'pairs', key: 'm1', runs: [1, 1, 5], flags: {} },
      'commit',
      'swap',
    ];
    const files = new MemoryFiles();
    const lives = new Lives();
    const story = new Story(files, lives);
    await story.tell(actions);
    story.isSwapped = false;
    for (let at = 1; ; at++) {
      const next = files.survivors('kept');
      next.onOperation = ({ number }) => (number === at ? 'torn' : undefined);
      const opened = await story.open(next).then(
        () => true,
        () => false,
      );
      if (opened) break;
      const after = next.survivors('lost');
      const state = await story.open(after);
      expect(await dumpRoute(state)).toEqual(dumpSteps([...story.steps, 'turn']));
    }
  });
});
