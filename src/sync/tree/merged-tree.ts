import { isSelectable, type WireName } from '../../model/mailbox.js';
import type { Side } from '../../state/record.js';
import type { NameStyle } from '../name-style.js';
import type { LiveMailbox } from './destination-tree.js';
import { isInboxName, presentName, type TreePair, type TreeSides } from './locate.js';
import { displayOn, type MergeNode, mergeNodes, SIDES } from './merge-node.js';
import { type MergedNames, mergeNames, type Occupant } from './merged-names.js';
import { type BothNames, NamesAcross } from './name-across.js';
import { NameTree } from './name-tree.js';
import { type PlacedMailbox, planRenames, type RenamePlan, type RenameStep } from './plan-renames.js';
import type { RenamedTree } from './rename-run.js';
import { temporaryName } from './temporary-name.js';
import { nameBeside } from './wanted-names.js';

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

interface SideRules {
  readonly movable: ReadonlySet<string>;
  readonly going: ReadonlySet<string>;
  readonly wanted: (key: string) => WireName | undefined;
  readonly altChar: string | undefined;
}

/** One side of a {@link MergedTree}. */
export class MergedSide implements RenamedTree {
  readonly style: NameStyle;
  readonly mailboxes: readonly LiveMailbox[];
  readonly #names: NameTree<LiveMailbox>;
  readonly #byKey: ReadonlyMap<string, LiveMailbox>;
  readonly #rules: SideRules;
  readonly #merge: () => void;
  readonly #kept = new Set<string>();

  constructor(mailboxes: readonly LiveMailbox[], style: NameStyle, rules: SideRules, merge: () => void) {
    this.mailboxes = mailboxes;
    this.style = style;
    this.#rules = rules;
    this.#merge = merge;
    this.#names = new NameTree(mailboxes, style.delimiter);
    this.#byKey = new Map(
      mailboxes.flatMap((mailbox) => (mailbox.key === null ? [] : [[mailbox.key, mailbox]])),
    );
  }

  /** Present names of those that could not be renamed here. */
  get stuck(): ReadonlyMap<string, WireName> {
    return new Map([...this.#kept].map((key) => [key, this.mailboxOf(key)?.name ?? '']));
  }

  mailboxOf(key: string): LiveMailbox | undefined {
    return this.#byKey.get(key);
  }

  withInferiors(name: WireName): readonly LiveMailbox[] {
    return this.#names.withInferiors(name);
  }

  renamed(from: WireName, to: WireName): LiveMailbox[] {
    return [...this.#names.rename(from, to).keys()];
  }

  keep(key: string): void {
    this.#kept.add(key);
  }

  wantedName(key: string): WireName | undefined {
    return this.#rules.wanted(key);
  }

  display(name: WireName): string {
    return displayOn(this.style, name);
  }

  plan(): RenamePlan {
    this.#merge();
    const { altChar } = this.#rules;
    return planRenames(
      this.mailboxes.map((mailbox) => this.#placed(mailbox)),
      {
        delimiter: this.style.delimiter,
        temporaryName: (key, isTaken) => temporaryName(key, this.style, isTaken, altChar),
        nameBeside: (name, isTaken) => nameBeside(name, isTaken, altChar),
      },
    );
  }

  /** Keys of the mailboxes that these would take elsewhere, if only for a while. */
  movedBy(steps: readonly RenameStep[]): Set<string> {
    const tree = new NameTree(
      this.mailboxes.map(({ key, name }) => ({ key, name })),
      this.style.delimiter,
    );
    const keys = new Set<string>();
    for (const { from, to } of steps) {
      for (const { key } of tree.rename(from, to).keys()) if (key !== null) keys.add(key);
    }
    return keys;
  }

  #placed({ key, name }: LiveMailbox): PlacedMailbox {
    const { movable, going, wanted } = this.#rules;
    if (key === null || this.#kept.has(key)) return { key, name, wanted: null };
    if (going.has(key)) return { key, name, wanted: null, yields: true };
    return { key, name, wanted: movable.has(key) ? (wanted(key) ?? null) : null };
  }
}
