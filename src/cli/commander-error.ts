import { usageError } from '../config/usage-error.js';
import type { MailferryError } from '../errors.js';

/**
 * Puts what commander says into our own words. Arguments are repeated only in part: somebody may have typed a
 * password where none belongs.
 */
export function usageErrorOf(error: { readonly code: string; readonly message: string }): MailferryError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const similar = /Did you mean (?:one of )?([^?)]+)\?/.exec(error.message)?.[1];
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownOption(quoted, similar);
    case 'commander.unknownCommand':
      return unknownCommand(quoted, similar);
    case 'commander.missingArgument':
      return missingArgument(quoted);
    case 'commander.optionMissingArgument':
      return usageError(`the option ${quoted} has no value; wanted one after it`, 'put the value behind it');
    case 'commander.excessArguments':
      return usageError(
        'there are more arguments than this command takes',
        'put quotes around a value that holds spaces; see --help for the arguments',
      );
    default:
      return usageError(error.message.replace(/^error: /, ''), 'see mailferry --help');
  }
}

function missingArgument(name: string): MailferryError {
  if (name === 'account') {
    return usageError(
      'the argument <account> is missing; wanted an account',
      'write mailferry check imaps://USER@HOST',
    );
  }
  return usageError(
    `the argument <${name}> is missing; wanted a source and a destination`,
    'write mailferry copy imaps://USER@OLDHOST imaps://USER@NEWHOST',
  );
}

function unknownOption(typed: string, similar: string | undefined): MailferryError {
  const name = typed.startsWith('--') ? (typed.split('=')[0] ?? '') : typed.slice(0, 2);
  if (/^(-p|--(.+-)?(pass(word|wd)?|secret))$/i.test(name)) {
    return usageError(`there is no option ${name}: no option takes a password`, PASSWORD_FIX);
  }
  return usageError(
    `there is no option ${name}`,
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
    `there is no command "${typed}"`,
    similar === undefined ? 'see mailferry --help for the commands' : `did you mean ${similar}?`,
  );
}
