import type { Problem } from '../../report/problem.js';
import { exitCodeOfOutcome } from '../exit-code.js';
import { cleanText } from './clean-text.js';
import { ERROR_WORDS } from './error-words.js';
import type { SideWords } from './side-words.js';
import { isTwoWay, ONE_WAY } from './side-words.js';

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

/** One line for what spoiled a message or a mailbox; it names the account where it may be either. */
export function problemLine(problem: Problem, prefixes: OptionPrefixes, sides: SideWords = ONE_WAY): string {
  const what = problem.message === '' ? (ERROR_WORDS[problem.code]?.what ?? problem.code) : problem.message;
  const seen = [what, ...serverWords(problem)].join('; ');
  const account = isTwoWay(sides) ? problem.account : undefined;
  const isNamed = account !== undefined && seen.includes(account);
  return finish(`${place(problem, isNamed ? undefined : account)}${seen}`, problem, prefixes);
}

/**
 * The way out of a problem: the hint of whoever saw it, else what its kind asks of a person; null where there is none,
 * or where running again is all there is to do.
 */
export function problemFix(problem: Problem, prefixes: OptionPrefixes): string | null {
  const isForPerson = problem.permanent || asksDecision(problem);
  const fix = problem.hint ?? (isForPerson ? ERROR_WORDS[problem.code]?.fix : undefined);
  return fix === undefined ? null : finish(fix, problem, prefixes);
}

/** Whether the run stopped short of something that only a person may decide. */
export function asksDecision(problem: Problem): boolean {
  return exitCodeOfOutcome(problem) === 6;
}

function place({ mailbox, uid }: Problem, account?: string): string {
  if (mailbox === undefined) return '';
  const where = account === undefined ? '' : ` at ${account}`;
  return `"${mailbox}"${uid === undefined ? '' : ` uid ${uid}`}${where}: `;
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
