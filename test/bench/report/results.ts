import type { Task } from '../cases.js';
import type { NetworkName } from '../network/network.js';
import type { Machine } from './machine.js';

/** One run of a program, from start to exit. */
export interface Run {
  readonly elapsedMs: number;
  /** User and system time of the program and all it started. */
  readonly cpuMs: number;
  readonly peakKib: number;
  /** At both servers together; only where a proxy counts them. */
  readonly roundTrips?: number;
  /** All files of its state after the run. */
  readonly stateBytes: number;
}

/** What became of one program in one part of a row. */
export interface Outcome {
  readonly program: string;
  /** Those that did what they should. */
  readonly runs: readonly Run[];
  /** Why it has no runs, or fewer than the others. */
  readonly remark?: string;
  /** It was ended because it took longer than the limit of one run. */
  readonly tookTooLong?: true;
}

/** The best time of a bare socket client that does one half of the work. */
export interface Floor {
  readonly elapsedMs: number;
  readonly connections: number;
}

export interface Floors {
  readonly source: Floor;
  /** Undefined where the server has no MULTIAPPEND or LITERAL+ to do it with. */
  readonly destination?: Floor;
}

/** One part of a row over one network. */
export interface CaseResult {
  readonly id: string;
  readonly task: Task;
  readonly network: NetworkName;
  readonly title: string;
  /** What was to be carried, or to be looked at. */
  readonly messages: number;
  readonly sizeBytes: number;
  readonly mailboxes: number;
  readonly outcomes: readonly Outcome[];
  readonly floors?: Floors;
  /** Why nothing of it was run. */
  readonly leftOut?: string;
}

/** One call of the benchmark. */
export interface BenchResult {
  readonly startedAt: string;
  readonly rounds: number;
  readonly scale: number;
  readonly limitMs: number;
  readonly machine: Machine;
  readonly cases: readonly CaseResult[];
}
