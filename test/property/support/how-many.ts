/** A failure of a soak prints the seed and the path of the smallest case, which are tried again by these. */
const { MAILFERRY_SOAK_RUNS, MAILFERRY_SOAK_SEED, MAILFERRY_SOAK_PATH } = process.env;

export interface HowMany {
  readonly numRuns: number;
  readonly timeout: number;
  readonly seed?: number;
  readonly path?: string;
}

/** What fast-check is to try; `inSuite` cases when nobody asks for a soak. */
export function howMany(inSuite: number): HowMany {
  return {
    numRuns: Number(MAILFERRY_SOAK_RUNS ?? inSuite),
    timeout: 30_000,
    ...(MAILFERRY_SOAK_SEED === undefined ? {} : { seed: Number(MAILFERRY_SOAK_SEED) }),
    ...(MAILFERRY_SOAK_PATH === undefined ? {} : { path: MAILFERRY_SOAK_PATH }),
  };
}

/** How long so many cases may take, in milliseconds. */
export function atMostMs({ numRuns }: HowMany): number {
  return Math.max(300_000, numRuns * 2000);
}
