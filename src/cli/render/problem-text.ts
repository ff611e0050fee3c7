import type { Problem } from '../../report/problem.js';
import { cleanText } from './clean-text.js';
import { ERROR_WORDS } from './error-words.js';

/** The start of an account's options by its display name, for the fixes that name an option. */
export type OptionPrefixes = ReadonlyMap<string, string>;

/** An error for people: what and where in the first line; below it what was seen, wanted, and the fix. */
export function problemBlock(problem: Problem, prefixes: OptionPrefixes): string[] {
  const words = ERROR_WORDS[problem.code];
  // Asked for, and no error.
  const kind = problem.code === 'STOPPED_EARLY' ? 'note' : 'error';
  const fix = problem.hint ?? words?.fix;
  const seen = [problem.message, ...serverWords(problem)].filter((part) => part !== '').join('; ');
  const rows: [string, string | undefined][] =
    words === null
      ? [
          [`${kind}: ${place(problem)}${seen}`, undefined],
          ['fix:', fix],
        ]
      : [
          [`${kind}: ${place(problem)}${words.what}`, undefined],
          ['seen:', seen],
          ['wanted:', words.wanted],
          ['fix:', fix],
        ];
  return rows.flatMap(([label, text], index) => {
    if (index === 0) return [finish(label, problem, prefixes)];
    return text === undefined || text === ''
      ? []
      : [`  ${label.padEnd(8)}${finish(text, problem, prefixes)}`];
  });
}

/** One line for what spoiled a message or a mailbox. */
export function problemLine(problem: Problem, prefixes: OptionPrefixes): string {
  const what = problem.message === '' ? (ERROR_WORDS[problem.code]?.what ?? problem.code) : problem.message;
  const seen = [what, ...serverWords(problem)].join('; ');
  return finish(`${place(problem)}${seen}`, problem, prefixes);
}

function place(problem: Problem): string {
  if (problem.mailbox === undefined) return '';
  return problem.uid === undefined ? `"${problem.mailbox}": ` : `"${problem.mailbox}" uid ${problem.uid}: `;
}

function serverWords(problem: Problem): string[] {
  const said = problem.serverText?.trim() ?? '';
  return said === '' || problem.message.includes(said) ? [] : [`the server said: ${said}`];
}

function finish(text: string, problem: Problem, prefixes: OptionPrefixes): string {
  const account = problem.account ?? 'the account';
  const prefix = prefixes.get(account) ?? '--';
  return cleanText(text.replaceAll('%a', () => account).replaceAll('%p', () => prefix));
}
