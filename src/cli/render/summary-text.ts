import type { ProblemGroup, ProblemLog } from '../../report/problem-log.js';
import type { RunSummary } from '../../report/summary.js';
import { cleanText } from './clean-text.js';
import type { OptionPrefixes } from './problem-text.js';
import { asksDecision, problemFix, problemLine } from './problem-text.js';
import type { SideWords } from './side-words.js';
import { labelled, numberRows, planRows } from './summary-rows.js';
import { counted, formatCount } from './units.js';
import { nextLine, verdictLine } from './verdict-text.js';

const MOST_GROUPS = 10;
const MOST_CONFLICTS = 10;

export interface SummaryText {
  readonly summary: RunSummary;
  readonly problems: ProblemLog;
  readonly prefixes: OptionPrefixes;
  readonly sides: SideWords;
  /** Which way mail went, where it is not the way the accounts were typed. */
  readonly reversed: string | null;
  /** The command line to run next, quoted for a shell. */
  readonly command: string;
}

/** The end of a run for people: rows that are not zero, what was not done, the verdict, the next command. */
export function summaryLines(text: SummaryText): string[] {
  const { summary } = text;
  const rows = summary.dryRun ? planRows(summary, text.sides) : numberRows(summary, text.sides);
  return [
    ...(text.reversed === null ? [] : [labelled('direction', cleanText(text.reversed))]),
    ...rows,
    ...conflictRows(summary),
    ...problemRows(text),
    verdictLine(summary),
    nextLine(summary, text.problems, text.command),
  ];
}

/** What both sides had changed, settled by rule: nothing is left to do. */
function conflictRows({ conflicts, conflictsOmitted }: RunSummary): string[] {
  const shown = conflicts.slice(0, MOST_CONFLICTS);
  const rows = shown.map(({ mailbox, text }, index) =>
    labelled(index === 0 ? 'conflicts' : '', cleanText(`"${mailbox}": ${text}`)),
  );
  const rest = conflicts.length - shown.length + conflictsOmitted;
  return rest === 0
    ? rows
    : [...rows, labelled('', `and ${counted(rest, 'conflict')} more; -v tells them all`)];
}

/** Problems with the same way out stand together, above it. */
function problemRows(text: SummaryText): string[] {
  const { problems, prefixes } = text;
  const groups = problems.groups.filter(
    ({ first }) => first.scope === 'message' || first.scope === 'mailbox',
  );
  // What a person must decide comes first: the end of a long list is not shown.
  groups.sort((x, y) => Number(asksDecision(y.first)) - Number(asksDecision(x.first)));
  const rows = new Map<string, string[]>();
  for (const group of groups.slice(0, MOST_GROUPS)) {
    const fix = problemFix(group.first, prefixes) ?? '';
    rows.set(fix, [...(rows.get(fix) ?? []), groupRow(group, text)]);
  }
  const shown = [...rows].flatMap(([fix, told]) => (fix === '' ? told : [...told, labelled('fix', fix)]));
  const rest = groups.slice(MOST_GROUPS).reduce((sum, group) => sum + group.count, problems.ungrouped);
  if (rest === 0) return shown;
  return [...shown, labelled('', `and ${counted(rest, 'problem')} more; --report FILE.csv lists them all`)];
}

function groupRow({ first, count }: ProblemGroup, { prefixes, sides }: SummaryText): string {
  const times = count === 1 ? '' : ` (and ${formatCount(count - 1)} more like it)`;
  return labelled('problem', `${problemLine(first, prefixes, sides)}${times}`);
}
