import type { Side } from '../../state/record.js';
import { displayOn, hasMoved, type MergeNode, SIDES } from './merge-node.js';
import type { NamesAcross } from './name-across.js';
import { isTemporaryName } from './temporary-name.js';

/** Which side decides over the place of each mailbox that was moved. */
export interface Leads {
  /** By key. What is not named has its place on either side. */
  readonly leads: ReadonlyMap<string, Side>;
  /** Keys of mailboxes that were moved on the other side as well, and cannot be in both places. */
  readonly overruled: ReadonlySet<string>;
}

/**
 * Whoever moved a mailbox decides where it is. Where both sides did, to places that do not correspond, the name that
 * sorts first wins; where each side would put a mailbox below the other's, one side decides over all of them.
 */
export function decideLeads(nodes: readonly MergeNode[], across: NamesAcross): Leads {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const leads = new Map<string, Side>();
  const overruled = new Set<string>();
  for (const node of nodes) {
    const lead = leadOf(node, byKey, across);
    if (lead === null) continue;
    leads.set(node.key, lead);
    if (hasMoved(node, otherSide(lead))) overruled.add(node.key);
  }
  breakCircles(nodes, byKey, leads, overruled);
  return { leads, overruled };
}

export function otherSide(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

/** Mailboxes above this one, once those that lead have decided. */
export function parentsOf({ key, places }: MergeNode, leads: ReadonlyMap<string, Side>): string[] {
  const lead = leads.get(key);
  const parents = lead ? [places[lead].now.parent] : [places.a.now.parent, places.b.now.parent];
  return [...new Set(parents)].filter((parent) => parent !== null);
}

function leadOf(node: MergeNode, byKey: ReadonlyMap<string, MergeNode>, across: NamesAcross): Side | null {
  const { mayMove, hasOwnNames } = node;
  if (!mayMove || hasOwnNames) return null;
  const [isLostA, isLostB] = [isLost(node, 'a', across), isLost(node, 'b', across)];
  if (isLostA !== isLostB) return isLostA ? 'b' : 'a';
  const [movedA, movedB] = [hasMoved(node, 'a'), hasMoved(node, 'b')];
  const { nameFrom, places } = node;
  if (!movedA && !movedB && nameFrom === null) return null;
  const { a, b } = places;
  // Where one side has no levels, what moves along on the other is renamed on this one: that may be done already.
  const mayBeDone = movedA === movedB || a.before.parent !== b.before.parent;
  if (mayBeDone && correspond(node, byKey, across)) return null;
  if (movedA && movedB) return firstOf(node, byKey, across);
  // Whoever moved it since counts for more than what is yet to be done.
  if (movedA || movedB) return movedA ? 'a' : 'b';
  return nameFrom;
}

/** Whether nothing is left of the name it had on a side before it was put on its way. */
function isLost({ names }: MergeNode, side: Side, { styles }: NamesAcross): boolean {
  return [names[side].before, names[side].now].every((name) => isTemporaryName(name, styles[side]));
}

/** Whether its name on either side is what the rules make of that on the other, below the same mailbox. */
function correspond(
  { names, places }: MergeNode,
  byKey: ReadonlyMap<string, MergeNode>,
  across: NamesAcross,
): boolean {
  const parents = [places.a.now.parent, places.b.now.parent];
  // A side without levels knows none above.
  const isBelowAnother = parents[0] !== parents[1] && !parents.includes(null);
  const hasLevels = SIDES.every((side) => across.styles[side].delimiter !== null);
  const isMatched = places.a.before.parent === places.b.before.parent;
  if (isBelowAnother || (parents[0] !== parents[1] && hasLevels && isMatched)) return false;
  const made = (from: Side): string => {
    const above = byKey.get(places[from].now.parent ?? '');
    return across.of(from, names[from].now, above ? { a: above.names.a.now, b: above.names.b.now } : null);
  };
  return made('a') === names.b.now || made('b') === names.a.now;
}

function firstOf(
  { names, places }: MergeNode,
  byKey: ReadonlyMap<string, MergeNode>,
  { styles }: NamesAcross,
): Side {
  const { a, b } = places;
  const isBeside = a.now.parent === b.now.parent && a.now.parent !== null;
  const texts = SIDES.map((side) => {
    const { parent, rest } = places[side].now;
    const display = displayOn(styles[side], isBeside ? restOf(rest) : names[side].now);
    return `${display}\0${byKey.get(parent ?? '')?.label ?? ''}`;
  });
  const [textA = '', textB = ''] = texts;
  return textB < textA ? 'b' : 'a';
}

/** Without the delimiter it begins with. */
function restOf(rest: string): string {
  return rest.slice(1);
}

function breakCircles(
  nodes: readonly MergeNode[],
  byKey: ReadonlyMap<string, MergeNode>,
  leads: Map<string, Side>,
  overruled: Set<string>,
): void {
  const inOrder = [...nodes].sort(byLabel);
  const settled = new Set<string>();
  for (let circle = findCircle(inOrder, byKey, leads); circle; circle = findCircle(inOrder, byKey, leads)) {
    const first = circle.filter(({ key }) => leads.has(key)).sort(byLabel)[0];
    const side = leads.get(first?.key ?? '');
    if (!side) return;
    // Within one side there are no circles.
    const isSecond = circle.some(({ key }) => settled.has(key));
    for (const node of isSecond ? inOrder : circle) {
      settled.add(node.key);
      if (!node.mayMove) continue;
      if (leads.get(node.key) === otherSide(side)) overruled.add(node.key);
      leads.set(node.key, side);
    }
    if (isSecond) return;
  }
}

/** A mailbox that is moved below itself, with those between. */
function findCircle(
  nodes: readonly MergeNode[],
  byKey: ReadonlyMap<string, MergeNode>,
  leads: ReadonlyMap<string, Side>,
): MergeNode[] | null {
  for (const node of nodes) {
    const circle = leads.has(node.key) ? wayBack(node, node, byKey, leads, new Set()) : null;
    if (circle) return circle;
  }
  return null;
}

function wayBack(
  node: MergeNode,
  to: MergeNode,
  byKey: ReadonlyMap<string, MergeNode>,
  leads: ReadonlyMap<string, Side>,
  seen: Set<string>,
): MergeNode[] | null {
  for (const key of parentsOf(node, leads)) {
    const above = byKey.get(key);
    if (above === to) return [node];
    if (!above || seen.has(key)) continue;
    seen.add(key);
    const rest = wayBack(above, to, byKey, leads, seen);
    if (rest) return [node, ...rest];
  }
  return null;
}

export function byLabel(left: MergeNode, right: MergeNode): number {
  if (left.label !== right.label) return left.label < right.label ? -1 : 1;
  return left.key < right.key ? -1 : 1;
}
