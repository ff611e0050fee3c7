import type { WireName } from '../../model/mailbox.js';
import type { Side } from '../../state/record.js';
import type { RunContext } from '../run-context.js';
import type { LiveMailbox } from './destination-tree.js';
import { otherSide } from './leads.js';
import { presentName, type TreePair } from './locate.js';
import { SIDES } from './merge-node.js';
import type { MergedTree } from './merged-tree.js';
import type { BothNames } from './name-across.js';

type Names = Readonly<Record<Side, WireName | null>>;

/**
 * Writes down the names of mailbox pairs when all have those that they are to have: until then a run after a crash has to
 * see who renamed what since both sides agreed.
 */
export class MergedRecords {
  readonly #run: RunContext;
  readonly #tree: MergedTree;
  readonly #pairs: ReadonlyMap<string, TreePair>;
  /** The side on which the mailbox is gone, by the keys of pairs that go. */
  readonly #goneOn: ReadonlyMap<string, Side>;

  constructor(
    run: RunContext,
    tree: MergedTree,
    pairs: readonly TreePair[],
    goneOn: ReadonlyMap<string, Side>,
  ) {
    this.#run = run;
    this.#tree = tree;
    this.#pairs = new Map(pairs.map((pair) => [pair.key, pair]));
    this.#goneOn = goneOn;
  }

  /** A name that another mailbox has now is taken from the pair that had it and has no mailbox on that side. */
  giveUpTaken(): void {
    for (const side of SIDES) {
      const owners = new Set([...this.#pairs.values()].map((pair) => presentName(pair[side])));
      for (const pair of this.#pairs.values()) {
        const name = pair.summary.names[side];
        if (presentName(pair[side]) === null && name !== null && owners.has(name))
          this.#giveUp(pair.key, side);
      }
    }
  }

  /**
   * Has to be on disk before one that is to go gets another name: a pair without a name on one side was decided about,
   * and a run after a crash does not take that name for one given by a person.
   */
  noteGoing(keys: Iterable<string>): void {
    for (const key of keys) {
      const side = this.#goneOn.get(key);
      if (side) this.#giveUp(key, side);
    }
  }

  /**
   * Has to be on disk before mailboxes are renamed: whether that takes a subscription along differs from server to
   * server, so that none is agreed on from then.
   */
  noteMoving(keys: Iterable<string>): void {
    const { state } = this.#run.options;
    for (const key of keys) {
      const pair = state.pair(key);
      if (pair && pair.subscribed !== null)
        state.record({ t: 'mailbox', key, ...pair.names, subscribed: null });
    }
  }

  /**
   * Has to be on disk before these make room on a side for a while where they have their new names already: that is what
   * they come back to, and what the other side is yet to follow. What lay below them counts as below them still.
   */
  noteReturning(side: Side, keys: Iterable<string>): void {
    for (const key of keys) {
      const wanted = this.#tree.namesOf(key)?.[side];
      const isThere = this.#tree.sides[side].mailboxOf(key)?.name === wanted;
      if (wanted !== undefined && isThere) this.#noteComingBack(side, key, wanted);
    }
  }

  #noteComingBack(side: Side, key: string, name: WireName): void {
    const known = this.#run.options.state.pair(key)?.names;
    if (!known || known[side] === name) return;
    const nameFrom = this.#tree.merged.leads.get(key) === side ? side : undefined;
    this.#record(key, side === 'a' ? { a: name, b: known.b } : { a: known.a, b: name }, nameFrom);
    for (const { key: below, places } of this.#tree.nodes) {
      const { parent, rest } = places[side].before;
      if (parent === key) this.#noteComingBack(side, below, name + rest);
    }
  }

  moved(mailboxes: readonly LiveMailbox[]): void {
    for (const { key } of mailboxes) {
      if (key !== null && this.#goneOn.has(key)) this.#record(key, this.#presentNames(key));
    }
  }

  /** Where everything is in the end. */
  settle(): void {
    const taken: Record<Side, Set<WireName>> = { a: new Set(), b: new Set() };
    const present = new Map([...this.#pairs.keys()].map((key) => [key, this.#presentNames(key)]));
    for (const pair of this.#pairs.values()) {
      for (const side of SIDES) {
        const name = present.get(pair.key)?.[side];
        if (name && presentName(pair[side]) !== null) taken[side].add(name);
      }
    }
    const movable = new Set(this.#tree.nodes.filter(({ mayMove }) => mayMove).map(({ key }) => key));
    for (const [key, names] of present) {
      const pair = this.#pairs.get(key);
      const left = (side: Side): WireName | null => {
        const name = names[side];
        const isThere = presentName(pair?.[side] ?? { kind: 'gone' }) !== null;
        return isThere || name === null || !taken[side].has(name) ? name : null;
      };
      const mayMove = movable.has(key);
      this.#record(key, { a: left('a'), b: left('b') }, mayMove ? this.#tree.yetToFollow(key) : undefined);
    }
  }

  /** In a dry run nothing has really moved. */
  #presentNames(key: string): Names {
    const known = this.#run.options.state.pair(key)?.names;
    const nameOn = (side: Side): WireName | null => {
      const here = this.#tree.sides[side].mailboxOf(key);
      const name = this.#run.options.dryRun ? here?.listed.name : here?.name;
      return name ?? known?.[side] ?? null;
    };
    return { a: nameOn('a'), b: nameOn('b') };
  }

  #giveUp(key: string, side: Side): void {
    const known = this.#run.options.state.pair(key)?.names;
    if (!known) return;
    const other = known[otherSide(side)];
    this.#record(key, side === 'a' ? { a: null, b: other } : { a: other, b: null });
  }

  /** `from`: the side that the other one is yet to follow; undefined: as before. */
  #record(key: string, { a, b }: Names | BothNames, from?: Side | null): void {
    const { state } = this.#run.options;
    const pair = state.pair(key);
    if (!pair) return;
    const { names, nameFrom: known } = pair;
    const nameFrom = from === undefined ? known : from;
    if (names.a === a && names.b === b && nameFrom === known) return;
    state.record({ t: 'mailbox', key, a, b, subscribed: null, nameFrom });
  }
}
