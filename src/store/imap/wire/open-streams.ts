import type { InFlight } from './commands-in-flight.js';

/**
 * Streamed commands that are not answered yet. While we owe octets the server owes nothing, however long their source
 * takes: it owes the `+` that it is asked for, and the answer once the command has ended.
 */
export class OpenStreams {
  readonly #isEnded = new Map<InFlight, boolean>();

  add(entry: InFlight): void {
    this.#isEnded.set(entry, false);
    const forget = (): void => void this.#isEnded.delete(entry);
    entry.answer.then(forget, forget);
  }

  /** All of it has been given. */
  end(entry: InFlight): void {
    if (this.#isEnded.has(entry)) this.#isEnded.set(entry, true);
  }

  get isOwed(): boolean {
    for (const [entry, isEnded] of this.#isEnded) if (isEnded || entry.continuation !== null) return true;
    return false;
  }
}
