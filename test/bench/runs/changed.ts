import { type Changes, changeSource } from '../mail/change-source.js';
import { type Contents, readContents } from '../mail/contents.js';
import { differenceOfFlags, type FlagCounts, readFlagCounts } from '../mail/flag-counts.js';
import { RunFailed } from '../measure-process.js';
import type { Outcome, Run } from '../report/results.js';
import type { CaseRun } from './case-run.js';
import type { Engagement } from './engagement.js';
import { synchroniseAll } from './synchronised.js';
import { takeTurns } from './take-turns.js';

/** What an account holds after a round of changes. */
interface Wanted {
  readonly contents: Contents;
  readonly flags: FlagCounts;
}

/** Before each round the source is changed, by the same number of messages each time. */
export async function runChanged(caseRun: CaseRun, changes: Changes): Promise<Outcome[]> {
  const { ready, failed } = await synchroniseAll(caseRun);
  const { source, rounds, limitMs, onRun } = caseRun;
  let wanted: Wanted | undefined;
  let round = 0;
  try {
    const contestants = ready.map(({ program, engagement }) => ({
      program: program.name,
      isPeer: program.isPeer,
      attempt: () => runAndCompare(engagement, wanted, limitMs),
    }));
    const prepare = async (): Promise<void> => {
      round += 1;
      await changeSource(source.login, changes, `${caseRun.network.name} ${round}`);
      wanted = { contents: await readContents(source.login), flags: await readFlagCounts(source.login) };
    };
    return [...(await takeTurns(contestants, { count: rounds, prepare, onRun })), ...failed];
  } finally {
    for (const { engagement } of ready) await engagement.end();
  }
}

async function runAndCompare(
  engagement: Engagement,
  wanted: Wanted | undefined,
  limitMs: number,
): Promise<Run> {
  if (wanted === undefined) throw new Error('nothing was changed yet');
  const run = await engagement.run(wanted.contents, limitMs);
  const difference = differenceOfFlags(wanted.flags, await readFlagCounts(engagement.destination.login));
  if (difference !== undefined) throw new RunFailed(`ended well, but ${difference}`);
  return run;
}
