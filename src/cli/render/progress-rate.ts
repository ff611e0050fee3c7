const WINDOW_MS = 15_000;
const STEP_MS = 500;

interface Sample {
  readonly atMs: number;
  readonly messages: number;
  readonly bytes: number;
}

export interface Rate {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Speed over the last quarter of a minute, from counts that only grow. */
export class ProgressRate {
  readonly #samples: Sample[] = [];

  add(sample: Sample): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && sample.atMs - last.atMs < STEP_MS) return;
    this.#samples.push(sample);
    while ((this.#samples[1]?.atMs ?? Infinity) < sample.atMs - WINDOW_MS) this.#samples.shift();
  }

  /** null until there is something to measure. */
  get rate(): Rate | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
    const seconds = (last.atMs - first.atMs) / 1000;
    return {
      messagesPerSecond: (last.messages - first.messages) / seconds,
      bytesPerSecond: (last.bytes - first.bytes) / seconds,
    };
  }
}
