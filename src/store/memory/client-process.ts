import { StoreKilled } from './refusal.js';

/** How the calls of a killed client end: never, as after SIGKILL, or with StoreKilled. */
export type KilledCalls = 'hang' | 'reject';

/** Whether the process that a client is meant to run in still lives, so that a test can end it at any point. */
export class ClientProcess {
  /** Resolves when the client is killed. */
  readonly killed: Promise<void>;
  readonly #killedCalls: KilledCalls;
  readonly #onKill: () => void;
  #isKilled = false;
  #announce: () => void = () => {};

  /** `onKill` breaks whatever its calls may be waiting for, so that they come to see that it is dead. */
  constructor(killedCalls: KilledCalls, onKill: () => void) {
    this.#killedCalls = killedCalls;
    this.#onKill = onKill;
    this.killed = new Promise((resolve) => {
      this.#announce = resolve;
    });
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#onKill();
    this.#announce();
  }

  /** What a call of a killed client gets. */
  end(): Promise<never> {
    return this.#killedCalls === 'reject' ? Promise.reject(new StoreKilled()) : new Promise(() => {});
  }

  /** `work`, unless the process is killed before it settles. */
  async outlive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isKilled) return this.end();
    try {
      const result = await work();
      return this.#isKilled ? this.end() : result;
    } catch (error) {
      if (this.#isKilled) return this.end();
      throw error;
    }
  }
}
