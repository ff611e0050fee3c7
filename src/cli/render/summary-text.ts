import type { ProblemGroup, ProblemLog } from '../../report/problem-log.js';
import type { RunSummary } from '../../report/summary.js';
import { cleanText } from './clean-text.js';
import type { OptionPrefixes } from './problem-text.js';
import { problemLine } from './problem-text.js';
import { counted, formatBytes, formatCount, formatDuration } from './units.js';

const MOST_GROUPS = 10;
const LABEL_COLUMNS = 11;

export interface SummaryText {
  readonly summary: RunSummary;
  readonly problems: ProblemLog;
  readonly prefixes: OptionPrefixes;
  /** The command line to run next, quoted for a shell. */
  readonly command: string;
}

/** The end of a run for people: rows that are not zero, what was not done, the verdict, the next command. */
export function summaryLines(text: SummaryText): string[] {
  const { summary } = text;
  const rows = summary.dryRun ? planRows(summary) : numberRows(summary);
  return [...rows, ...problemRows(text), verdictLine(summary), nextLine(text)];
}

function numberRows({ mailboxes, messages, flags, bytes }: RunSummary): string[] {
  return [
    ...row('mailboxes', [
      [mailboxes.seen, 'seen'],
      [mailboxes.changed, 'changed'],
      [mailboxes.created, 'created'],
      [mailboxes.renamed, 'renamed'],
      [mailboxes.removed, 'removed'],
      [mailboxes.failed, 'not finished'],
    ]),
    ...row('messages', [
      [messages.copied, `copied (${formatBytes(bytes.copied)})`],
      [messages.paired, 'there already'],
      [messages.moved, 'moved'],
      [messages.removed, 'removed'],
      [messages.skipped, 'left out'],
      [messages.failed, 'not carried'],
    ]),
    ...row('flags', [[flags.updated, flags.updated === 1 ? 'message updated' : 'messages updated']]),
  ];
}

function planRows({ mailboxes, messages, flags, planned }: RunSummary): string[] {
  const size = planned.bytes === null ? '' : ` (${formatBytes(planned.bytes)})`;
  return [
    ...row('mailboxes', [
      [mailboxes.seen, 'seen'],
      [mailboxes.created, 'would be created'],
      [mailboxes.failed, 'could not be looked at whole'],
    ]),
    ...row('messages', [
      [planned.messages, `would be copied${size}`],
      [messages.paired, 'there already'],
      [messages.skipped, 'would be left out'],
      [messages.failed, 'would be refused'],
    ]),
    ...row('flags', [
      [flags.updated, flags.updated === 1 ? 'message would be updated' : 'messages would be updated'],
    ]),
  ];
}

function row(name: string, cells: readonly (readonly [number, string])[]): string[] {
  const shown = cells.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return shown.length === 0 ? [] : [labelled(name, shown.join(', '))];
}

function labelled(name: string, text: string): string {
  return `  ${name.padEnd(LABEL_COLUMNS)}${text}`;
}

function problemRows({ problems, prefixes }: SummaryText): string[] {
  const groups = problems.groups.filter(
    ({ first }) => first.scope === 'message' || first.scope === 'mailbox',
  );
  const shown = groups.slice(0, MOST_GROUPS).map((group) => groupRow(group, prefixes));
  const rest = groups.slice(MOST_GROUPS).reduce((sum, group) => sum + group.count, problems.ungrouped);
  if (rest === 0) return shown;
  return [...shown, labelled('', `and ${counted(rest, 'problem')} more; --report FILE.csv lists them all`)];
}

function groupRow({ first, count }: ProblemGroup, prefixes: OptionPrefixes): string {
  const times = count === 1 ? '' : ` (and ${formatCount(count - 1)} more like it)`;
  return labelled('problem', `${problemLine(first, prefixes)}${times}`);
}

function verdictLine(summary: RunSummary): string {
  const time = formatDuration(summary.elapsedMs);
  const { copied, failed } = summary.messages;
  const carried = `${counted(copied, 'message')} (${formatBytes(summary.bytes.copied)})`;
  const left = failed > 0 ? `; ${counted(failed, 'message')} not carried` : '';
  if (summary.dryRun) return planVerdict(summary, time);
  if (summary.exitCode === 130) {
    return copied === 0
      ? `Interrupted after ${time}; nothing was copied.`
      : `Interrupted after ${time}: copied ${carried}; all of it is saved.`;
  }
  switch (summary.verdict) {
    case 'failed':
      return `Failed after ${time}: copied ${carried}${left}; what is saved stays saved.`;
    case 'incomplete':
      return `Incomplete: copied ${carried} in ${time}${left === '' ? '; not all was done' : left}.`;
    case 'complete':
      return copied > 0
        ? `Complete: copied ${carried} in ${time}.`
        : `Complete: nothing to copy; looked at ${counted(summary.mailboxes.seen, 'mailbox')} in ${time}.`;
  }
}

function planVerdict({ planned, verdict, exitCode }: RunSummary, time: string): string {
  const size = planned.bytes === null ? '' : ` (${formatBytes(planned.bytes)})`;
  const would = `would copy ${counted(planned.messages, 'message')}${size}; nothing was written`;
  if (exitCode === 130) return `Dry run interrupted after ${time}: so far ${would}.`;
  return verdict === 'failed' ? `Dry run failed after ${time}: so far ${would}.` : `Dry run: ${would}.`;
}

function nextLine({ summary, problems, command }: SummaryText): string {
  const shown = cleanText(command);
  if (summary.dryRun && summary.exitCode === 0) return 'Next: the same command without --dry-run.';
  if (summary.exitCode === 0)
    return 'Next: run it again whenever there is new mail; only what is missing is added.';
  if (summary.exitCode === 130) return `Next: ${shown}   (goes on from here)`;
  if (summary.exitCode === 6)
    return 'Next: decide about the problems above, then run the same command again.';
  if (problems.allPermanent) return 'Next: mend what is named above; until then running again will not help.';
  return `Next: ${shown}`;
}
