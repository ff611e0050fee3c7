import type { ListedMailbox, WireName } from '../../model/mailbox.js';
import { displayPath, pathOf } from '../../model/mailbox-path.js';
import type { Side } from '../../state/record.js';
import type { NameStyle } from '../name-style.js';
import { presentName, type TreePair, type TreeSides } from './locate.js';
import type { BothNames } from './name-across.js';
import { isSamePlace, type Place, Places } from './place.js';
import { isTemporaryName } from './temporary-name.js';

export const SIDES: readonly Side[] = ['a', 'b'];

/** A mailbox that both sides have: what it was when they last agreed, and what it is on each of them now. */
export interface MergeNode {
  readonly key: string;
  /** The same whichever side is called a: puts what has to be decided in order. */
  readonly label: string;
  readonly names: Readonly<Record<Side, { readonly before: WireName; readonly now: WireName }>>;
  /** Where we put it on the way to its new name does not count: it is where it was. */
  readonly places: Readonly<Record<Side, { readonly before: Place; readonly now: Place }>>;
  /** The side whose name of it the other one is yet to follow, as a run before could not do it. */
  readonly nameFrom: Side | null;
  /** Whether the person who started the run wants it touched. */
  readonly mayMove: boolean;
  /** Servers give names to mailboxes with a role: it has its own on each side. */
  readonly hasOwnNames: boolean;
}

/** The mailboxes that both sides have; those of no other pair count as places. INBOX has none. */
export function mergeNodes(
  pairs: readonly TreePair[],
  sides: TreeSides,
  styles: Readonly<Record<Side, NameStyle>>,
): MergeNode[] {
  const named = pairs.flatMap((pair) => {
    const [a, b] = [namesOn('a', pair), namesOn('b', pair)];
    return a && b ? [{ pair, names: { a, b } }] : [];
  });
  const placed = (side: Side, when: 'before' | 'now'): Places => {
    const names = named.map(({ pair, names: found }) => [pair.key, found[side][when]] as const);
    return new Places(names, styles[side].delimiter);
  };
  const before = { a: placed('a', 'before'), b: placed('b', 'before') };
  const now = { a: placed('a', 'now'), b: placed('b', 'now') };
  const roles = { a: rolesOf(sides.a.listing.mailboxes), b: rolesOf(sides.b.listing.mailboxes) };
  return named.map(({ pair, names }) => {
    const placesOn = (side: Side): MergeNode['places'][Side] => {
      const place = before[side].of(names[side].before);
      const present = now[side].of(names[side].now);
      const isOnItsWay = present.parent === null && isTemporaryName(names[side].now, styles[side]);
      return { before: place, now: isOnItsWay ? place : present };
    };
    const role = roles.a.get(presentName(pair.a) ?? '');
    return {
      key: pair.key,
      label: labelOf({ a: names.a.before, b: names.b.before }, styles),
      names,
      places: { a: placesOn('a'), b: placesOn('b') },
      nameFrom: pair.summary.nameFrom,
      mayMove: pair.isSelected,
      hasOwnNames: role !== undefined && role === roles.b.get(presentName(pair.b) ?? ''),
    };
  });
}

/** Whether its place on a side is another one than it was, whoever moved it. */
export function hasMoved({ places }: MergeNode, side: Side): boolean {
  return !isSamePlace(places[side].before, places[side].now);
}

export function displayOn({ delimiter, namespace }: NameStyle, name: WireName): string {
  return displayPath(pathOf(name, delimiter, namespace));
}

function namesOn(side: Side, pair: TreePair): MergeNode['names'][Side] | null {
  const now = presentName(pair[side]);
  return now === null ? null : { before: pair.summary.names[side] ?? now, now };
}

function labelOf(names: BothNames, styles: Readonly<Record<Side, NameStyle>>): string {
  return SIDES.map((side) => displayOn(styles[side], names[side]))
    .sort()
    .join('\0');
}

function rolesOf(mailboxes: readonly ListedMailbox[]): ReadonlyMap<WireName, string> {
  const roles = mailboxes.flatMap(({ name, specialUse }) =>
    specialUse ? [[name, specialUse] as const] : [],
  );
  return new Map(roles);
}
