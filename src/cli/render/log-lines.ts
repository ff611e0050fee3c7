import type { MailboxCounts } from '../../report/activity.js';
import type { RunEvent } from '../../report/events.js';
import { cleanText } from './clean-text.js';
import type { OptionPrefixes } from './problem-text.js';
import { problemBlock, problemLine } from './problem-text.js';
import type { SideWords } from './side-words.js';
import { atEither, isTwoWay, sharedOut } from './side-words.js';
import { counted, formatBytes, formatDuration } from './units.js';

/** -1: only errors; 0: warnings as well; 1: a line a mailbox; 2: a line a message. */
export type Verbosity = -1 | 0 | 1 | 2;

export interface LogContext {
  readonly verbosity: Verbosity;
  readonly prefixes: OptionPrefixes;
  readonly sides: SideWords;
  /** The counts of the mailbox that this event finishes. */
  readonly finished: MailboxCounts | undefined;
  /** Whether the event's mailbox is in work: then its counts come with its end. */
  readonly inWork: boolean;
  /** Whether a problem is the first of its kind in its mailbox; the others are only counted. */
  readonly firstOfKind: boolean;
}

/** What the log says about an event; mostly nothing. */
export function logLinesOf(event: RunEvent, context: LogContext): string[] {
  return rawLines(event, context).map(cleanText);
}

function rawLines(event: RunEvent, context: LogContext): string[] {
  const { verbosity, sides } = context;
  switch (event.type) {
    case 'problem':
      return problemLines(event, context);
    case 'note':
      if (event.level === 'warning') return verbosity >= 0 ? [`warning: ${event.text}`] : [];
      return verbosity >= 1 ? [event.text] : [];
    case 'waiting':
      return waitingLines(event, verbosity);
    case 'connected':
      return verbosity >= 1 ? [connectedLine(event, sides)] : [];
    case 'listed':
      return verbosity >= 1 ? [`${counted(event.seen, 'mailbox')}, ${event.dirty} to open`] : [];
    case 'mailbox-created':
      return verbosity >= 1 ? [`${event.mailbox}: created at ${sides[event.side]}`] : [];
    case 'mailbox-renamed':
      return verbosity >= 1 ? [`${event.mailbox}: renamed from ${event.from} at ${sides[event.side]}`] : [];
    case 'mailbox-removed':
      return verbosity >= 1 ? [`${event.mailbox}: mailbox removed at ${sides[event.side]}`] : [];
    case 'mailbox-finished':
      return verbosity >= 1 ? [mailboxLine(event.mailbox, event.failed, context.finished, sides)] : [];
    case 'messages-copied':
      return verbosity >= 2
        ? carriedLines(event, 'copied', isTwoWay(sides) ? ` to ${sides[event.to ?? 'destination']}` : '')
        : [];
    case 'messages-moved':
      return verbosity >= 2 ? carriedLines(event, 'moved', atEither(sides, event.to ?? 'destination')) : [];
    case 'messages-removed':
      return verbosity >= (context.inWork ? 2 : 1) ? [removedLine(event, sides)] : [];
    case 'messages-paired':
      return verbosity >= 2 ? [`${event.mailbox}: ${counted(event.messages, 'message')} there already`] : [];
    case 'messages-skipped':
      if (verbosity < 1) return [];
      return [`${event.mailbox}: ${counted(event.messages, 'message')} left out: ${event.reason}`];
    case 'flags-updated':
      return verbosity >= 2
        ? [`${event.mailbox}: flags of ${counted(event.messages, 'message')} updated`]
        : [];
    case 'conflict':
      return verbosity >= 1 ? [`${event.mailbox}: conflict: ${event.text}`] : [];
    case 'mailbox-started':
    case 'mailbox-planned':
    case 'messages-left':
    case 'bytes-moved':
      return [];
  }
}

/** What is tried again at once keeps nobody waiting. */
function waitingLines(
  { reason, delayMs }: Extract<RunEvent, { type: 'waiting' }>,
  verbosity: Verbosity,
): string[] {
  if (delayMs === 0) return verbosity >= 1 ? [reason] : [];
  return verbosity >= 0 ? [`waiting ${formatDuration(delayMs)}: ${reason}`] : [];
}

function problemLines(event: Extract<RunEvent, { type: 'problem' }>, context: LogContext): string[] {
  const { problem } = event;
  if (problem.scope === 'account' || problem.scope === 'run') return problemBlock(problem, context.prefixes);
  // Ten thousand refusals must not scroll everything else away.
  if (!context.firstOfKind && context.verbosity < 2) return [];
  return [`warning: ${problemLine(problem, context.prefixes, context.sides)}`];
}

/** One-way the side says what the account is for; both ways the account is all there is to say. */
function connectedLine(
  { side, account, software: name }: Extract<RunEvent, { type: 'connected' }>,
  sides: SideWords,
): string {
  return `${isTwoWay(sides) ? 'connected' : side}: ${account}${software(name)}`;
}

function carriedLines(
  { mailbox, uids }: { readonly mailbox: string; readonly uids: readonly number[] },
  what: string,
  where: string,
): string[] {
  return uids.map((uid) => `${mailbox} uid ${uid}: ${what}${where}`);
}

function software(name: string | null): string {
  return name === null ? '' : ` (${name})`;
}

function removedLine(
  { mailbox, messages, side }: Extract<RunEvent, { type: 'messages-removed' }>,
  sides: SideWords,
): string {
  return `${mailbox}: ${counted(messages, 'message')} removed at ${sides[side]}`;
}

function mailboxLine(
  mailbox: string,
  failed: boolean,
  counts: MailboxCounts | undefined,
  sides: SideWords,
): string {
  const name =
    counts === undefined || counts.destination === mailbox
      ? mailbox
      : `${mailbox} ${sides.arrow} ${counts.destination}`;
  const did = counts === undefined ? [] : doings(counts, sides);
  if (failed) did.push('not finished');
  return `${name}: ${did.length === 0 ? 'nothing to do' : did.join(', ')}`;
}

function doings(counts: MailboxCounts, sides: SideWords): string[] {
  const { copied, moved, removed, atSource } = counts;
  const parts: string[] = [];
  if (copied > 0) {
    const shares = { all: copied, atSource: atSource.copied };
    const told = sharedOut(sides, shares, 'to', (messages) => `${messages} copied`);
    parts.push(`${told} (${formatBytes(counts.bytesCopied)})`);
  }
  if (moved > 0) {
    const shares = { all: moved, atSource: atSource.moved };
    parts.push(sharedOut(sides, shares, 'at', (messages) => `${messages} moved`));
  }
  if (removed > 0) {
    const shares = { all: removed, atSource: atSource.removed };
    parts.push(sharedOut(sides, shares, 'at', (messages) => `${messages} removed`));
  }
  if (counts.paired > 0) parts.push(`${counted(counts.paired, 'message')} there already`);
  if (counts.flagsUpdated > 0) parts.push(`flags of ${counted(counts.flagsUpdated, 'message')} updated`);
  if (counts.skipped > 0) parts.push(`${counted(counts.skipped, 'message')} left out`);
  if (counts.failed > 0) parts.push(`${counted(counts.failed, 'message')} not carried`);
  return parts;
}
