/**
 * The suite tries the same cases every time, so that it fails for what was changed and not for its luck. A soak
 * (`MAILFERRY_SOAK_RUNS=5000 npm run soak`) tries others every time; a failure prints the seed and the path of the smallest
 * case, which `MAILFERRY_SOAK_SEED` and `MAILFERRY_SOAK_PATH` try again.
 */
const { MAILFERRY_SOAK_RUNS, MAILFERRY_SOAK_SEED, MAILFERRY_SOAK_PATH } = process.env;
const SUITE_SEED = 20_260_714;

export interface HowMany {
  readonly numRuns: number;
  readonly timeout: number;
  readonly seed?: number;
  readonly path?: string;
}

/** What fast-check is to try; `inSuite` cases when nobody asks for a soak. */
export function howMany(inSuite: number): HowMany {
  const seed = MAILFERRY_SOAK_SEED ?? (MAILFERRY_SOAK_RUNS === undefined ? SUITE_SEED : undefined);
  return {
    numRuns: Number(MAILFERRY_SOAK_RUNS ?? inSuite),
    timeout: 30_000,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(MAILFERRY_SOAK_PATH === undefined ? {} : { path: MAILFERRY_SOAK_PATH }),
  };
}

/** How long so many cases may take, in milliseconds. */
export function atMostMs({ numRuns }: HowMany): number {
  return Math.max(300_000, numRuns * 2000);
}
