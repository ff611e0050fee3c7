import { KnownSecrets } from '../config/known-secrets.js';
import type { SecretEnvironment } from '../config/secret.js';
import type { Engine } from './engine.js';
import type { ExitCode } from './exit-code.js';
import { FileWriter } from './file-writer.js';
import { Interrupt } from './interrupt.js';
import type { Io } from './io.js';
import { Log } from './log.js';
import { SecretPrompt } from './prompt.js';
import { commandLine } from './render/command-line.js';
import { isColoured } from './render/emphasis.js';
import type { SummaryText } from './render/summary-text.js';
import { ReportFile } from './report-file.js';
import { RunDisplay } from './run-display.js';
import type { OutputFlags, RunFlags } from './run-flags.js';
import { verbosityOf } from './run-flags.js';
import { Terminal } from './terminal.js';
import { WorkClock } from './work-clock.js';

/** What a run is surrounded by. */
export interface RunContext {
  readonly io: Io;
  readonly log: Log;
  readonly known: KnownSecrets;
  readonly display: RunDisplay;
  readonly interrupt: Interrupt;
  readonly clock: WorkClock;
  /** The command line as typed, quoted for a shell. */
  readonly command: string;
  readonly loadEngine: () => Promise<Engine>;
  /** Where passwords come from; `mayAsk`: not `--no-input`. */
  secrets(mayAsk: boolean): SecretEnvironment;
}

export interface RunSetup {
  readonly verb: string;
  readonly argv: readonly string[];
  readonly flags: OutputFlags & Pick<RunFlags, 'report' | 'dryRun'>;
  /** The end of it for people. */
  readonly summary: (text: SummaryText) => readonly string[];
  readonly io: Io;
  readonly loadEngine: () => Promise<Engine>;
}

/** Runs a verb of the engine with all that surrounds it, shows what it threw, and returns the exit code. */
export async function withRunContext(
  setup: RunSetup,
  run: (context: RunContext) => Promise<void>,
): Promise<ExitCode> {
  const { verb, argv, flags, io, summary } = setup;
  const json = flags.json === true;
  const verbosity = verbosityOf(flags);
  const terminal = new Terminal(io.stderr, {
    live: isLive(io, json) && verbosity >= 0,
    coloured: isColoured(io.stderr, io.env),
  });
  const log = new Log(terminal, openLogFile(flags, terminal), () => io.now());
  const known = new KnownSecrets();
  const clock = new WorkClock(() => io.elapsedMs());
  const command = commandLine(argv);
  const dryRun = flags.dryRun === true;
  const display = new RunDisplay({
    ...{ io, terminal, log, known, clock, verb, dryRun, json, verbosity, command, summary },
  });
  const interrupt = new Interrupt(io, (text) => log.line(text));
  const secrets = secretEnvironment(io, terminal, { known, clock }, interrupt.finish);
  try {
    if (flags.report !== undefined) {
      display.reportInto(new ReportFile(flags.report, (text) => log.line(`warning: ${text}`)));
    }
    await run({
      ...{ io, log, known, display, interrupt, clock, command, secrets },
      loadEngine: setup.loadEngine,
    });
  } catch (error) {
    display.addError(error);
  } finally {
    interrupt.dispose();
  }
  const exitCode = display.end(interrupt.requested);
  log.close();
  return exitCode;
}

/** A terminal that understands cursor movement, and no JSON lines running through it. */
function isLive(io: Io, json: boolean): boolean {
  return io.stderr.isTTY && io.env['TERM'] !== 'dumb' && !(json && io.stdout.isTTY);
}

function openLogFile(flags: OutputFlags, terminal: Terminal): FileWriter | null {
  if (flags.logFile === undefined) return null;
  return new FileWriter(flags.logFile, 'append', '--log-file', (text) => terminal.line(`warning: ${text}`));
}

function secretEnvironment(
  io: Io,
  terminal: Terminal,
  { known, clock }: Pick<RunContext, 'known' | 'clock'>,
  signal: AbortSignal,
): (mayAsk: boolean) => SecretEnvironment {
  const prompt = new SecretPrompt(io);
  const ask = async (question: string, abort: AbortSignal): Promise<string> => {
    terminal.pause();
    try {
      return await clock.asking(() => prompt.ask(question, abort));
    } finally {
      terminal.resume();
    }
  };
  return (mayAsk) => ({
    env: io.env,
    known,
    signal,
    mayAsk,
    prompt: mayAsk && io.stdin.isTTY && io.stderr.isTTY ? ask : null,
    onStderr: (text) => terminal.aside(() => io.stderr.write(text)),
  });
}
