import { usageError } from '../config/usage-error.js';
import type { MailferryError } from '../errors.js';

/**
 * Puts what commander says into our own words. Arguments are repeated only in part: somebody may have typed a
 * password where none belongs. `typedVerb` is the first argument.
 */
export function usageErrorOf(
  error: { readonly code: string; readonly message: string },
  typedVerb: string | undefined,
): MailferryError {
  const verb = typedVerb === 'backup' || typedVerb === 'mirror' ? typedVerb : 'copy';
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const similar = /Did you mean (?:one of )?([^?)]+)\?/.exec(error.message)?.[1];
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownOption(quoted, similar, verb);
    case 'commander.unknownCommand':
      return unknownCommand(quoted, similar);
    case 'commander.missingArgument':
      return missingArgument(quoted, verb);
    case 'commander.optionMissingArgument':
      return usageError(`the option ${quoted} has no value; wanted one after it`, 'put the value behind it');
    case 'commander.excessArguments':
      return usageError(
        'there are more arguments than this command takes; wanted one for each account',
        'put quotes around a value that holds spaces; see --help for the arguments',
      );
    default:
      return usageError(error.message.replace(/^error: /, ''), 'see mailferry --help');
  }
}

function missingArgument(name: string, verb: string): MailferryError {
  if (name === 'account') {
    return usageError(
      'the argument <account> is missing; wanted an account',
      'write mailferry check imaps://USER@HOST',
    );
  }
  const wanted = verb === 'mirror' ? 'two accounts' : 'a source and a destination';
  return usageError(
    `the argument <${name}> is missing; wanted ${wanted}`,
    `write mailferry ${verb} imaps://USER@OLDHOST imaps://USER@NEWHOST`,
  );
}

/** What copy alone can do, because what it leaves out is missing and not removed. */
const OF_COPY_ALONE: ReadonlySet<string> = new Set([
  '--since',
  '--before',
  '--min-size',
  '--max-size',
  '--include-deleted',
  '--restore',
]);

/** What only a verb with a source and a destination can do. */
const OF_ONE_WAY_ALONE: ReadonlyMap<string, string> = new Map([
  ['--reverse', 'it goes both ways'],
  ['--keep-extra', 'what only one account has is copied to the other'],
  ['--remove-foreign', 'what only one account has is copied to the other'],
  ['--on-drift', 'changes of both accounts are carried'],
]);

/** The mistake of giving one verb an option of another; null where it is none. */
function optionOfAnother(name: string, verb: string): MailferryError | null {
  if (verb !== 'copy' && OF_COPY_ALONE.has(name)) {
    const goal = verb === 'mirror' ? 'both accounts equal' : 'the destination equal the source';
    return usageError(
      `${verb} has no option ${name}: it makes ${goal}; wanted one that ${verb} has`,
      'choose by --mailbox and --exclude, or use mailferry copy',
    );
  }
  const why = OF_ONE_WAY_ALONE.get(name);
  if (verb !== 'mirror' || why === undefined) return null;
  const other = name === '--reverse' ? 'copy or mailferry backup' : 'backup';
  return usageError(
    `mirror has no option ${name}: ${why}; wanted one that mirror has`,
    `take it out, or use mailferry ${other}`,
  );
}

function unknownOption(typed: string, similar: string | undefined, verb: string): MailferryError {
  const name = typed.startsWith('--') ? (typed.split('=')[0] ?? '') : typed.slice(0, 2);
  if (/^(-p|--(.+-)?(pass(word|wd)?|secret))$/i.test(name)) {
    return usageError(
      `there is no option ${name}: no option takes a password; wanted a file, a command or a variable`,
      PASSWORD_FIX,
    );
  }
  const elsewhere = optionOfAnother(name, verb);
  if (elsewhere !== null) return elsewhere;
  return usageError(
    `there is no option ${name}; wanted one that this command has`,
    similar === undefined ? 'see --help for the options of this command' : `did you mean ${similar}?`,
  );
}

const PASSWORD_FIX =
  'use --source-password-file FILE or --source-password-command COMMAND (the same with destination), or MAILFERRY_SOURCE_PASSWORD';

function unknownCommand(typed: string, similar: string | undefined): MailferryError {
  if (/[:/@]/.test(typed)) {
    return usageError(
      'the command is missing before the account; wanted a verb such as copy',
      'write mailferry copy imaps://USER@OLDHOST imaps://USER@NEWHOST',
    );
  }
  return usageError(
    `there is no command "${typed}"; wanted a verb such as copy`,
    similar === undefined ? 'see mailferry --help for the commands' : `did you mean ${similar}?`,
  );
}
