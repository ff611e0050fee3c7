/** Waits before a server that refused one more connection is asked for it again, in order; the last one stays. */
const WAITS_MS = [60_000, 120_000, 240_000, 480_000, 900_000];

/**
 * How many connections an account may have: as many as are wanted, until the server refuses one. Then as many as it
 * took, and one more from time to time, because a login may fail for other reasons, and limits are shared with others.
 */
export class PoolSize {
  readonly #wanted: number;
  readonly #onMore: () => void;
  /** So many are known to be taken. */
  #taken: number;
  #limit: number;
  /** Refusals since the server last took one more. */
  #refusals = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onMore`: there may be one more than before. */
  constructor(wanted: number, onMore: () => void) {
    this.#wanted = Math.max(1, wanted);
    this.#taken = this.#wanted;
    this.#limit = this.#wanted;
    this.#onMore = onMore;
  }

  get limit(): number {
    return this.#limit;
  }

  /** One more was refused while `others` work. */
  refused(others: number): void {
    // Several logins may have been under way, and all be refused for the one reason.
    if (others >= this.#limit) return;
    this.#taken = others;
    this.#limit = others;
    this.stop();
    const waitMs = WAITS_MS[Math.min(this.#refusals++, WAITS_MS.length - 1)];
    this.#timer = setTimeout(() => this.#tryOneMore(), waitMs).unref();
  }

  /** So many work at once. */
  took(count: number): void {
    if (count <= this.#taken) return;
    this.#taken = count;
    this.#refusals = 0;
    this.#tryOneMore();
  }

  /** One that worked has ended: there is room, or what was refused was no matter of number. */
  ended(): void {
    if (this.#refusals === 1) this.#tryOneMore();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tryOneMore(): void {
    this.stop();
    const limit = Math.min(this.#wanted, this.#taken + 1);
    if (limit <= this.#limit) return;
    this.#limit = limit;
    this.#onMore();
  }
}
