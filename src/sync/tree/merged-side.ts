import type { WireName } from '../../model/mailbox.js';
import type { NameStyle } from '../name-style.js';
import type { LiveMailbox } from './destination-tree.js';
import { displayOn } from './merge-node.js';
import { NameTree } from './name-tree.js';
import { type PlacedMailbox, planRenames, type RenamePlan, type RenameStep } from './plan-renames.js';
import type { RenamedTree } from './rename-run.js';
import { temporaryName } from './temporary-name.js';
import { nameBeside } from './wanted-names.js';

/** What decides over the mailboxes of a side, by the keys of their pairs. */
interface SideRules {
  readonly movable: ReadonlySet<string>;
  readonly going: ReadonlySet<string>;
  readonly wanted: (key: string) => WireName | undefined;
  readonly altChar: string | undefined;
}

/** The mailboxes of one side while they get the names that both sides are to have. */
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
