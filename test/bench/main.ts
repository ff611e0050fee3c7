import { assertServersCanRun } from '../support/servers/index.js';
import { CASES } from './cases.js';
import { Source } from './mail/source.js';
import { DelayedNetwork } from './network/delayed-network.js';
import { LOOPBACK, type Network } from './network/network.js';
import { type BenchOptions, readOptions, USAGE, UsageError } from './options.js';
import { participants } from './programs/all.js';
import { describeMachine } from './report/machine.js';
import { writeDocument } from './report/markdown.js';
import type { BenchResult, CaseResult } from './report/results.js';
import { loadResults, saveResult } from './report/stored.js';
import { textOf } from './report/text-table.js';
import { runCase } from './run-case.js';
import { scratchFolder } from './scratch.js';

const QUIET_LOAD = 0.5;

async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  const result = options.from.length > 0 ? loadResults(options.from) : await bench(options);
  if (options.writeDocs) writeDocument(result);
}

/** Runs what is asked for; results are stored after every part, so that an interrupted benchmark keeps what it has. */
async function bench(options: BenchOptions): Promise<BenchResult> {
  assertServersCanRun();
  scratchFolder();
  const taking = participants(options.programs, options.checkout);
  const source = await Source.start(options.scale);
  const networks = openNetworks(options);
  try {
    const { rounds, scale, limitMs } = options;
    const versions = Object.fromEntries(taking.programs.map(({ name, version }) => [name, version]));
    const machine = await describeMachine(versions, source.mailFolder);
    warn(machine, scale);
    let result: BenchResult = {
      startedAt: new Date().toISOString(),
      rounds,
      scale,
      limitMs,
      machine,
      cases: [],
    };
    for (const benchCase of CASES.filter(({ id }) => options.caseIds.includes(id))) {
      for (const network of networks) {
        console.log(`\nrow ${benchCase.id}, ${network.name} …`);
        const caseResult = await runCase(benchCase, network, source, taking, options, result.cases);
        result = { ...result, cases: [...result.cases, caseResult] };
        saveResult(result);
        console.log(textOf(caseResult, benchCase));
      }
    }
    showAll(result.cases);
    console.log(`\nstored in ${saveResult(result)}`);
    return result;
  } finally {
    for (const network of networks) await network.close();
    await source.stop();
  }
}

function openNetworks({ networks }: BenchOptions): Network[] {
  return networks.map((name) => (name === 'loopback' ? LOOPBACK : DelayedNetwork.start()));
}

function warn({ loadAverage, mailInMemory }: BenchResult['machine'], scale: number): void {
  if (scale !== 1) console.log(`The accounts have ${scale} times the size that the targets are about.`);
  if (loadAverage > QUIET_LOAD)
    console.log(`This machine is not idle (load ${loadAverage.toFixed(2)}): expect the times to vary.`);
  if (!mailInMemory)
    console.log('/dev/shm has too little room, so the mail is on disk: expect the times to vary.');
}

function showAll(results: readonly CaseResult[]): void {
  console.log('\nAll rows\n');
  for (const result of results) {
    const benchCase = CASES.find(({ id }) => id === result.id);
    if (benchCase !== undefined) console.log(`${textOf(result, benchCase)}\n`);
  }
}

// What was started is ended, and what was written is removed, as the process exits.
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => process.exit(exitCode));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = error instanceof UsageError ? 3 : 1;
}
