import type { Program } from '../programs/program.js';
import type { Outcome, Run } from '../report/results.js';
import type { CaseRun } from './case-run.js';
import { Engagement } from './engagement.js';
import { takeTurns } from './take-turns.js';

/** Every run fills a destination that was empty. */
export function runFirstCopy(caseRun: CaseRun): Promise<Outcome[]> {
  const contestants = caseRun.programs.map((program) => ({
    program: program.name,
    isPeer: program.isPeer,
    attempt: () => copyOnce(caseRun, program),
  }));
  return takeTurns(contestants, { count: caseRun.rounds, onRun: caseRun.onRun });
}

async function copyOnce({ benchCase, source, network, limitMs }: CaseRun, program: Program): Promise<Run> {
  const engagement = await Engagement.start(program, benchCase, source, network);
  try {
    await network.delay(true);
    return await engagement.run(source.contents, limitMs);
  } finally {
    await engagement.end();
  }
}
