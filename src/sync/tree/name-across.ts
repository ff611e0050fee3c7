import type { ListedMailbox, WireName } from '../../model/mailbox.js';
import { pathOf } from '../../model/mailbox-path.js';
import type { Side } from '../../state/record.js';
import { NameGiver } from '../name-giver.js';
import { type NameStyle, nameStyle } from '../name-style.js';
import type { TreeSides } from './locate.js';

/** A mailbox by its names on both sides. */
export type BothNames = Readonly<Record<Side, WireName>>;

/** What the name rules make of a name of one side on the other. */
export class NamesAcross {
  readonly styles: Readonly<Record<Side, NameStyle>>;
  readonly #childless: Readonly<Record<Side, readonly ListedMailbox[]>>;
  readonly #altChar: string | undefined;

  constructor({ a, b }: TreeSides, altChar: string | undefined) {
    this.styles = { a: nameStyle(a.facts, a.listing.mailboxes), b: nameStyle(b.facts, b.listing.mailboxes) };
    this.#childless = { a: childlessOf(a.listing.mailboxes), b: childlessOf(b.listing.mailboxes) };
    this.#altChar = altChar;
  }

  /** `name` on the side that is not `from`. `parent`: the nearest mailbox above it, which has its names already. */
  of(from: Side, name: WireName, parent: BothNames | null): WireName {
    const to = from === 'a' ? 'b' : 'a';
    const { delimiter, namespace } = this.styles[from];
    const names = new NameGiver({
      style: this.styles[to],
      known: new Map(parent ? [[parent[from], parent[to]]] : []),
      existing: this.#childless[to],
      ...(this.#altChar === undefined ? {} : { altChar: this.#altChar }),
    });
    if (parent) names.give(parent[from], pathOf(parent[from], delimiter, namespace), null);
    return names.give(name, pathOf(name, delimiter, namespace), null);
  }
}

/** What lies below these has another name on their side. */
function childlessOf(mailboxes: readonly ListedMailbox[]): ListedMailbox[] {
  return mailboxes.filter(({ attributes }) => attributes.includes('\\noinferiors'));
}
