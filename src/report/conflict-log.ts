import type { Conflict } from './events.js';

const MOST_KEPT = 100;

/** The conflicts of a run: all of them counted, the first hundred kept. */
export class ConflictLog {
  readonly #kept: Conflict[] = [];
  #count = 0;

  add({ mailbox, kind, messages, text }: Conflict): void {
    this.#count += 1;
    if (this.#kept.length >= MOST_KEPT) return;
    this.#kept.push({ mailbox, kind, ...(messages === undefined ? {} : { messages }), text });
  }

  get count(): number {
    return this.#count;
  }

  get kept(): readonly Conflict[] {
    return this.#kept;
  }
}
