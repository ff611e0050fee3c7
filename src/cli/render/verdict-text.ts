import type { ProblemLog } from '../../report/problem-log.js';
import type { RunSummary } from '../../report/summary.js';
import { cleanText } from './clean-text.js';
import { counted, formatBytes, formatCount, formatDuration } from './units.js';
import { verbWords } from './verb-words.js';

/** The one sentence about how a run went. */
export function verdictLine(summary: RunSummary): string {
  const time = formatDuration(summary.elapsedMs);
  const { failed } = summary.messages;
  const did = whatWasDone(summary).join(', ');
  const left = failed > 0 ? `; ${counted(failed, 'message')} not carried` : '';
  if (summary.dryRun) return planVerdict(summary, time);
  if (summary.exitCode === 130) {
    return did === ''
      ? `Interrupted after ${time}; ${verbWords(summary.verb).notDone}.`
      : `Interrupted after ${time}: ${did}; all of it is saved.`;
  }
  switch (summary.verdict) {
    case 'failed':
      return `Failed after ${time}: ${did || 'copied 0 messages (0 B)'}${left}; what is saved stays saved.`;
    case 'incomplete':
      return `Incomplete: ${did || 'copied 0 messages (0 B)'} in ${time}${left}${openEnd(summary)}.`;
    case 'complete':
      return did === ''
        ? `Complete: ${verbWords(summary.verb).nothing}; looked at ${counted(summary.mailboxes.seen, 'mailbox')} in ${time}.`
        : `Complete: ${did} in ${time}.`;
  }
}

/** The command to run next, or what has to happen before. `command` is quoted for a shell. */
export function nextLine(summary: RunSummary, problems: ProblemLog, command: string): string {
  const shown = cleanText(command);
  const { dryRun, exitCode } = summary;
  if (dryRun && exitCode === 0) return 'Next: the same command without --dry-run.';
  if (exitCode === 0) return `Next: ${verbWords(summary.verb).next}.`;
  if (exitCode === 130) return `Next: ${shown}   (goes on from here)`;
  if (exitCode === 6) return 'Next: decide about the problems above (see fix), then run it again.';
  if (problems.allPermanent) return 'Next: mend what is named above; until then running again will not help.';
  const { again } = verbWords(summary.verb);
  return exitCode === 2 && again !== null ? `Next: ${shown}   (${again})` : `Next: ${shown}`;
}

function whatWasDone({ mailboxes, messages, bytes }: RunSummary): string[] {
  return doings(
    { copied: messages.copied, sizeBytes: bytes.copied, moved: messages.moved, removed: messages.removed },
    mailboxes,
    { copy: 'copied', move: 'moved', remove: 'removed', rename: 'renamed' },
  );
}

function planVerdict(summary: RunSummary, time: string): string {
  const { planned, messages, mailboxes, verdict, exitCode } = summary;
  const parts = doings(
    { copied: planned.messages, sizeBytes: planned.bytes, moved: messages.moved, removed: messages.removed },
    mailboxes,
    { copy: 'copy', move: 'move', remove: 'remove', rename: 'rename' },
  );
  const would = `would ${parts.length === 0 ? 'copy 0 messages (0 B)' : parts.join(', ')}; nothing was written`;
  if (exitCode === 130) return `Dry run interrupted after ${time}: so far ${would}.`;
  return verdict === 'failed' ? `Dry run failed after ${time}: so far ${would}.` : `Dry run: ${would}.`;
}

interface Numbers {
  readonly copied: number;
  readonly sizeBytes: number | null;
  readonly moved: number;
  readonly removed: number;
}

/** What is not zero; `message` is said once. */
function doings(
  { copied, sizeBytes, moved, removed }: Numbers,
  mailboxes: RunSummary['mailboxes'],
  verbs: Readonly<Record<'copy' | 'move' | 'remove' | 'rename', string>>,
): string[] {
  const size = sizeBytes === null ? '' : ` (${formatBytes(sizeBytes)})`;
  const removals = [
    ...(removed > 0 ? [copied + moved > 0 ? formatCount(removed) : counted(removed, 'message')] : []),
    ...(mailboxes.removed > 0 ? [counted(mailboxes.removed, 'mailbox')] : []),
  ].join(' and ');
  return [
    ...(copied > 0 ? [`${verbs.copy} ${counted(copied, 'message')}${size}`] : []),
    ...(moved > 0 ? [`${verbs.move} ${copied > 0 ? formatCount(moved) : counted(moved, 'message')}`] : []),
    ...(removals === '' ? [] : [`${verbs.remove} ${removals}`]),
    ...(mailboxes.renamed > 0 ? [`${verbs.rename} ${counted(mailboxes.renamed, 'mailbox')}`] : []),
  ];
}

/** Why a run is not complete, where no message says it. */
function openEnd({ exitCode, mailboxes, messages, problems }: RunSummary): string {
  if (exitCode === 6) return '; a decision is needed';
  if (problems.some(({ code }) => code === 'STILL_CHANGING')) return '; changes kept coming';
  if (messages.failed === 0) return '; not all was done';
  // What nobody got to, in an account that is full for instance, is not among the messages that were refused.
  return mailboxes.failed > 0 ? `, ${counted(mailboxes.failed, 'mailbox')} not finished` : '';
}
