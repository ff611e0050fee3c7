import { Command } from 'commander';
import type { CheckRequest } from './commands/check.js';
import type { CopyRequest } from './commands/copy.js';
import type { Io } from './io.js';
import {
  CHECK_EXAMPLES,
  CHECK_NOTES,
  COPY_EXAMPLES,
  COPY_NOTES,
  MAIN_EXAMPLES,
  MAIN_NOTES,
} from './render/help-text.js';
import type { RunFlags } from './run-flags.js';
import {
  addAccountOptions,
  addChoiceOptions,
  addConnectionOptions,
  addEngineOptions,
  addOutputOptions,
  addReportOption,
} from './run-options.js';

/** What the verbs do; the parser knows nothing of it. */
export interface Verbs {
  copy(request: CopyRequest): Promise<void>;
  check(request: CheckRequest): Promise<void>;
}

const DEFAULT_COLUMNS = 100;

/** The command line's grammar. Throws CommanderError; writes help to stdout and nothing else. */
export function buildProgram(io: Io, version: string, verbs: Verbs): Command {
  const program = new Command('mailferry');
  configure(program, io);
  program
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .addHelpText('after', MAIN_NOTES);
  examplesFirst(program, MAIN_EXAMPLES);
  addCopy(program, io, verbs);
  addCheck(program, io, verbs);
  return program;
}

function configure(command: Command, io: Io): void {
  const width = (): number => Math.min(120, io.stdout.columns ?? DEFAULT_COLUMNS);
  command
    .exitOverride()
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // What commander says about mistakes is said in our own words by whoever catches its error.
      outputError: () => {},
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function examplesFirst(command: Command, examples: string): void {
  command.addHelpText('before', examples);
}

function addCopy(program: Command, io: Io, verbs: Verbs): void {
  const command = program
    .command('copy')
    .summary('add to one account what another has')
    .argument('<source>', 'account that is read')
    .argument('<destination>', 'account that is filled')
    .action((source: string, destination: string, flags: RunFlags) =>
      verbs.copy({ source, destination, flags }),
    );
  configure(command, io);
  examplesFirst(command, COPY_EXAMPLES);
  addChoiceOptions(command);
  addEngineOptions(command);
  addConnectionOptions(command);
  addAccountOptions(command, 'source-', 'the source');
  addAccountOptions(command, 'destination-', 'the destination');
  addOutputOptions(command);
  addReportOption(command);
  command.addHelpText('after', COPY_NOTES);
}

function addCheck(program: Command, io: Io, verbs: Verbs): void {
  const command = program
    .command('check')
    .summary('log in and show what a server can do')
    .argument('<account>', 'account to look at')
    .action((account: string, flags: CheckRequest['flags']) => verbs.check({ account, flags }));
  configure(command, io);
  examplesFirst(command, CHECK_EXAMPLES);
  addAccountOptions(command, '', 'the account');
  command.optionsGroup('How to run:');
  addConnectionOptions(command);
  addOutputOptions(command);
  command.addHelpText('after', CHECK_NOTES);
}
