/** Servers may log out after 30 minutes (RFC 3501, section 5.4), routers forget a connection much sooner. */
const KEEP_ALIVE_MS = 120_000;

export interface LivenessOptions {
  /** Longest silence while an answer is owed. */
  readonly timeoutMs: number;
  /** Whether the server owes an answer and nobody makes it wait. */
  isOwed(): boolean;
  onSilence(): void;
  /** Nothing was said for two minutes although nothing is owed. */
  onIdle(): void;
}

/** Notices a server that has gone silent, and keeps a connection that rests from being forgotten. */
export class Liveness {
  readonly #watchdog: NodeJS.Timeout;
  readonly #keepAlive: NodeJS.Timeout;
  readonly #options: LivenessOptions;
  #lastUseMs = Date.now();
  #stopped = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#watchdog = setTimeout(() => this.#onTimeout(), options.timeoutMs).unref();
    this.#keepAlive = setInterval(() => this.#onRest(), KEEP_ALIVE_MS / 2).unref();
  }

  /** Something was said by either side. `owed`: an answer is waited for, and with it the process. */
  activity(owed?: boolean): void {
    if (this.#stopped) return;
    this.#watchdog.refresh();
    if (owed === undefined) return;
    this.#lastUseMs = Date.now();
    if (owed) this.#watchdog.ref();
    else this.#watchdog.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#watchdog);
    clearInterval(this.#keepAlive);
  }

  #onTimeout(): void {
    if (this.#options.isOwed()) this.#options.onSilence();
    else this.activity();
  }

  #onRest(): void {
    if (Date.now() - this.#lastUseMs >= KEEP_ALIVE_MS) this.#options.onIdle();
  }
}
