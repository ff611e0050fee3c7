import { isSelectable, type WireName } from '../../model/mailbox.js';
import type { Side } from '../../state/record.js';
import type { LiveMailbox } from './destination-tree.js';
import { otherSide } from './leads.js';
import { isInboxName, presentName, type TreePair, type TreeSides } from './locate.js';
import { type MergeNode, mergeNodes, SIDES } from './merge-node.js';
import { type MergedNames, mergeNames, type Occupant } from './merged-names.js';
import { MergedSide } from './merged-side.js';
import { type BothNames, NamesAcross } from './name-across.js';

/** Mailboxes of both sides while they get the names that both are to have. */
export class MergedTree {
  readonly across: NamesAcross;
  readonly sides: Readonly<Record<Side, MergedSide>>;
  readonly #nodes: readonly MergeNode[];
  readonly #occupants: readonly Occupant[];
  readonly #altChar: string | undefined;
  #merged: MergedNames;

  /** `going`: keys of pairs whose mailbox is gone on one side, and is to go on the other. */
  constructor(
    listed: TreeSides,
    pairs: readonly TreePair[],
    going: ReadonlySet<string>,
    altChar: string | undefined,
  ) {
    this.#altChar = altChar;
    this.across = new NamesAcross(listed, altChar);
    this.#nodes = mergeNodes(pairs.filter(isMovable), listed, this.across.styles);
    const movable = new Set(this.#nodes.filter(({ mayMove }) => mayMove).map(({ key }) => key));
    const side = (which: Side): MergedSide => {
      const { mailboxes } = listed[which].listing;
      const keys = new Map(pairs.map((pair) => [presentName(pair[which]), pair.key]));
      const placed = mailboxes.filter(isSelectable).map((mailbox): LiveMailbox => {
        return { key: keys.get(mailbox.name) ?? null, name: mailbox.name, listed: mailbox };
      });
      const wanted = (key: string): WireName | undefined => this.namesOf(key)?.[which];
      return new MergedSide(placed, this.across.styles[which], { movable, going, wanted, altChar }, () =>
        this.#merge(),
      );
    };
    this.sides = { a: side('a'), b: side('b') };
    const known = new Set(this.#nodes.map(({ key }) => key));
    this.#occupants = SIDES.flatMap((which) => {
      const others = this.sides[which].mailboxes.filter(
        ({ key }) => key === null || !(known.has(key) || going.has(key)),
      );
      return others.map(({ name }) => ({ side: which, name }));
    });
    this.#merged = this.#merge();
  }

  get nodes(): readonly MergeNode[] {
    return this.#nodes;
  }

  get merged(): MergedNames {
    return this.#merged;
  }

  /** The side whose name the other one could not be given. */
  yetToFollow(key: string): Side | null {
    const names = this.namesOf(key);
    const [only, ...others] = SIDES.filter((side) => {
      const here = this.sides[side];
      return here.stuck.has(key) || here.mailboxOf(key)?.name !== names?.[side];
    });
    if (only === undefined) return null;
    return others.length === 0 ? otherSide(only) : (this.#merged.leads.get(key) ?? null);
  }

  namesOf(key: string): BothNames | undefined {
    return this.#merged.names.get(key);
  }

  #merge(): MergedNames {
    this.#merged = mergeNames({
      nodes: this.#nodes,
      occupants: this.#occupants,
      across: this.across,
      altChar: this.#altChar,
      stuck: { a: this.sides.a.stuck, b: this.sides.b.stuck },
    });
    return this.#merged;
  }
}

function isMovable({ a, b }: TreePair): boolean {
  return ![presentName(a), presentName(b)].some((name) => name === null || isInboxName(name));
}
