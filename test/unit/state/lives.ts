import type { ProcessProbe } from '../../../src/state/process-probe.js';

/** A process of its own in one world of simulated processes; only those in `alive` live. */
export function simulatedProcess(pid: number, alive: Set<number>): ProcessProbe {
  alive.add(pid);
  return {
    identity: async () => ({ host: 'test', bootId: 'boot', pidNamespace: null, pid, startTime: `${pid}` }),
    lightBeacon: async () => null,
    liveness: async (other) => (alive.has(other.pid) ? 'alive' : 'dead'),
  };
}

/** Opens one state after another as processes that die: each finds the one before dead. */
export class Lives {
  readonly #alive = new Set<number>();
  #pid = 0;

  /** The next process; all before it are dead. */
  next(): ProcessProbe {
    this.#alive.clear();
    this.#pid += 1;
    return simulatedProcess(this.#pid, this.#alive);
  }
}
