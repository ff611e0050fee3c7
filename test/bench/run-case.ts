import { type BenchCase, PLAIN } from './cases.js';
import { measureFloors } from './floors/measure-floors.js';
import { onePercentOf } from './mail/change-source.js';
import type { Source, SourceAccount } from './mail/source.js';
import type { Network } from './network/network.js';
import type { BenchOptions } from './options.js';
import type { Participants } from './programs/all.js';
import { seconds } from './report/numbers.js';
import type { CaseResult, Outcome } from './report/results.js';
import { titleOf } from './report/titles.js';
import type { CaseRun } from './runs/case-run.js';
import { runChanged } from './runs/changed.js';
import { runFirstCopy } from './runs/first-copy.js';
import { whyHopeless } from './runs/hopeless.js';
import { runNothingChanged } from './runs/nothing-changed.js';

/** Runs one part of a row over one network. */
export async function runCase(
  benchCase: BenchCase,
  network: Network,
  source: Source,
  { programs, variants }: Participants,
  { rounds, limitMs }: BenchOptions,
  earlier: readonly CaseResult[],
): Promise<CaseResult> {
  const { id, task, mail, destination } = benchCase;
  const everyone = [...programs, ...variants(benchCase, network.name)];
  const leftOut = everyone.find(({ name }) => name === PLAIN)?.obstacle(task, destination);
  const changes = task === '1 % changed' && leftOut === undefined;
  const account = await (changes ? source.own(mail) : source.shared(mail));
  const facts = factsOf(account);
  const result = { id, task, network: network.name, title: titleOf(benchCase, facts), ...facts };
  if (leftOut !== undefined) return { ...result, outcomes: [], leftOut };
  const floors = task === 'first copy' ? { floors: await measureFloors(benchCase, account, network) } : {};
  const unable = everyone.flatMap((program) => {
    const remark = program.obstacle(task, destination) ?? whyHopeless(program.name, benchCase, earlier);
    return remark === undefined ? [] : [{ program: program.name, runs: [], remark }];
  });
  const outcomes = await runTask({
    benchCase,
    network,
    source: account,
    programs: everyone.filter(({ name }) => !unable.some(({ program }) => program === name)),
    rounds,
    limitMs,
    onRun: (program, run) =>
      console.log(`  ${program}: ${run instanceof Error ? run.message : `${seconds(run.elapsedMs)} s`}`),
  });
  return { ...result, ...floors, outcomes: [...outcomes, ...unable] };
}

function factsOf({ messages, sizeBytes, contents }: SourceAccount) {
  return { messages, sizeBytes, mailboxes: contents.size };
}

function runTask(caseRun: CaseRun): Promise<Outcome[]> {
  switch (caseRun.benchCase.task) {
    case 'first copy':
      return runFirstCopy(caseRun);
    case 'nothing changed':
      return runNothingChanged(caseRun);
    case '1 % changed':
      return runChanged(caseRun, onePercentOf(caseRun.source.messages));
  }
}
