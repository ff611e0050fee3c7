import {
  isSelectable,
  type ListedMailbox,
  type Namespace,
  type SpecialUse,
  type WireName,
} from '../model/mailbox.js';
import { displayPath, type MailboxPath, pathOf } from '../model/mailbox-path.js';
import type { StoreFacts } from '../store/mail-store.js';
import { cleanLevel, forbiddenCharacters, plainLevel } from './level-names.js';

/** Stands for characters the destination cannot have in a level of a name. */
const ALT_CHAR = '_';

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

/** Prefix and delimiter of the names a side gives to its own mailboxes. */
export interface NameStyle {
  readonly namespace: Namespace;
  readonly delimiter: string | null;
  /** What the server is known to refuse in names. */
  readonly forbidden?: RegExp;
}

export interface MapOptions {
  readonly altChar?: string;
  /** Mailboxes the destination has already. */
  readonly existing?: readonly ListedMailbox[];
}

export function nameStyle(facts: StoreFacts, mailboxes: readonly ListedMailbox[]): NameStyle {
  const namespace = facts.personal[0] ?? { prefix: '', delimiter: null };
  const listed = mailboxes.find((mailbox) => mailbox.delimiter !== null)?.delimiter ?? null;
  return {
    namespace,
    delimiter: namespace.delimiter ?? listed,
    forbidden: forbiddenCharacters(facts.software),
  };
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
  const names = new NameGiver(destination, known, options);
  const mapped: MappedMailbox[] = [];
  for (const mailbox of [...mailboxes].filter(isSelectable).sort(byImportance)) {
    const path = pathOf(mailbox.name, mailbox.delimiter ?? source.delimiter, source.namespace);
    const role = mailbox.specialUse && ROLES.includes(mailbox.specialUse) ? mailbox.specialUse : null;
    const name = names.give(mailbox.name, path, role);
    const destinationPath = pathOf(name, destination.delimiter, destination.namespace);
    const destinationDisplay = displayPath(destinationPath);
    mapped.push({
      source: mailbox,
      display: displayPath(path),
      path,
      destination: name,
      destinationDisplay,
      role,
    });
  }
  return mapped.sort((left, right) => compare(left.source.name, right.source.name));
}

/** INBOX, then roles, then the rest: the first to ask for a name gets it. Parents come before their children. */
function byImportance(left: ListedMailbox, right: ListedMailbox): number {
  return rank(left) - rank(right) || compare(left.name, right.name);
}

function rank({ name, specialUse }: ListedMailbox): number {
  if (name === 'INBOX') return 0;
  return specialUse && ROLES.includes(specialUse) ? 1 : 2;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

class NameGiver {
  readonly #style: NameStyle;
  readonly #known: ReadonlyMap<WireName, WireName>;
  readonly #altChar: string;
  readonly #existing: ReadonlyMap<WireName, ListedMailbox>;
  readonly #taken: Set<WireName>;
  /** Where paths that were moved by their role now lead, by the path joined with NUL. */
  readonly #moved = new Map<string, MailboxPath>();

  constructor(style: NameStyle, known: ReadonlyMap<WireName, WireName>, options: MapOptions) {
    this.#style = style;
    this.#known = known;
    this.#altChar = options.altChar ?? ALT_CHAR;
    this.#existing = new Map((options.existing ?? []).map((mailbox) => [mailbox.name, mailbox]));
    this.#taken = new Set(known.values());
  }

  give(source: WireName, path: MailboxPath, role: SpecialUse | null): WireName {
    const name = this.#known.get(source) ?? this.#ofRole(role) ?? this.#free(this.#followed(path));
    this.#taken.add(name);
    const { delimiter, namespace } = this.#style;
    if (role !== null) this.#moved.set(path.join('\0'), pathOf(name, delimiter, namespace));
    return name;
  }

  /** The destination's mailbox of that role, if there is just one and nobody has it yet. */
  #ofRole(role: SpecialUse | null): WireName | undefined {
    if (role === null) return undefined;
    const candidates = [...this.#existing.values()].filter((mailbox) => mailbox.specialUse === role);
    const [only] = candidates;
    return candidates.length === 1 && only && isSelectable(only) && !this.#taken.has(only.name)
      ? only.name
      : undefined;
  }

  /** The path with the nearest parent that was moved put in its new place. */
  #followed(path: MailboxPath): MailboxPath {
    for (let levels = path.length - 1; levels > 0; levels--) {
      const moved = this.#moved.get(path.slice(0, levels).join('\0'));
      if (moved) return [...moved, ...path.slice(levels)];
    }
    return path;
  }

  #free(path: MailboxPath): WireName {
    for (let number = 1; ; number++) {
      const last = path.length - 1;
      const levels = number === 1 ? path : path.with(last, `${path[last]}${this.#altChar}${number}`);
      const name = this.#nameOf(levels);
      if (!this.#taken.has(name)) return name;
    }
  }

  #nameOf(path: MailboxPath): WireName {
    if (path.length === 1 && path[0] === 'INBOX') return 'INBOX';
    const { namespace, delimiter, forbidden } = this.#style;
    const levels = path.map((level) => cleanLevel(level, delimiter, forbidden ?? /(?!)/g, this.#altChar));
    // Below a prefix such as `INBOX.` everything is a child of INBOX already.
    if (levels.length > 1 && levels[0] === 'INBOX' && /^inbox/i.test(namespace.prefix)) levels.shift();
    return namespace.prefix + this.#joined(levels);
  }

  /** Levels below a mailbox that cannot have children (`\Noinferiors`) become part of its neighbour's name. */
  #joined(levels: readonly string[]): string {
    const { delimiter, namespace } = this.#style;
    if (delimiter === null) return levels.join(this.#altChar);
    let name = levels[0] ?? '';
    for (const level of levels.slice(1)) {
      const parent = this.#existing.get(namespace.prefix + name);
      const childless = parent?.attributes.includes('\\noinferiors') ?? false;
      name += (childless ? this.#altChar : delimiter) + level;
    }
    return name;
  }
}

/**
 * Other names to try, one after the other, when the destination refuses to create a mailbox: plainer levels, then no
 * hierarchy at all.
 */
export function plainerNames(path: MailboxPath, style: NameStyle, altChar = ALT_CHAR): WireName[] {
  const { namespace, delimiter } = style;
  const levels = path.map((level) => plainLevel(level, delimiter, altChar));
  const withoutInbox = levels.length > 1 && levels[0] === 'INBOX' ? levels.slice(1) : levels;
  const names = [
    levels.join(delimiter ?? altChar),
    withoutInbox.join(delimiter ?? altChar),
    levels.join(altChar),
  ];
  return [...new Set(names)].map((name) => namespace.prefix + name);
}
