/** So many may be sent ahead of the first answer: enough for a slow line, few enough to be looked for after a loss. */
const MOST = 20;

/**
 * APPENDs that are sent whole and not answered yet. What their answers mean is worked out one after the other, in the
 * order of sending, and for all of them even when one fails.
 */
export class AppendsInFlight {
  readonly #flying: Promise<void>[] = [];
  #failure: { readonly reason: unknown } | null = null;

  /** `settle` waits for the answer and deals with it. */
  add(settle: () => Promise<void>): void {
    const settled = this.#after(this.#flying.at(-1), settle);
    this.#flying.push(settled);
  }

  /** Resolves when one more may be sent; rejects with what the first that failed did. */
  async room(): Promise<void> {
    while (this.#flying.length >= MOST) await this.#flying[0];
    this.throwIfFailed();
  }

  /** Resolves when all are answered; rejects as {@link room} does. */
  async all(): Promise<void> {
    await this.#flying.at(-1);
    this.throwIfFailed();
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  async #after(before: Promise<void> | undefined, settle: () => Promise<void>): Promise<void> {
    await before;
    try {
      await settle();
    } catch (reason) {
      this.#failure ??= { reason };
    }
    this.#flying.shift();
  }
}
