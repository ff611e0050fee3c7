import type { WireName } from '../../model/mailbox.js';
import { NameTree, type TreeNode } from './name-tree.js';

/** A mailbox of one side as it is and as it is to be. */
export interface PlacedMailbox {
  /** The key of its pair; null for one that belongs to none. */
  readonly key: string | null;
  readonly name: WireName;
  /** null: wherever a RENAME of something above takes it. */
  readonly wanted: WireName | null;
  /** It is to go in the end, and makes room for whoever needs its name. */
  readonly yields?: boolean;
}

export interface RenameStep {
  readonly key: string;
  readonly from: WireName;
  readonly to: WireName;
  /** Only on its way to the name that is wanted. */
  readonly isTemporary: boolean;
}

export interface RenamePlan {
  readonly steps: readonly RenameStep[];
  /** Keys of mailboxes whose wanted name is taken for good; the steps are not to be carried out then. */
  readonly blocked: readonly string[];
}

export interface RenameRules {
  readonly delimiter: string | null;
  temporaryName(key: string, isTaken: (name: WireName) => boolean): WireName;
  /** For what makes room: a name beside the one that it has. */
  nameBeside(name: WireName, isTaken: (name: WireName) => boolean): WireName;
}

/**
 * The RENAMEs that bring every mailbox from its name to the one that is wanted, in an order in which each can be carried
 * out. Parents come before what is to lie below them, because a RENAME takes along what lies below; a name is vacated
 * before another takes it; where each waits for another, one steps aside under a temporary name. No mailbox is named in
 * more than two steps.
 */
export function planRenames(mailboxes: readonly PlacedMailbox[], rules: RenameRules): RenamePlan {
  return new Planner(mailboxes, rules).plan();
}

type Node = TreeNode & Omit<PlacedMailbox, 'name'>;

/** A mailbox that has to move first. */
interface Obstacle {
  readonly node: Node;
  /** The name it is in the way of, where it is out of the way under any other name. */
  readonly leaves: WireName | null;
}

class Planner {
  readonly #rules: RenameRules;
  readonly #tree: NameTree<Node>;
  readonly #movable: readonly Node[];
  readonly #byWanted: ReadonlyMap<WireName, Node>;
  readonly #blocked = new Set<Node>();
  readonly #steps: RenameStep[] = [];

  constructor(mailboxes: readonly PlacedMailbox[], rules: RenameRules) {
    const nodes = mailboxes.map((mailbox): Node => ({ ...mailbox }));
    this.#rules = rules;
    this.#tree = new NameTree(nodes, rules.delimiter);
    this.#movable = nodes.filter(({ key, wanted }) => key !== null && wanted !== null);
    this.#byWanted = new Map(this.#movable.map((node) => [node.wanted ?? '', node]));
  }

  plan(): RenamePlan {
    for (let pending = this.#pending(); pending.length > 0; pending = this.#pending()) {
      if (!this.#moveWhatCan(pending)) this.#makeRoom(pending);
    }
    return { steps: this.#steps, blocked: [...this.#blocked].map(({ key }) => key ?? '') };
  }

  /** Those nearest to the top come first, so that what lies below moves along. */
  #pending(): Node[] {
    const depth = ({ name }: Node): number => this.#tree.above(name).length;
    return this.#movable
      .filter((node) => this.#isPending(node))
      .sort((left, right) => depth(left) - depth(right) || (left.name < right.name ? -1 : 1));
  }

  #isPending(node: Node): boolean {
    return node.wanted !== null && node.name !== node.wanted && !this.#blocked.has(node);
  }

  /** False when nothing could move, and nothing was given up either. */
  #moveWhatCan(pending: readonly Node[]): boolean {
    let hasChanged = false;
    for (const node of pending) {
      // What was renamed before may have taken this one to its place.
      if (node.wanted === null || node.name === node.wanted) continue;
      const obstacles = this.#obstacles(node, node.wanted);
      if (obstacles === 'for good') this.#blocked.add(node);
      else if (obstacles.length === 0) this.#rename(node, node.wanted, false);
      hasChanged ||= obstacles === 'for good' || obstacles.length === 0;
    }
    return hasChanged;
  }

