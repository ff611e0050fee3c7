import type { WireName } from '../../model/mailbox.js';
import { mapMailboxes } from '../mailbox-map.js';
import { numberedName } from '../name-giver.js';
import { nameStyle } from '../name-style.js';
import { presentName, type TreePair, type TreeSides } from './locate.js';

/** What decides over a mailbox of side b. */
export type NameRule =
  /** It has this name, and keeps it. */
  | { readonly keeps: WireName }
  /** Its name follows from the one at side a. */
  | 'follows'
  /** It is to go in the end: whoever needs its name may have it. */
  | 'yields';

/**
 * The names at side b of those that follow, by key: what the same mailboxes would get if they were new, beside those
 * that keep theirs.
 */
export function namesToFollow(
  { a, b }: TreeSides,
  pairs: readonly TreePair[],
  ruleOf: (pair: TreePair) => NameRule,
  altChar: string | undefined,
): Map<string, WireName> {
  const known = new Map<WireName, WireName>();
  const following = new Map<WireName, string>();
  for (const pair of pairs) {
    const rule = ruleOf(pair);
    const name = presentName(pair.a);
    if (rule === 'follows' && name !== null) following.set(name, pair.key);
    // No mailbox is called that: it keeps the name from being given to another.
    else if (typeof rule === 'object') known.set(name ?? `\0${pair.key}`, rule.keeps);
  }
  const existing = b.listing.mailboxes;
  const mapped = mapMailboxes(
    a.listing.mailboxes,
    nameStyle(a.facts, a.listing.mailboxes),
    nameStyle(b.facts, existing),
    known,
    { existing, ...(altChar === undefined ? {} : { altChar }) },
  );
  const names = new Map<string, WireName>();
  for (const { source, destination } of mapped) {
    const key = following.get(source.name);
    if (key !== undefined) names.set(key, destination);
  }
  return names;
}

/** For a mailbox that gives its name to another. */
export function nameBeside(
  name: WireName,
  isTaken: (name: WireName) => boolean,
  altChar: string | undefined,
): WireName {
  for (let number = 2; ; number++) {
    const candidate = numberedName(name, number, altChar);
    if (!isTaken(candidate)) return candidate;
  }
}
