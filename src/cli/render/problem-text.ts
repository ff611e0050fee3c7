import type { Problem } from '../../report/problem.js';
import { exitCodeOfOutcome } from '../exit-code.js';
import { cleanText } from './clean-text.js';
import { ERROR_WORDS } from './error-words.js';
import type { SideWords } from './side-words.js';
import { isTwoWay, ONE_WAY } from './side-words.js';

/** The start of an account's options by its display name, for the fixes that name an option. */
export type OptionPrefixes = ReadonlyMap<string, string>;

/** Between what was seen and what was wanted, in a message that says both. */
const WANTED = '; wanted ';
/** Options of one account, as whoever does not know which of two accounts it is names them. */
const OF_ACCOUNT = /--(?=(?:ca|fingerprint|tunnel|admin|password-file|password-command)\b)/g;

/** An error for people: what and where in the first line; below it what was seen, wanted, and the fix. */
export function problemBlock(problem: Problem, prefixes: OptionPrefixes): string[] {
  const words = ERROR_WORDS[problem.code];
  // Asked for, and no error.
  const kind = problem.code === 'STOPPED_EARLY' ? 'note' : 'error';
  const fix = fixOf(problem, prefixes) ?? '';
  if (words === null)
    return [`${kind}: ${place(problem)}${seenText(problem)}`, ...rows({ fix })].map(cleanText);
  const { message, wanted } = parted(problem.message);
  const head = `${kind}: ${place(problem)}${filled(words.what, problem, prefixes)}`;
  const seen = seenText({ ...problem, message });
  return [head, ...rows({ seen, wanted: wanted ?? words.wanted ?? '', fix })].map(cleanText);
}

/** What is not empty, below the first line. */
function rows(texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([label, text]) =>
    text === '' ? [] : [`  ${`${label}:`.padEnd(8)}${text}`],
  );
}

function parted(message: string): { message: string; wanted?: string } {
  const at = message.indexOf(WANTED);
  return at < 0 ? { message } : { message: message.slice(0, at), wanted: message.slice(at + WANTED.length) };
}

/** One line for what spoiled a message or a mailbox; it names the account where it may be either. */
export function problemLine(problem: Problem, prefixes: OptionPrefixes, sides: SideWords = ONE_WAY): string {
  const words = filled(ERROR_WORDS[problem.code]?.what ?? problem.code, problem, prefixes);
  const seen = seenText(problem.message === '' ? { ...problem, message: words } : problem);
  const account = isTwoWay(sides) ? problem.account : undefined;
  const isNamed = account !== undefined && seen.includes(account);
  return cleanText(`${place(problem, isNamed ? undefined : account)}${seen}`);
}

/** The way out of a problem, fit to be shown on a terminal; null as of {@link fixOf}. */
export function problemFix(problem: Problem, prefixes: OptionPrefixes): string | null {
  const fix = fixOf(problem, prefixes);
  return fix === null ? null : cleanText(fix);
}

/**
 * The way out of a problem: the hint of whoever saw it, else what its kind asks of a person; null where there is none,
 * or where in a message or mailbox running again is all there is to do.
 */
function fixOf(problem: Problem, prefixes: OptionPrefixes): string | null {
  const { hint, permanent, scope } = problem;
  if (hint !== undefined) return hint.replace(OF_ACCOUNT, () => prefixOf(problem, prefixes));
  const isLocal = scope === 'message' || scope === 'mailbox';
  const fix = ERROR_WORDS[problem.code]?.fix;
  if (fix === undefined || (isLocal && !permanent && !asksDecision(problem))) return null;
  return filled(fix, problem, prefixes);
}

/** The problem with its way out as its hint, wherever that comes from: people and programs are told the same. */
export function withFix(problem: Problem, prefixes: OptionPrefixes): Problem {
  const hint = fixOf(problem, prefixes);
  return hint === null ? problem : { ...problem, hint };
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

/** What was seen, and the server's own words where they are not part of it. */
function seenText({ message, serverText }: Problem): string {
  const said = serverText?.trim() ?? '';
  const isSaid = said === '' || message.includes(said);
  return [message, ...(isSaid ? [] : [`the server said: ${said}`])].filter((part) => part !== '').join('; ');
}

function filled(words: string, problem: Problem, prefixes: OptionPrefixes): string {
  const account = problem.account ?? 'the account';
  return words.replaceAll('%p', () => prefixOf(problem, prefixes)).replaceAll('%a', () => account);
}

function prefixOf({ account }: Problem, prefixes: OptionPrefixes): string {
  return prefixes.get(account ?? '') ?? '--';
}
