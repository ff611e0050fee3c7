import type { Io } from './io.js';
import { interrupted } from './prompt.js';

/** Wrappers such as npx hand on the SIGINT that the terminal has sent to everybody already. */
const ECHO_MS = 300;

/**
 * Ctrl-C once, SIGTERM or SIGHUP: finish what is in flight. Ctrl-C again: stop now. A third one is the system's
 * business: it ends the process.
 */
export class Interrupt {
  readonly #finish = new AbortController();
  readonly #stop = new AbortController();
  readonly #dispose: () => void;

  constructor(io: Io, tell: (text: string) => void) {
    let firstMs = 0;
    this.#dispose = io.onSignal((signal) => {
      if (!this.#finish.signal.aborted) {
        this.#finish.abort(interrupted());
        tell('finishing what is in flight; press Ctrl-C again to stop now');
        firstMs = io.elapsedMs();
      } else if (signal === 'SIGINT' && io.elapsedMs() - firstMs >= ECHO_MS) {
        tell('stopping now; what is saved stays saved');
        this.#stop.abort(interrupted());
        this.#dispose();
      }
    });
  }

  get finish(): AbortSignal {
    return this.#finish.signal;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get requested(): boolean {
    return this.#finish.signal.aborted;
  }

  dispose(): void {
    this.#dispose();
  }
}
