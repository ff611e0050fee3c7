/** How long the work has taken: without what came before it, and without the time in which a person was asked. */
export class WorkClock {
  readonly #elapsedMs: () => number;
  #startedMs: number;
  #questions = 0;
  #askedMs = 0;

  /** `elapsedMs` never goes back. The work begins now unless {@link begin} says otherwise. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
    this.#startedMs = elapsedMs();
  }

  begin(): void {
    this.#startedMs = this.#elapsedMs();
  }

  get elapsedMs(): number {
    return (this.#questions > 0 ? this.#askedMs : this.#elapsedMs()) - this.#startedMs;
  }

  /** A question is put, or waits for the one before it. */
  async asking<T>(answer: () => Promise<T>): Promise<T> {
    if (this.#questions === 0) this.#askedMs = this.#elapsedMs();
    this.#questions += 1;
    try {
      return await answer();
    } finally {
      this.#questions -= 1;
      if (this.#questions === 0) this.#startedMs += this.#elapsedMs() - this.#askedMs;
    }
  }
}
