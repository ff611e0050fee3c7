import { isDeepStrictEqual } from 'node:util';
import type { OnOperation } from '../../../src/store/memory.js';
import { mirrorPolicy } from '../../../src/sync/policy.js';
import { type EngineRun, type EngineRunOptions, EngineWorld } from '../../support/engine/index.js';
import type { TreeCase, TreeRound } from './tree-case.js';
import { TreePerson } from './tree-person.js';

const OTHERS_FROM = 5000;
const MOST_RUNS = 3;

type Order = 'one first' | 'other first';

/** A couple of accounts whose owners move their mailboxes about, mirrored after each round. */
export class TreeTrial {
  readonly #case: TreeCase;
  readonly #order: Order;
  readonly #world: EngineWorld;
  readonly #one: TreePerson;
  readonly #other: TreePerson;

  constructor(treeCase: TreeCase, order: Order) {
    this.#case = treeCase;
    this.#order = order;
    const { one, other } = treeCase;
    this.#world =
      order === 'one first'
        ? new EngineWorld(one.options, other.options)
        : new EngineWorld(other.options, one.options);
    const { source, destination } = this.#world;
    const [first, second] = order === 'one first' ? [source, destination] : [destination, source];
    this.#one = new TreePerson(first, one, 1);
    this.#other = new TreePerson(second, other, OTHERS_FROM);
  }

  /** What both accounts hold in the end. */
  async run(withFaults: boolean): Promise<unknown> {
    try {
      for (const { name, where, isEmpty } of this.#case.names) {
        if (where !== 'other') this.#one.create(name, isEmpty);
        if (where !== 'one') this.#other.create(name, isEmpty);
      }
      await this.#settle();
      for (const round of this.#case.rounds) await this.#round(round, withFaults);
      return this.#one.contents();
    } finally {
      this.#world.remove();
    }
  }

  async #round({ one, other, death, refused }: TreeRound, withFaults: boolean): Promise<void> {
    for (const edit of one) this.#one.edit(edit);
    for (const edit of other) this.#other.edit(edit);
    if (withFaults) {
      const [source, destination] =
        this.#order === 'one first' ? [refused.one, refused.other] : [refused.other, refused.one];
      await this.#mirror({
        ...(death ? { death } : {}),
        onSourceOperation: refusing(source),
        onOperation: refusing(destination),
      });
    }
    await this.#settle();
  }

  async #settle(): Promise<void> {
    const people = [this.#one, this.#other];
    const fresh = people.flatMap((person) => [...person.fresh]);
    let run = await this.#mirror();
    for (let runs = 2; problemsOf(run) !== '' && runs <= MOST_RUNS; runs++) run = await this.#mirror();
    if (problemsOf(run) !== '') throw new Error(`still told: ${problemsOf(run)}`);
    const [one, other] = [this.#one.contents(), this.#other.contents()];
    if (!isDeepStrictEqual(one, other)) throw new Error(`not equal: ${told(one)}\n and ${told(other)}`);
    this.#assertNothingLost(fresh);
    await this.#assertRest();
    for (const person of people) person.fresh.clear();
  }

  /** What nobody removed is there, and what is new on one side is there whatever was deleted on the other. */
  #assertNothingLost(fresh: readonly number[]): void {
    const counts = this.#one.counts();
    for (const number of fresh) if (!counts.has(number)) throw new Error(`message ${number} is lost`);
    for (const person of [this.#one, this.#other])
      for (const number of counts.keys()) person.known.add(number);
    for (const number of [...this.#one.known]) {
      const wasRemoved = this.#one.removed.has(number) || this.#other.removed.has(number);
      if (!wasRemoved && !counts.has(number)) throw new Error(`message ${number} is lost`);
    }
    if (!this.#hasIds()) return;
    for (const [number, count] of counts)
      if (count > 1) throw new Error(`message ${number} is there ${count} times`);
  }

  async #assertRest(): Promise<void> {
    const { source, destination } = this.#world;
    for (const server of [source, destination]) server.forgetOperations();
    const run = await this.#mirror();
    const conflicts = run.events.filter(({ type }) => type === 'conflict');
    if (conflicts.length > 0) throw new Error(`told again: ${JSON.stringify(conflicts)}`);
    for (const server of [source, destination]) {
      // A SELECT takes no more than \Recent.
      const writes = server.writes.map(({ kind }) => kind).filter((kind) => kind !== 'select');
      if (writes.length > 0) throw new Error(`the next run does ${writes.join(' ')}`);
    }
  }

  async #mirror(options: EngineRunOptions = {}): Promise<EngineRun> {
    const choice = { removalLimit: { unit: 'percent', most: 100 } } as const;
    const run = await this.#world.run({ policy: mirrorPolicy, choice, ...options });
    if (run.error)
      throw new Error(`${this.#order}: ${run.error.message}`, { cause: run.error.cause ?? run.error });
    return run;
  }

  #hasIds(): boolean {
    return [this.#case.one, this.#case.other].every(({ options }) => options.features?.objectId !== false);
  }
}

/** Refuses RENAMEs by their number, from 1. */
function refusing(numbers: readonly number[]): OnOperation {
  const message = '[CANNOT] Not here';
  const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
  let renames = 0;
  return ({ kind }) => (kind === 'rename' && numbers.includes(++renames) ? { refuse } : 'go');
}

function problemsOf({ events }: EngineRun): string {
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.message] : [])).join();
}

function told(contents: Record<string, readonly string[]>): string {
  const lines = Object.entries(contents).map(([name, messages]) => {
    return `${name}: ${messages.map((line) => (name === '(subscribed)' ? line : line.slice(0, 6))).join(' ')}`;
  });
  return `\n  ${lines.sort().join('\n  ')}`;
}
