import type { ListedMailbox, WireName } from '../../model/mailbox.js';
import { cleanLevel } from '../level-names.js';
import { ALT_CHAR, numberedName } from '../name-giver.js';
import type { NameStyle } from '../name-style.js';
import type { KnownMailbox } from './identify.js';

/** A name for a mailbox while its own is still another's; one that is taken gets a number. */
export function temporaryName(
  key: string,
  { namespace, delimiter, forbidden }: NameStyle,
  isTaken: (name: WireName) => boolean,
  altChar = ALT_CHAR,
): WireName {
  const level = cleanLevel(`mailferry-${key}`, delimiter, forbidden ?? /(?!)/g, altChar);
  const name = namespace.prefix + level;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : numberedName(name, number, altChar);
    if (!isTaken(candidate)) return candidate;
  }
}

/** Whether a mailbox has a temporary name, or lies below one that has. */
export function isTemporaryName(name: WireName, style: NameStyle): boolean {
  return temporaryPart(name, style) !== null;
}

/**
 * By key, the listed mailboxes that have a temporary name, or were taken along by one: a run that ended right after its
 * RENAME has not written that down.
 */
export function ourNames(
  mailboxes: readonly ListedMailbox[],
  known: readonly KnownMailbox[],
  style: NameStyle,
): Map<string, WireName> {
  const names = new Map<string, WireName>();
  for (const { name } of mailboxes) {
    const part = temporaryPart(name, style);
    const root = part && known.find(({ key }) => key === part.key);
    if (!root) continue;
    const before = root.name + name.slice(part.root.length);
    const pair = known.find((other) => other.name === before);
    if (pair) names.set(pair.key, name);
  }
  return names;
}

function temporaryPart(
  name: WireName,
  { namespace: { prefix }, delimiter }: NameStyle,
): { readonly key: string; readonly root: WireName } | null {
  if (!name.startsWith(prefix)) return null;
  const end = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length);
  const root = end < 0 ? name : name.slice(0, end);
  const key = /^mailferry.(m\d+)(?:\D.*)?$/.exec(root.slice(prefix.length))?.[1];
  return key === undefined ? null : { key, root };
}
