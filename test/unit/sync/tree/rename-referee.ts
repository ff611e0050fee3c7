import type { RenameStep } from '../../../../src/sync/tree/plan-renames.js';

/**
 * A strict server: names alone, by what lies there. It refuses a name that is taken, be it by a level that others lie
 * below, and one below the mailbox itself.
 */
export class RenameReferee {
  readonly #at: Map<string, string>;
  readonly #delimiter: string | null;

  constructor(places: Iterable<readonly [name: string, what: string]>, delimiter: string | null) {
    this.#at = new Map(places);
    this.#delimiter = delimiter;
  }

  rename({ from, to }: Pick<RenameStep, 'from' | 'to'>): void {
    if (!this.#at.has(from)) throw new Error(`there is no ${from}`);
    if (this.#isBelow(to, from)) throw new Error(`${to} lies below ${from}`);
    const isTaken = [...this.#at.keys()].some((name) => name === to || this.#isBelow(name, to));
    if (isTaken) throw new Error(`${to} is taken`);
    const moved = [...this.#at].filter(([name]) => name === from || this.#isBelow(name, from));
    for (const [name] of moved) this.#at.delete(name);
    for (const [name, what] of moved) this.#at.set(to + name.slice(from.length), what);
  }

  /** What lies where, by what it is. */
  get places(): Record<string, string> {
    return Object.fromEntries([...this.#at].map(([name, what]) => [what, name]));
  }

  #isBelow(name: string, above: string): boolean {
    return this.#delimiter !== null && name.startsWith(above + this.#delimiter);
  }
}
