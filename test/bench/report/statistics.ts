import { type BenchCase, PLAIN } from '../cases.js';
import type { CaseResult, Floors, Outcome, Run } from './results.js';

/** One program in one part of a row, in the middle of its runs. */
export interface Figures {
  readonly program: string;
  readonly runs: number;
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  readonly cpuMs: number;
  /** The most of all runs. */
  readonly peakMib: number;
  readonly roundTrips?: number;
  readonly stateKib: number;
  readonly remark?: string;
}

/** How mailferry compares in one part of a row. */
export interface Comparison {
  readonly variant: string;
  /** Undefined where no peer got to the end. */
  readonly peer?: string;
  readonly ratio?: number;
  readonly mostRatio?: number;
  /** Multiple of the higher floor. */
  readonly overFloor?: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/** Undefined for a program that never got to the end. */
export function figuresOf({ program, runs, remark }: Outcome): Figures | undefined {
  if (runs.length === 0) return undefined;
  const times = runs.map(({ elapsedMs }) => elapsedMs);
  const trips = runs.flatMap(({ roundTrips }) => roundTrips ?? []);
  const middle = (value: (run: Run) => number): number => median(runs.map(value));
  return {
    program,
    runs: runs.length,
    medianMs: median(times),
    fastestMs: Math.min(...times),
    slowestMs: Math.max(...times),
    cpuMs: middle(({ cpuMs }) => cpuMs),
    peakMib: Math.max(...runs.map(({ peakKib }) => peakKib)) / 1024,
    ...(trips.length === 0 ? {} : { roundTrips: median(trips) }),
    stateKib: middle(({ stateBytes }) => stateBytes) / 1024,
    ...(remark === undefined ? {} : { remark }),
  };
}

/** Every variant of mailferry against the peer with the best median of the same run. */
export function comparisonsOf(result: CaseResult, benchCase: BenchCase): Comparison[] {
  const figures = result.outcomes.flatMap((outcome) => figuresOf(outcome) ?? []);
  const peers = figures.filter(({ program }) => !isOwn(program));
  const best = peers.sort((left, right) => left.medianMs - right.medianMs)[0];
  return figures
    .filter(({ program }) => isOwn(program))
    .map(({ program, medianMs }) => {
      const target = benchCase.ratios.find(
        ({ variant, network }) => variant === program && network === result.network,
      );
      const floorMs = highestFloorMs(result.floors);
      return {
        variant: program,
        ...(best === undefined ? {} : { peer: best.program, ratio: medianMs / best.medianMs }),
        ...(target === undefined ? {} : { mostRatio: target.most }),
        ...(floorMs === undefined ? {} : { overFloor: medianMs / floorMs }),
      };
    });
}

export function isOwn(program: string): boolean {
  return program.startsWith(PLAIN);
}

function highestFloorMs(floors: Floors | undefined): number | undefined {
  return floors && Math.max(floors.source.elapsedMs, floors.destination?.elapsedMs ?? 0);
}
