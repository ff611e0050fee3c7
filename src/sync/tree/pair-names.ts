import type { WireName } from '../../model/mailbox.js';
import type { RunContext } from '../run-context.js';
import type { DestinationTree, LiveMailbox } from './destination-tree.js';
import { presentName, type TreePair } from './locate.js';
import { isTemporaryName } from './temporary-name.js';

/** Writes down the names of mailbox pairs as they become true. */
export class PairNames {
  readonly #run: RunContext;
  readonly #tree: DestinationTree;
  readonly #pairs: ReadonlyMap<string, TreePair>;
  #hasChanged = false;

  constructor(run: RunContext, tree: DestinationTree, pairs: readonly TreePair[]) {
    this.#run = run;
    this.#tree = tree;
    this.#pairs = new Map(pairs.map((pair) => [pair.key, pair]));
  }

  /** Whether anything was recorded. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** A name at side a that another mailbox has now is taken from a pair that nothing is going to be done about. */
  giveUpTaken(): void {
    const owners = new Map([...this.#pairs.values()].map(({ key, a }) => [presentName(a), key]));
    for (const { key, a, summary, isSelected } of this.#pairs.values()) {
      const owner = summary.names.a === null ? undefined : owners.get(summary.names.a);
      const isLeft = a.kind === 'gone' || !isSelected;
      if (isLeft && owner !== undefined && owner !== key) this.#record(key, presentName(a), summary.names.b);
    }
  }

  /**
   * What a RENAME has moved. What is on its way is written down only so far that another run finds that there is still
   * something to do: the name at side a changes with the last one here, and a name to come back to stays until then.
   */
  moved(mailboxes: readonly LiveMailbox[]): void {
    for (const { key, name } of mailboxes) {
      const pair = key === null ? undefined : this.#pairs.get(key);
      const last = pair ? this.#tree.nameToComeBackTo(pair) : null;
      const isOnItsWay = last !== null && last !== name && !isTemporaryName(name, this.#tree.style);
      if (pair && !isOnItsWay) this.#place(pair, name);
    }
  }

  /** Where everything is in the end. */
  settle(): void {
    const placed = new Set<WireName>();
    const lost: TreePair[] = [];
    for (const pair of this.#pairs.values()) {
      const here = this.#tree.mailboxOf(pair.key);
      // In a dry run nothing has really moved.
      const name = this.#run.options.dryRun ? here?.listed.name : here?.name;
      if (name === undefined) {
        lost.push(pair);
        continue;
      }
      placed.add(name);
      this.#place(pair, name);
    }
    for (const pair of lost) this.#settleLost(pair, placed);
  }

  /** Its mailbox here has to be made anew; two pairs must not have one name. */
  #settleLost({ key, a, isSelected }: TreePair, placed: ReadonlySet<WireName>): void {
    const names = this.#run.options.state.pair(key)?.names;
    if (!names) return;
    const follows = a.kind === 'renamed' && isSelected;
    const b = follows ? (this.#tree.wantedName(key) ?? null) : names.b;
    this.#record(key, follows ? a.name : names.a, b !== null && placed.has(b) ? null : b);
  }

  #place(pair: TreePair, name: WireName): void {
    const { key, a } = pair;
    const isDone = this.#tree.isFollowed(pair) && (this.#run.options.dryRun || this.#tree.isSettled(key));
    const before = this.#run.options.state.pair(key)?.names.a ?? null;
    // What could not be renamed is tried again by the next run, with what made room or lies below.
    if (isDone) this.#record(key, presentName(a), name, this.#tree.hasKept ? 'a' : null);
    else this.#record(key, before, name);
  }

  #record(key: string, a: WireName | null, b: WireName | null, from?: 'a' | null): void {
    const { state } = this.#run.options;
    const pair = state.pair(key);
    if (!pair) return;
    const { names, subscribed, nameFrom: known } = pair;
    const nameFrom = from === undefined ? known : from;
    if (names.a === a && names.b === b && nameFrom === known) return;
    state.record({ t: 'mailbox', key, a, b, subscribed, nameFrom });
    this.#hasChanged = true;
  }
}