  #obstacles(node: Node, wanted: WireName): Obstacle[] | 'for good' {
    const found: Obstacle[] = [];
    const occupant = this.#tree.at(wanted);
    for (const mover of occupant ? [this.#takenAwayBy(occupant)] : this.#moversBelow(wanted)) {
      // What goes along with this one would be in its way again.
      if (!mover || (occupant && mover === node)) return 'for good';
      found.push({ node: mover, leaves: wanted });
    }
    for (const name of this.#tree.above(wanted)) {
      const above = this.#tree.at(name);
      // It would take this one along when it goes.
      if (above && this.#isPending(above)) found.push({ node: above, leaves: name });
      const heir = this.#byWanted.get(name);
      if (heir && this.#isPending(heir)) found.push({ node: heir, leaves: null });
    }
    return found;
  }

  /** Itself, or what takes it along from above; undefined when it stays where it is. */
  #takenAwayBy(node: Node): Node | undefined {
    if (this.#isPending(node) || this.#canMakeRoom(node, true)) return node;
    const above = this.#nodesAbove(node);
    return above.find((one) => this.#isPending(one)) ?? above.find((one) => this.#canMakeRoom(one, true));
  }

  /**
   * A level without a mailbox has a name too, which servers give to no other as long as something lies below. All of that
   * has to go, for a while at least; undefined for what cannot.
   */
  #moversBelow(level: WireName): (Node | undefined)[] {
    const below = this.#tree.withInferiors(level).sort((one, other) => (one.name < other.name ? -1 : 1));
    const movers = below.map((node) => {
      const chain = [...this.#nodesAbove(node).filter(({ name }) => this.#tree.isBelow(name, level)), node];
      return chain.find((one) => this.#canMakeRoom(one, false));
    });
    const isWaiting = (node: Node | undefined): number => (node && this.#isPending(node) ? 0 : 1);
    return [...new Set(movers)].sort((one, other) => isWaiting(one) - isWaiting(other));
  }

  #nodesAbove(node: Node): Node[] {
    return this.#tree.above(node.name).flatMap((name) => this.#tree.at(name) ?? []);
  }

  /** Whether a mailbox may get another name for others, for good or until they have theirs. */
  #canMakeRoom(node: Node, isForGood: boolean): boolean {
    if (node.key === null || this.#blocked.has(node)) return false;
    return node.yields === true || (!isForGood && node.wanted !== null);
  }

  /** Each waits for another: one goes out of the way. */
  #makeRoom(pending: readonly Node[]): void {
    const below = pending.find(({ name, wanted }) => this.#tree.isBelow(wanted ?? '', name));
    const { node, leaves } = below ? { node: below, leaves: below.name } : this.#oneInTheWay(pending);
    if (node.yields) {
      this.#rename(node, this.#besideName(node, leaves ?? node.name), false);
      return;
    }
    const isTaken = (name: WireName): boolean => this.#tree.isName(name) || this.#byWanted.has(name);
    this.#rename(node, this.#rules.temporaryName(node.key ?? '', isTaken), true);
  }

  /** Beside the name that others want, whether it is its own or one above. */
  #besideName(node: Node, wanted: WireName): WireName {
    const level = this.#tree.isBelow(node.name, wanted) ? wanted : node.name;
    const rest = node.name.slice(level.length);
    const isTaken = (name: WireName): boolean =>
      this.#tree.at(name) !== undefined || this.#byWanted.has(name) || this.#tree.isName(name + rest);
    return this.#rules.nameBeside(level, isTaken) + rest;
  }

  #oneInTheWay(pending: readonly Node[]): Obstacle {
    const path: Obstacle[] = [];
    for (let node = pending[0]; node; ) {
      const obstacles = this.#obstacles(node, node.wanted ?? node.name);
      const next: Obstacle | undefined = obstacles === 'for good' ? undefined : obstacles[0];
      if (!next) break;
      if (!this.#isPending(next.node)) return next;
      const start = path.findIndex((obstacle) => obstacle.node === next.node);
      path.push(next);
      node = next.node;
      if (start < 0) continue;
      // What others wait for to lie below it is nearer to the top than they: not all of a circle can be such.
      const circle = path.slice(start + 1).filter(({ leaves }) => leaves !== null);
      const first = pending.find((one) => circle.some((obstacle) => obstacle.node === one));
      const found = circle.find((obstacle) => obstacle.node === first);
      if (found) return found;
    }
    throw new RangeError('mailboxes wait for each other in no circle');
  }

  #rename(node: Node, to: WireName, isTemporary: boolean): void {
    const from = node.name;
    this.#tree.rename(from, to);
    this.#steps.push({ key: node.key ?? '', from, to, isTemporary });
  }
}
