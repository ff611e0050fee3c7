import { asMailferryError } from '../errors.js';
import { problemOf } from '../report/problem.js';
import { summaryOf } from '../report/summary.js';
import { RunTotals } from '../report/totals.js';
import type { Engine } from './engine.js';
import type { ExitCode } from './exit-code.js';
import { exitCodeOf, verdictOf } from './exit-code.js';
import type { Io } from './io.js';
import type { Verbs } from './program.js';
import { jsonLine } from './render/clean-text.js';
import { emphasised, isColoured } from './render/emphasis.js';
import { problemBlock, withFix } from './render/problem-text.js';
import type { RunContext, RunSetup } from './run-context.js';
import { packageVersion } from './version.js';

/**
 * Runs one command line (`argv` without program names) and returns the exit code. Touches the world through `io`
 * alone; what is not needed is not loaded.
 */
export async function main(
  argv: readonly string[],
  io: Io,
  loadEngine: () => Promise<Engine> = loadOwnEngine,
): Promise<ExitCode> {
  const version = packageVersion(io.packageRoot);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    io.stdout.write(`${version}\n`);
    return 0;
  }
  try {
    return await runCommand(argv, io, version, loadEngine);
  } catch (error) {
    return fail(error, argv, io);
  }
}

type VerbTask = (context: RunContext) => Promise<void>;

async function loadOwnEngine(): Promise<Engine> {
  const { ownEngine } = await import('./own-engine.js');
  return ownEngine;
}

async function runCommand(
  argv: readonly string[],
  io: Io,
  version: string,
  loadEngine: () => Promise<Engine>,
): Promise<ExitCode> {
  const { CommanderError } = await import('commander');
  const { buildProgram } = await import('./program.js');
  let exitCode: ExitCode = 0;
  const run = async (verb: string, { flags }: Pick<RunSetup, 'flags'>, task: VerbTask): Promise<void> => {
    const { withRunContext } = await import('./run-context.js');
    const { summaryLines } = await import('./render/summary-text.js');
    const summary = verb === 'check' ? () => [] : summaryLines;
    exitCode = await withRunContext({ verb, argv, flags, io, loadEngine, summary }, task);
  };
  const verbs: Verbs = {
    copy: async (request) => {
      const { copy } = await import('./commands/copy.js');
      await run('copy', request, (context) => copy(request, context));
    },
    backup: async (request) => {
      const { backup } = await import('./commands/backup.js');
      await run('backup', request, (context) => backup(request, context));
    },
    mirror: async (request) => {
      const { mirror } = await import('./commands/mirror.js');
      await run('mirror', request, (context) => mirror(request, context));
    },
    check: async (request) => {
      const { check } = await import('./commands/check.js');
      await run('check', request, (context) => check(request, context));
    },
  };
  const program = buildProgram(io, version, verbs);
  if (argv.length === 0) {
    // Nothing was asked for, so nothing was done: no success for a script that lost its arguments.
    program.outputHelp({ error: true });
    return 3;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const { usageErrorOf } = await import('./commander-error.js');
    throw usageErrorOf(error, argv[0]);
  }
  return exitCode;
}

/** What failed before a run could begin. */
function fail(error: unknown, argv: readonly string[], io: Io): ExitCode {
  const problem = withFix(problemOf(asMailferryError(error)), new Map());
  const coloured = isColoured(io.stderr, io.env);
  for (const line of problemBlock(problem, new Map())) io.stderr.write(`${emphasised(line, coloured)}\n`);
  const exitCode = exitCodeOf([problem], false);
  if (argv.includes('--json')) {
    const totals = new RunTotals();
    totals.add({ type: 'problem', problem });
    const end = { verb: null, verdict: verdictOf(exitCode), exitCode, elapsedMs: 0, dryRun: false };
    io.stdout.write(`${jsonLine(summaryOf(totals, end))}\n`);
  }
  return exitCode;
}
