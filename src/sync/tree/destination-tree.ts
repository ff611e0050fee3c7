import { isSelectable, type ListedMailbox, type WireName } from '../../model/mailbox.js';
import { type NameStyle, nameStyle } from '../name-style.js';
import { presentName, type TreePair, type TreeSides } from './locate.js';
import { NameTree, type TreeNode } from './name-tree.js';
import { type PlacedMailbox, planRenames, type RenamePlan, type RenameRules } from './plan-renames.js';
import { isTemporaryName, temporaryName } from './temporary-name.js';
import { type NameRule, nameBeside, namesToFollow } from './wanted-names.js';

/** A mailbox of side b as it is renamed. */
export interface LiveMailbox extends TreeNode {
  /** The key of its pair; null for one that belongs to none. */
  readonly key: string | null;
  readonly listed: ListedMailbox;
}

/** The mailboxes of side b while they are renamed as those of side a were. */
export class DestinationTree {
  readonly style: NameStyle;
  readonly #sides: TreeSides;
  readonly #pairs: ReadonlyMap<string, TreePair>;
  readonly #gone: ReadonlySet<string>;
  readonly #altChar: string | undefined;
  readonly #mailboxes: readonly LiveMailbox[];
  readonly #names: NameTree<LiveMailbox>;
  readonly #byKey: ReadonlyMap<string, LiveMailbox>;
  readonly #kept = new Set<string>();
  #wanted: ReadonlyMap<string, WireName> = new Map();

