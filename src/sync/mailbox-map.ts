import { isSelectable, type ListedMailbox, type Namespace, type WireName } from '../model/mailbox.js';
import { displayPath, type MailboxPath, pathOf } from '../model/mailbox-path.js';
import type { StoreFacts } from '../store/mail-store.js';

/** Stands for characters the destination cannot have in a level of a name. */
const ALT_CHAR = '_';

/** A mailbox of the source and where it belongs at the destination. */
export interface MappedMailbox {
  readonly source: ListedMailbox;
  /** Name for people, `/` between levels. */
  readonly display: string;
  readonly path: MailboxPath;
  readonly destination: WireName;
}

/** Prefix and delimiter of the names a side gives to its own mailboxes. */
export interface NameStyle {
  readonly namespace: Namespace;
  readonly delimiter: string | null;
}

export function nameStyle(facts: StoreFacts, mailboxes: readonly ListedMailbox[]): NameStyle {
  const namespace = facts.personal[0] ?? { prefix: '', delimiter: null };
  const listed = mailboxes.find((mailbox) => mailbox.delimiter !== null)?.delimiter ?? null;
  return { namespace, delimiter: namespace.delimiter ?? listed };
}

/**
 * Gives every selectable mailbox of the source its name at the destination. Names of earlier runs (`known`, by source
 * name) stay; a new one that would meet another is made different by a number.
 */
export function mapMailboxes(
  mailboxes: readonly ListedMailbox[],
  source: NameStyle,
  destination: NameStyle,
  known: ReadonlyMap<WireName, WireName>,
): MappedMailbox[] {
  const taken = new Set(known.values());
  const mapped: MappedMailbox[] = [];
  for (const mailbox of [...mailboxes].sort(byName)) {
    if (!isSelectable(mailbox)) continue;
    const path = pathOf(mailbox.name, mailbox.delimiter ?? source.delimiter, source.namespace);
    const name = known.get(mailbox.name) ?? freeName(path, destination, taken);
    taken.add(name);
    mapped.push({ source: mailbox, display: displayPath(path), path, destination: name });
  }
  return mapped;
}

/** Parents come before their children, so that creating in this order never leaves a parent to the server. */
function byName(left: ListedMailbox, right: ListedMailbox): number {
  if (left.name === right.name) return 0;
  return left.name < right.name ? -1 : 1;
}

function freeName(path: MailboxPath, style: NameStyle, taken: ReadonlySet<WireName>): WireName {
  for (let number = 1; ; number++) {
    const last = path.length - 1;
    const levels = number === 1 ? path : path.with(last, `${path[last]}${ALT_CHAR}${number}`);
    const name = nameOf(levels, style);
    if (!taken.has(name)) return name;
  }
}

function nameOf(path: MailboxPath, { namespace, delimiter }: NameStyle): WireName {
  if (path.length === 1 && path[0] === 'INBOX') return 'INBOX';
  const levels = delimiter === null ? path : path.map((level) => level.replaceAll(delimiter, ALT_CHAR));
  return namespace.prefix + levels.join(delimiter ?? ALT_CHAR);
}
