import { isSelectable, type WireName } from '../../model/mailbox.js';
import type { Side } from '../../state/record.js';
import type { ListedAccount } from '../list-accounts.js';
import { nameStyle } from '../name-style.js';
import type { RunContext } from '../run-context.js';
import { isSelected } from '../selection.js';
import type { Whereabouts } from './identify.js';
import { presentName, type TreePair, type TreeSides } from './locate.js';
import { displayOn } from './merge-node.js';
import { Places } from './place.js';

/**
 * A mailbox that nothing can be told by, an empty one perhaps, is not found again when what lies above it is renamed.
 * What has its place below that now has taken its name, as if nothing had been renamed.
 */
export function withCarriedAlong(run: RunContext, pairs: readonly TreePair[], listed: TreeSides): TreePair[] {
  const atA = carriedOn('a', pairs, listed);
  const atB = carriedOn('b', pairs, listed);
  if (atA.size === 0 && atB.size === 0) return [...pairs];
  return pairs.map((pair) => {
    const [a, b] = [atA.get(pair.key) ?? pair.a, atB.get(pair.key) ?? pair.b];
    const isWanted = a === pair.a || isWantedAs(run, presentName(a) ?? '', listed.a);
    return { ...pair, a, b, isSelected: pair.isSelected && isWanted };
  });
}

/** One that was carried along has to be selected by its new name as well. */
function isWantedAs(run: RunContext, name: WireName, { facts, listing }: ListedAccount): boolean {
  const specialUse = listing.mailboxes.find((mailbox) => mailbox.name === name)?.specialUse ?? null;
  const display = displayOn(nameStyle(facts, listing.mailboxes), name);
  return isSelected(run.options.selection, { display, specialUse });
}

function carriedOn(side: Side, pairs: readonly TreePair[], listed: TreeSides): Map<string, Whereabouts> {
  const { facts, listing } = listed[side];
  const { delimiter } = nameStyle(facts, listing.mailboxes);
  const found = new Map<string, Whereabouts>();
  const lost = pairs.filter((pair) => pair[side].kind === 'gone' && pair.summary.names[side] !== null);
  if (lost.length === 0) return found;
  const present = new Map<string, WireName>();
  for (const pair of pairs) {
    const name = presentName(pair[side]);
    if (name !== null) present.set(pair.key, name);
  }
  const before = new Places(
    pairs.flatMap(({ key, summary: { names } }) =>
      names[side] === null ? [] : [[key, names[side]] as const],
    ),
    delimiter,
  );
  const claimed = new Set(present.values());
  const free = new Set(listing.mailboxes.filter(isSelectable).map(({ name }) => name));
  for (const name of claimed) free.delete(name);
  const nearestFirst = lost.map((pair) => [pair.key, pair.summary.names[side] ?? ''] as const);
  for (const [key, name] of nearestFirst.sort(([, one], [, other]) => one.length - other.length)) {
    const { parent, rest } = before.of(name);
    const now = present.get(parent ?? '');
    if (now === undefined || !free.delete(now + rest)) continue;
    present.set(key, now + rest);
    found.set(key, { kind: 'renamed', name: now + rest });
  }
  return found;
}
