import { isSelectable, type ListedMailbox, type SpecialUse, type WireName } from '../model/mailbox.js';
import { displayPath, type MailboxPath, pathOf } from '../model/mailbox-path.js';
import { NameGiver } from './name-giver.js';
import type { NameStyle } from './name-style.js';

/** Roles that are a place and not a view: `\All` and `\Flagged` show mail that lies elsewhere (RFC 6154, section 2). */
const ROLES: readonly SpecialUse[] = ['\\archive', '\\drafts', '\\junk', '\\sent', '\\trash'];

/** A mailbox of the source and where it belongs at the destination. */
export interface MappedMailbox {
  readonly source: ListedMailbox;
  /** Name for people, `/` between levels. */
  readonly display: string;
  readonly path: MailboxPath;
  readonly destination: WireName;
  readonly destinationDisplay: string;
  /** To be given to the destination when it is created; null for most. */
  readonly role: SpecialUse | null;
}

export interface MapOptions {
  readonly altChar?: string;
  /** Mailboxes the destination has already. */
  readonly existing?: readonly ListedMailbox[];
}

/**
 * Gives every selectable mailbox of the source its name at the destination. Names of earlier runs (`known`, by source
 * name) stay; a mailbox with a role goes to the destination's mailbox of that role, and what lies below goes with it;
 * a new name that would meet another is made different by a number.
 */
export function mapMailboxes(
  mailboxes: readonly ListedMailbox[],
  source: NameStyle,
  destination: NameStyle,
  known: ReadonlyMap<WireName, WireName>,
  options: MapOptions = {},
): MappedMailbox[] {
  const names = new NameGiver({ style: destination, known, ...options });
  const rolesThere = new Set((options.existing ?? []).map(({ specialUse }) => specialUse));
  const mapped = mailboxes
    .filter(isSelectable)
    .map((mailbox) => located(mailbox, source, names))
    .sort(byImportance)
    .map(({ mailbox, path, role }): MappedMailbox => {
      const name = names.give(mailbox.name, path, role);
      const destinationDisplay = displayPath(pathOf(name, destination.delimiter, destination.namespace));
      const display = displayPath(path);
      // Many servers give a role to one mailbox only.
      const newRole = rolesThere.has(role) ? null : role;
      rolesThere.add(role);
      return { source: mailbox, display, path, destination: name, destinationDisplay, role: newRole };
    });
  return mapped.sort((left, right) => compare(left.source.name, right.source.name));
}

interface LocatedMailbox {
  readonly mailbox: ListedMailbox;
  readonly path: MailboxPath;
  readonly role: SpecialUse | null;
  readonly rank: number;
}

/** INBOX, then roles, then what can keep its name, then the rest: the first to ask for a name gets it. */
function located(mailbox: ListedMailbox, style: NameStyle, names: NameGiver): LocatedMailbox {
  const path = pathOf(mailbox.name, mailbox.delimiter ?? style.delimiter, style.namespace);
  const role = mailbox.specialUse && ROLES.includes(mailbox.specialUse) ? mailbox.specialUse : null;
  const rank = mailbox.name === 'INBOX' ? 0 : role !== null ? 1 : names.isKept(path) ? 2 : 3;
  return { mailbox, path, role, rank };
}

/** Parents come before their children. */
function byImportance(left: LocatedMailbox, right: LocatedMailbox): number {
  return left.rank - right.rank || compare(left.mailbox.name, right.mailbox.name);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
