import type { WireName } from '../../model/mailbox.js';

/** Where a mailbox lies among those that both sides have: a RENAME of what is above it changes its name, but not this. */
export interface Place {
  /** The nearest one above it, by the key of its pair; null: there is none. */
  readonly parent: string | null;
  /** What follows the parent's name, the delimiter included; without a parent all of it. */
  readonly rest: WireName;
}

/** Finds the places of mailboxes below those with these names. */
export class Places {
  readonly #keys: ReadonlyMap<WireName, string>;
  readonly #delimiter: string | null;

  /** `names`: by the keys of their pairs. */
  constructor(names: Iterable<readonly [key: string, name: WireName]>, delimiter: string | null) {
    this.#keys = new Map([...names].map(([key, name]) => [name, key]));
    this.#delimiter = delimiter;
  }

  of(name: WireName): Place {
    if (this.#delimiter === null) return { parent: null, rest: name };
    for (let end = lastBefore(name, this.#delimiter, name.length); end > 0; ) {
      const parent = this.#keys.get(name.slice(0, end));
      if (parent !== undefined) return { parent, rest: name.slice(end) };
      end = lastBefore(name, this.#delimiter, end);
    }
    return { parent: null, rest: name };
  }
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.parent === other.parent && one.rest === other.rest;
}

function lastBefore(name: WireName, delimiter: string, end: number): number {
  return end <= 0 ? -1 : name.lastIndexOf(delimiter, end - 1);
}
