import type { Outcome } from '../report/results.js';
import type { CaseRun } from './case-run.js';
import { synchroniseAll } from './synchronised.js';
import { takeTurns } from './take-turns.js';

/** Every run finds a destination that is as the same program has left it. */
export async function runNothingChanged(caseRun: CaseRun): Promise<Outcome[]> {
  const { ready, failed } = await synchroniseAll(caseRun);
  const { source, rounds, limitMs, onRun } = caseRun;
  try {
    const contestants = ready.map(({ program, engagement }) => ({
      program: program.name,
      isPeer: program.isPeer,
      attempt: () => engagement.run(source.contents, limitMs),
    }));
    return [...(await takeTurns(contestants, { count: rounds, onRun })), ...failed];
  } finally {
    for (const { engagement } of ready) await engagement.end();
  }
}
