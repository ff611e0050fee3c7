import { Command } from 'commander';
import type { BackupRequest } from './commands/backup.js';
import type { CheckRequest } from './commands/check.js';
import type { CopyRequest } from './commands/copy.js';
import type { MirrorRequest } from './commands/mirror.js';
import type { Io } from './io.js';
import {
  BACKUP_EXAMPLES,
  BACKUP_NOTES,
  CHECK_EXAMPLES,
  CHECK_NOTES,
  COPY_EXAMPLES,
  COPY_NOTES,
  MAIN_EXAMPLES,
  MAIN_NOTES,
  MIRROR_EXAMPLES,
  MIRROR_NOTES,
} from './render/help-text.js';
import {
  addAccountOptions,
  addChoiceOptions,
  addConnectionOptions,
  addEngineOptions,
  addFilterOptions,
  addMailboxOptions,
  addOutputOptions,
  addRemovalLimit,
  addRemovalOptions,
  addReportOption,
} from './run-options.js';

/** What the verbs do; the parser knows nothing of it. */
export interface Verbs {
  copy(request: CopyRequest): Promise<void>;
  backup(request: BackupRequest): Promise<void>;
  mirror(request: MirrorRequest): Promise<void>;
  check(request: CheckRequest): Promise<void>;
}

/** Where stdout is no terminal. */
const DEFAULT_COLUMNS = 80;

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
  addBackup(program, io, verbs);
  addMirror(program, io, verbs);
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
    .action((first: string, second: string, flags: CopyRequest['flags']) =>
      verbs.copy({ first, second, flags }),
    );
  configure(command, io);
  examplesFirst(command, COPY_EXAMPLES);
  addMailboxOptions(command);
  addFilterOptions(command);
  addChoiceOptions(command, 'the destination');
  addOneWayOptions(command);
  command.addHelpText('after', COPY_NOTES);
}

function addBackup(program: Command, io: Io, verbs: Verbs): void {
  const command = program
    .command('backup')
    .summary('make one account equal to another')
    .argument('<source>', 'account that is read')
    .argument('<destination>', 'account that becomes its copy')
    .action((first: string, second: string, flags: BackupRequest['flags']) =>
      verbs.backup({ first, second, flags }),
    );
  configure(command, io);
  examplesFirst(command, BACKUP_EXAMPLES);
  addMailboxOptions(command);
  addChoiceOptions(command, 'the destination');
  addRemovalOptions(command);
  addOneWayOptions(command);
  command.addHelpText('after', BACKUP_NOTES);
}

function addMirror(program: Command, io: Io, verbs: Verbs): void {
  const command = program
    .command('mirror')
    .summary('keep two accounts equal, both ways')
    .argument('<a>', 'first account')
    .argument('<b>', 'second account')
    .action((first: string, second: string, flags: MirrorRequest['flags']) =>
      verbs.mirror({ first, second, flags }),
    );
  configure(command, io);
  examplesFirst(command, MIRROR_EXAMPLES);
  addMailboxOptions(command);
  addChoiceOptions(command, 'the other account');
  addRemovalLimit(command, 'What to remove:');
  addEngineOptions(command, 'two-way');
  addReachOptions(command, 'the first account', 'the second account');
  command.addHelpText('after', MIRROR_NOTES);
}

/** Adds what every verb with a source and a destination has behind its own options. */
function addOneWayOptions(command: Command): void {
  addEngineOptions(command, 'one-way');
  addReachOptions(command, 'the source', 'the destination');
}

/** Adds how both accounts are reached, and what is said where. */
function addReachOptions(command: Command, first: string, second: string): void {
  addConnectionOptions(command);
  addAccountOptions(command, 'source-', first);
  addAccountOptions(command, 'destination-', second);
  addOutputOptions(command, 'carry');
  addReportOption(command);
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
  addOutputOptions(command, 'check');
  command.addHelpText('after', CHECK_NOTES);
}
