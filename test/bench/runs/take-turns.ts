import { RunFailed, TookTooLong } from '../measure-process.js';
import type { Outcome, Run } from '../report/results.js';

/** One program as it takes part in the rounds. */
export interface Contestant {
  readonly program: string;
  /** Compared with the others of its kind, and of no interest when it cannot be the best of them. */
  readonly isPeer: boolean;
  /** One timed run; throws RunFailed. */
  attempt(): Promise<Run>;
}

export interface Rounds {
  readonly count: number;
  /** Before each round, for all programs at once. */
  readonly prepare?: () => Promise<void>;
  /** Told of each run as it ends. */
  readonly onRun: (program: string, result: Run | RunFailed) => void;
}

/** Whoever is slower than this runs three times at most: a ratio of such a size needs no more. */
const SLOW_MS = 60_000;
const SLOW_RUNS = 3;
/** A peer that takes so many times as long as another one in each of its first runs is not the best peer. */
const BEATEN_TIMES = 3;
const BEATEN_RUNS = 2;

/** Lets each program run once a round, each round starting with another one. Who fails is out. */
export async function takeTurns(contestants: readonly Contestant[], rounds: Rounds): Promise<Outcome[]> {
  const entries = contestants.map((contestant) => new Entry(contestant));
  for (let round = 0; round < rounds.count; round++) {
    if (entries.every(({ isDone }) => isDone)) break;
    leaveOutBeaten(entries);
    await rounds.prepare?.();
    const first = round % entries.length;
    for (const entry of [...entries.slice(first), ...entries.slice(0, first)]) {
      if (!entry.isDone) await entry.run(rounds.onRun);
    }
  }
  return entries.map(({ outcome }) => outcome);
}

function leaveOutBeaten(entries: readonly Entry[]): void {
  const peers = entries.filter(({ isPeer, elapsedMs }) => isPeer && elapsedMs.length >= BEATEN_RUNS);
  for (const peer of peers) {
    const fastest = Math.min(...peer.elapsedMs);
    const better = peers.find(({ elapsedMs }) => fastest > BEATEN_TIMES * Math.max(...elapsedMs));
    if (better && !peer.isDone)
      peer.leaveOut(
        `${peer.elapsedMs.length} runs only, as ${better.program} takes less than a third of that`,
      );
  }
}

class Entry {
  readonly #contestant: Contestant;
  readonly #runs: Run[] = [];
  #failure: Pick<Outcome, 'remark' | 'tookTooLong'> = {};

  constructor(contestant: Contestant) {
    this.#contestant = contestant;
  }

  get program(): string {
    return this.#contestant.program;
  }

  get isPeer(): boolean {
    return this.#contestant.isPeer;
  }

  get elapsedMs(): readonly number[] {
    return this.#runs.map(({ elapsedMs }) => elapsedMs);
  }

  get isDone(): boolean {
    return this.#failure.remark !== undefined;
  }

  get outcome(): Outcome {
    return { ...this.#failure, program: this.#contestant.program, runs: this.#runs };
  }

  leaveOut(remark: string): void {
    this.#failure = { remark };
  }

  async run(onRun: Rounds['onRun']): Promise<void> {
    const { program } = this.#contestant;
    try {
      const run = await this.#contestant.attempt();
      this.#runs.push(run);
      onRun(program, run);
      if (this.#runs.length === SLOW_RUNS && run.elapsedMs > SLOW_MS)
        this.#failure = { remark: `${SLOW_RUNS} runs only, as each takes more than ${SLOW_MS / 1000} s` };
    } catch (error) {
      if (!(error instanceof RunFailed)) throw error;
      this.#failure = failureOf(error);
      onRun(program, error);
    }
  }
}

/** How a failed run is told of. */
export function failureOf(error: RunFailed, before = ''): Pick<Outcome, 'remark' | 'tookTooLong'> {
  const remark = `${before}${error.message}`;
  return error instanceof TookTooLong ? { remark, tookTooLong: true } : { remark };
}
