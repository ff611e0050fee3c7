import { isSelectable, type ListedMailbox, type SpecialUse, type WireName } from '../model/mailbox.js';
import { type MailboxPath, pathOf } from '../model/mailbox-path.js';
import { cleanLevel } from './level-names.js';
import type { NameStyle } from './name-style.js';

/** Stands for characters the destination cannot have in a level of a name. */
export const ALT_CHAR = '_';

/** A name made different from one that is taken. */
export function numberedName(name: WireName, number: number, altChar = ALT_CHAR): WireName {
  return `${name}${altChar}${number}`;
}

export interface NameRules {
  readonly style: NameStyle;
  /** Names of earlier runs, by source name; they stay. */
  readonly known: ReadonlyMap<WireName, WireName>;
  readonly altChar?: string;
  /** Mailboxes the destination has already. */
  readonly existing?: readonly ListedMailbox[];
}

/** Gives names at the destination, none of them twice. Whoever asks first gets the better one. */
export class NameGiver {
  readonly #style: NameStyle;
  readonly #known: ReadonlyMap<WireName, WireName>;
  readonly #altChar: string;
  readonly #existing: ReadonlyMap<WireName, ListedMailbox>;
  readonly #taken: Set<WireName>;
  /** Paths that lead elsewhere at the destination, joined with NUL: what lies below follows. */
  readonly #moved = new Map<string, MailboxPath>();

  constructor({ style, known, altChar = ALT_CHAR, existing = [] }: NameRules) {
    this.#style = style;
    this.#known = known;
    this.#altChar = altChar;
    this.#existing = new Map(existing.map((mailbox) => [mailbox.name, mailbox]));
    this.#taken = new Set([...known.values()].map((name) => this.#canonical(name)));
  }

  give(source: WireName, path: MailboxPath, role: SpecialUse | null): WireName {
    const name = this.#known.get(source) ?? this.#ofRole(role) ?? this.#free(this.#followed(path));
    this.#taken.add(this.#canonical(name));
    const destinationPath = this.#pathOf(name);
    if (!isSamePath(destinationPath, path)) this.#moved.set(path.join('\0'), destinationPath);
    return name;
  }

  /** Whether a path can have the very same levels at the destination. */
  isKept(path: MailboxPath): boolean {
    return isSamePath(this.#pathOf(this.#nameOf(path)), path);
  }

  /** The destination's mailbox of that role, if there is just one and nobody has it yet. */
  #ofRole(role: SpecialUse | null): WireName | undefined {
    if (role === null) return undefined;
    const candidates = [...this.#existing.values()].filter((mailbox) => mailbox.specialUse === role);
    const [only] = candidates;
    const isFree =
      candidates.length === 1 && only && isSelectable(only) && !this.#taken.has(this.#canonical(only.name));
    return isFree ? only.name : undefined;
  }

  /** The path with the nearest parent that leads elsewhere put in its place. */
  #followed(path: MailboxPath): MailboxPath {
    for (let levels = path.length - 1; levels > 0; levels--) {
      const moved = this.#moved.get(path.slice(0, levels).join('\0'));
      if (moved) return [...moved, ...path.slice(levels)];
    }
    return path;
  }

  #free(path: MailboxPath): WireName {
    const wanted = this.#nameOf(path);
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : this.#numbered(wanted, number);
      if (!this.#taken.has(this.#canonical(name))) return name;
    }
  }

  #numbered(wanted: WireName, number: number): WireName {
    // INBOX has no neighbours where everything lies below a prefix.
    const name = wanted === 'INBOX' ? this.#style.namespace.prefix + wanted : wanted;
    return numberedName(name, number, this.#altChar);
  }

  #nameOf(path: MailboxPath): WireName {
    const { namespace, delimiter, forbidden } = this.#style;
    if (path.length === 1 && path[0] === 'INBOX') return 'INBOX';
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
      const parentName = namespace.prefix === '' && /^inbox$/i.test(name) ? 'INBOX' : namespace.prefix + name;
      const isChildless = this.#existing.get(parentName)?.attributes.includes('\\noinferiors') ?? false;
      name += (isChildless ? this.#altChar : delimiter) + level;
    }
    return name;
  }

  #pathOf(name: WireName): MailboxPath {
    return pathOf(name, this.#style.delimiter, this.#style.namespace);
  }

  /** INBOX knows no case (RFC 3501, section 5.1), nor does it as the first level in most servers. */
  #canonical(name: WireName): WireName {
    const { delimiter } = this.#style;
    if (/^inbox$/i.test(name)) return 'INBOX';
    const isBelow = delimiter !== null && name.toLowerCase().startsWith(`inbox${delimiter}`);
    return isBelow ? `INBOX${name.slice('INBOX'.length)}` : name;
  }
}

function isSamePath(one: MailboxPath, other: MailboxPath): boolean {
  return one.length === other.length && one.every((level, index) => level === other[index]);
}
