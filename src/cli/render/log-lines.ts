import type { MailboxCounts } from '../../report/activity.js';
import type { RunEvent } from '../../report/events.js';
import { cleanText } from './clean-text.js';
import type { OptionPrefixes } from './problem-text.js';
import { problemBlock, problemLine } from './problem-text.js';
import { counted, formatBytes, formatDuration } from './units.js';

/** -1: only errors; 0: warnings as well; 1: a line a mailbox; 2: a line a message. */
export type Verbosity = -1 | 0 | 1 | 2;

export interface LogContext {
  readonly verbosity: Verbosity;
  readonly prefixes: OptionPrefixes;
  /** The counts of the mailbox that this event finishes. */
  readonly finished: MailboxCounts | undefined;
  /** Whether a problem is the first of its kind in its mailbox; the others are only counted. */
  readonly firstOfKind: boolean;
}

/** What the log says about an event; mostly nothing. */
export function logLinesOf(event: RunEvent, context: LogContext): string[] {
  return rawLines(event, context).map(cleanText);
}

function rawLines(event: RunEvent, context: LogContext): string[] {
  const { verbosity } = context;
  switch (event.type) {
    case 'problem':
      return problemLines(event, context);
    case 'note':
      if (event.level === 'warning') return verbosity >= 0 ? [`warning: ${event.text}`] : [];
      return verbosity >= 1 ? [event.text] : [];
    case 'waiting':
      return verbosity >= 0 ? [`waiting ${formatDuration(event.delayMs)}: ${event.reason}`] : [];
    case 'connected':
      return verbosity >= 1 ? [`${event.side}: ${event.account}${software(event.software)}`] : [];
    case 'listed':
      return verbosity >= 1 ? [`${counted(event.seen, 'mailbox')}, ${event.dirty} to open`] : [];
    case 'mailbox-created':
      return verbosity >= 1 ? [`${event.mailbox}: created at the ${event.side}`] : [];
    case 'mailbox-finished':
      return verbosity >= 1 ? [mailboxLine(event.mailbox, event.failed, context.finished)] : [];
    case 'messages-copied':
      return verbosity >= 2 ? event.uids.map((uid) => `${event.mailbox} uid ${uid}: copied`) : [];
    case 'messages-paired':
      return verbosity >= 2 ? [`${event.mailbox}: ${counted(event.messages, 'message')} there already`] : [];
    case 'messages-skipped':
      if (verbosity < 1) return [];
      return [`${event.mailbox}: ${counted(event.messages, 'message')} left out: ${event.reason}`];
    case 'flags-updated':
      return verbosity >= 2
        ? [`${event.mailbox}: flags of ${counted(event.messages, 'message')} updated`]
        : [];
    case 'mailbox-started':
    case 'mailbox-planned':
    case 'bytes-moved':
      return [];
  }
}

function problemLines(event: Extract<RunEvent, { type: 'problem' }>, context: LogContext): string[] {
  const { problem } = event;
  if (problem.scope === 'account' || problem.scope === 'run') return problemBlock(problem, context.prefixes);
  // Ten thousand refusals must not scroll everything else away.
  if (!context.firstOfKind && context.verbosity < 2) return [];
  return [`warning: ${problemLine(problem, context.prefixes)}`];
}

function software(name: string | null): string {
  return name === null ? '' : ` (${name})`;
}

function mailboxLine(mailbox: string, failed: boolean, counts: MailboxCounts | undefined): string {
  const name =
    counts === undefined || counts.destination === mailbox ? mailbox : `${mailbox} -> ${counts.destination}`;
  const did = counts === undefined ? [] : doings(counts);
  if (failed) did.push('not finished');
  return `${name}: ${did.length === 0 ? 'nothing to do' : did.join(', ')}`;
}

function doings(counts: MailboxCounts): string[] {
  const parts: string[] = [];
  if (counts.copied > 0) {
    parts.push(`${counted(counts.copied, 'message')} copied (${formatBytes(counts.bytesCopied)})`);
  }
  if (counts.paired > 0) parts.push(`${counted(counts.paired, 'message')} there already`);
  if (counts.flagsUpdated > 0) parts.push(`flags of ${counted(counts.flagsUpdated, 'message')} updated`);
  if (counts.skipped > 0) parts.push(`${counted(counts.skipped, 'message')} left out`);
  if (counts.failed > 0) parts.push(`${counted(counts.failed, 'message')} not carried`);
  return parts;
}
