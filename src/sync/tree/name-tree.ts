import type { WireName } from '../../model/mailbox.js';

/** A mailbox that moves in a {@link NameTree}. */
export interface TreeNode {
  /** Changed by the tree alone. */
  name: WireName;
}

/** The mailboxes of one side by their names, and what a RENAME does to them (RFC 3501, section 6.3.5). */
export class NameTree<Node extends TreeNode> {
  readonly #delimiter: string | null;
  readonly #nodes = new Map<WireName, Node>();
  /** How many mailboxes lie below a name. */
  readonly #inferiors = new Map<WireName, number>();

  constructor(nodes: Iterable<Node>, delimiter: string | null) {
    this.#delimiter = delimiter;
    for (const node of nodes) this.#add(node);
  }

  at(name: WireName): Node | undefined {
    return this.#nodes.get(name);
  }

  /** Gives a mailbox another name; those below it move along. Returns all that moved with their names before. */
  rename(from: WireName, to: WireName): Map<Node, WireName> {
    const moved = new Map([...this.withInferiors(from)].map((node) => [node, node.name]));
    for (const node of moved.keys()) this.#remove(node);
    for (const [node, name] of moved) {
      node.name = to + name.slice(from.length);
      this.#add(node);
    }
    return moved;
  }

  /** A mailbox and what lies below it. */
  withInferiors(name: WireName): Node[] {
    const own = this.#nodes.get(name);
    const below = this.#inferiors.has(name)
      ? [...this.#nodes.values()].filter((node) => this.isBelow(node.name, name))
      : [];
    return own ? [own, ...below] : below;
  }

  /** Whether there is a mailbox of that name, or a level that others lie below. */
  isName(name: WireName): boolean {
    return this.#nodes.has(name) || this.#inferiors.has(name);
  }

  isBelow(name: WireName, above: WireName): boolean {
    return this.#delimiter !== null && name.startsWith(above + this.#delimiter);
  }

  /** Names of all levels above, the topmost first. */
  above(name: WireName): WireName[] {
    if (this.#delimiter === null) return [];
    const names: WireName[] = [];
    for (let at = name.indexOf(this.#delimiter); at >= 0; at = name.indexOf(this.#delimiter, at + 1)) {
      names.push(name.slice(0, at));
    }
    return names;
  }

  #add(node: Node): void {
    this.#nodes.set(node.name, node);
    for (const name of this.above(node.name)) this.#inferiors.set(name, (this.#inferiors.get(name) ?? 0) + 1);
  }

  #remove(node: Node): void {
    this.#nodes.delete(node.name);
    for (const name of this.above(node.name)) {
      const left = (this.#inferiors.get(name) ?? 0) - 1;
      if (left > 0) this.#inferiors.set(name, left);
      else this.#inferiors.delete(name);
    }
  }
}