  /** `gone`: keys of pairs whose mailbox is to go here as well. */
  constructor(
    sides: TreeSides,
    pairs: readonly TreePair[],
    gone: ReadonlySet<string>,
    altChar: string | undefined,
  ) {
    const { facts, listing } = sides.b;
    this.style = nameStyle(facts, listing.mailboxes);
    this.#sides = sides;
    this.#pairs = new Map(pairs.map((pair) => [pair.key, pair]));
    this.#gone = gone;
    this.#altChar = altChar;
    const keys = new Map(pairs.map(({ key, b }) => [presentName(b), key]));
    this.#mailboxes = listing.mailboxes
      .filter(isSelectable)
      .map((listed) => ({ key: keys.get(listed.name) ?? null, name: listed.name, listed }));
    this.#names = new NameTree(this.#mailboxes, this.style.delimiter);
    this.#byKey = new Map(
      this.#mailboxes.flatMap((mailbox) => (mailbox.key === null ? [] : [[mailbox.key, mailbox]])),
    );
  }

  get mailboxes(): readonly LiveMailbox[] {
    return this.#mailboxes;
  }

  mailboxOf(key: string): LiveMailbox | undefined {
    return this.#byKey.get(key);
  }

  withInferiors(name: WireName): readonly LiveMailbox[] {
    return this.#names.withInferiors(name);
  }

  /** The server has done it. Returns what moved. */
  renamed(from: WireName, to: WireName): LiveMailbox[] {
    return [...this.#names.rename(from, to).keys()];
  }

  /** Leaves a mailbox where it is, as it cannot have the name it was to have. */
  keep(key: string): void {
    this.#kept.add(key);
  }

  /**
   * Whether the name of a mailbox is decided over here: it was renamed on one side, has a temporary name, or could not
   * be renamed by a run before.
   */
  isFollowed({ a, b, summary, isSelected }: TreePair): boolean {
    const name = presentName(b);
    if (!isSelected || a.kind === 'gone' || name === null) return false;
    const isMoved = a.kind === 'renamed' || b.kind === 'renamed' || isTemporaryName(name, this.style);
    return isMoved || summary.nameFrom === 'a';
  }

  /** Whether a mailbox was left where it is: it does not have its name, and others may not have theirs for that. */
  get hasKept(): boolean {
    return this.#kept.size > 0;
  }

  /** Whether {@link plan} has to decide over the name of a pair, with a mailbox here or without. */
  hasToBePlanned(pair: TreePair): boolean {
    return this.isFollowed(pair) || (pair.isSelected && pair.a.kind === 'renamed');
  }

  /** Whether nothing more is to be done to the name of a mailbox that is followed. */
  isSettled(key: string): boolean {
    return this.#kept.has(key) || this.#byKey.get(key)?.name === this.#wanted.get(key);
  }

  /** The name that was last planned for a mailbox that follows side a. */
  wantedName(key: string): WireName | undefined {
    return this.#wanted.get(key);
  }

  /** What is left to be done, as far as the names on side a and {@link keep} have it. */
  plan(): RenamePlan {
    const pairs = [...this.#pairs.values()];
    const wanted = namesToFollow(this.#liveSides(), pairs, (pair) => this.#ruleOf(pair), this.#altChar);
    for (const pair of pairs) {
      const rule = this.isFollowed(pair) && this.#ruleOf(pair);
      if (typeof rule === 'object') wanted.set(pair.key, rule.keeps);
    }
    this.#wanted = wanted;
    return planRenames(
      this.#mailboxes.map((mailbox) => this.#placed(mailbox)),
      this.#rules(),
    );
  }

  /**
   * The name that a mailbox has by what was written down of it, whatever it is called meanwhile: as long as that is not
   * written down another run will bring it back. null where the name follows from the one on side a, or from nothing.
   */
  nameToComeBackTo(pair: TreePair): WireName | null {
    const { key, a } = pair;
    const here = this.#byKey.get(key);
    if (!here || this.#kept.has(key) || a.kind === 'gone') return null;
    const rule = this.#ruleOf(pair);
    if (typeof rule !== 'object') return null;
    return this.isFollowed(pair) || a.kind !== 'renamed' ? rule.keeps : null;
  }

  #placed({ key, name }: LiveMailbox): PlacedMailbox {
    const pair = key === null ? undefined : this.#pairs.get(key);
    if (!pair || this.#kept.has(pair.key)) return { key, name, wanted: null };
    if (this.#ruleOf(pair) === 'yields') return { key, name, wanted: null, yields: true };
    const wanted =
      this.#ruleOf(pair) === 'follows' ? this.#wanted.get(pair.key) : this.nameToComeBackTo(pair);
    return { key, name, wanted: wanted ?? null };
  }

  #ruleOf(pair: TreePair): NameRule {
    const { key, a, b, summary, isSelected } = pair;
    const here = this.#byKey.get(key);
    if (here && this.#kept.has(key)) return { keeps: here.name };
    if (a.kind === 'gone') return this.#gone.has(key) || !here ? 'yields' : { keeps: here.name };
    if (this.isFollowed(pair)) {
      const isToFollow = a.kind === 'renamed' || summary.nameFrom === 'a';
      const isMovedHereAlone = !isToFollow && !isTemporaryName(summary.names.b ?? '', this.style);
      return isMovedHereAlone && summary.names.b !== null ? { keeps: summary.names.b } : 'follows';
    }
    if (here) return { keeps: a.kind === 'renamed' ? here.name : here.listed.name };
    const mustFollow = b.kind === 'gone' && a.kind === 'renamed' && isSelected;
    return mustFollow || summary.names.b === null ? 'follows' : { keeps: summary.names.b };
  }

  /** Both listings, that of side b with the names as they are now. */
  #liveSides(): TreeSides {
    const mailboxes = this.#mailboxes.map(({ listed, name }) => ({ ...listed, name }));
    const { a, b } = this.#sides;
    return { a, b: { ...b, listing: { ...b.listing, mailboxes } } };
  }

  #rules(): RenameRules {
    const { delimiter } = this.style;
    return {
      delimiter,
      temporaryName: (key, isTaken) => temporaryName(key, this.style, isTaken, this.#altChar),
      nameBeside: (name, isTaken) => nameBeside(name, isTaken, this.#altChar),
    };
  }
}
