import type { Namespace, WireName } from './mailbox.js';
import { readableName } from './modified-utf7.js';

/**
 * A mailbox name without prefix and delimiter: its levels, still as on the wire. The first level is `INBOX` for the
 * inbox and what lies below it.
 */
export type MailboxPath = readonly string[];

/** Splits a listed name by its delimiter and takes the personal prefix off. */
export function pathOf(name: WireName, delimiter: string | null, namespace: Namespace): MailboxPath {
  if (/^inbox$/i.test(name)) return ['INBOX'];
  const { prefix } = namespace;
  const inner = prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const levels = delimiter === null ? [inner] : inner.split(delimiter);
  // Below a prefix such as `INBOX.` a level of that name is an ordinary one; elsewhere INBOX knows no case.
  if (levels.length > 1 && prefix === '' && /^inbox$/i.test(levels[0] ?? ''))
    return ['INBOX', ...levels.slice(1)];
  return levels;
}

/** For people: decoded where it can be, `/` between levels. */
export function displayPath(path: MailboxPath): string {
  return path.map(readableName).join('/');
}
