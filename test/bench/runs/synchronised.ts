import { RunFailed } from '../measure-process.js';
import type { Program } from '../programs/program.js';
import type { Outcome } from '../report/results.js';
import type { CaseRun } from './case-run.js';
import { Engagement } from './engagement.js';
import { failureOf } from './take-turns.js';

/** A program whose destination equals the source. */
export interface Synchronised {
  readonly program: Program;
  readonly engagement: Engagement;
}

export interface Prepared {
  readonly ready: readonly Synchronised[];
  /** Those that did not get so far within the limit of one run. */
  readonly failed: readonly Outcome[];
}

/** Gives every program a destination that it has filled itself, without delay and without being timed. */
export async function synchroniseAll(caseRun: CaseRun): Promise<Prepared> {
  const ready: Synchronised[] = [];
  const failed: Outcome[] = [];
  await caseRun.network.delay(false);
  for (const program of caseRun.programs) {
    const { benchCase, source, network } = caseRun;
    const engagement = await Engagement.start(program, benchCase, source, network);
    try {
      await synchronise(engagement, caseRun);
      ready.push({ program, engagement });
    } catch (error) {
      await engagement.end();
      if (!(error instanceof RunFailed)) throw error;
      failed.push({ program: program.name, runs: [], ...failureOf(error, 'the copy before it: ') });
    }
  }
  await caseRun.network.delay(true);
  return { ready, failed };
}

/** The second run settles what the first has left open. */
async function synchronise(engagement: Engagement, { source, limitMs }: CaseRun): Promise<void> {
  await engagement.run(source.contents, limitMs);
  await engagement.run(source.contents, limitMs);
}
