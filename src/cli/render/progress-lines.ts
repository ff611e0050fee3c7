import type { MailboxCounts } from '../../report/activity.js';
import type { RunTotals } from '../../report/totals.js';
import { cleanText } from './clean-text.js';
import { displayWidth, padded } from './display-width.js';
import type { Rate } from './progress-rate.js';
import { counted, formatBytes, formatCount, formatDuration } from './units.js';

const MOST_MAILBOXES = 4;
const BAR_COLUMNS = 20;

export interface ProgressView {
  /** What is being done, such as `copy ann@old.example.net -> ann@new.example.net`. */
  readonly title: string;
  readonly totals: RunTotals;
  readonly inWork: readonly MailboxCounts[];
  readonly elapsedMs: number;
  readonly rate: Rate | null;
}

/** The live block; at most eight lines, each made for `columns`. */
export function progressBlock(view: ProgressView, columns: number): string[] {
  const width = columns - 1;
  const elapsed = formatDuration(view.elapsedMs);
  const title = padded(cleanText(view.title), Math.max(10, width - displayWidth(elapsed) - 1));
  return [`${title} ${elapsed}`, doneLine(view), speedLine(view), ...mailboxLines(view, width)];
}

/** The same in one line, for a log. */
export function progressLine(view: ProgressView): string {
  const names = view.inWork.map((counts) => cleanText(counts.mailbox));
  const working = names.length === 0 ? '' : `; in work: ${names.slice(0, MOST_MAILBOXES).join(', ')}`;
  return [doneText(view), speedLine(view)].filter((part) => part !== '').join('; ') + working;
}

/** Part done, 0 to 1; null while nobody knows how much there is. Reaches 1 only when every mailbox is finished. */
export function partDone({ totals, inWork }: ProgressView): number | null {
  if (!totals.listed) return null;
  if (totals.mailboxesFinished >= totals.mailboxes.dirty && inWork.length === 0) return 1;
  const bytes = allBytes(totals);
  const all = allMessages(totals);
  if (bytes !== null && bytes > 0) return Math.min(0.99, sentBytes(totals) / bytes);
  return all === 0 ? null : Math.min(0.99, doneMessages(totals) / all);
}

/** Every message that was looked at is done once it is copied, recognised, left out, or found impossible. */
export function doneMessages({ messages, sent }: RunTotals): number {
  return Math.max(messages.copied, sent.messages) + decidedMessages(messages);
}

/** Messages that are done without having been sent. */
function decidedMessages({ failed, paired, skipped, moved }: RunTotals['messages']): number {
  return failed + paired + skipped + moved;
}

function allMessages({ messages, planned, expectedMessages }: RunTotals): number {
  const found = planned.messages + messages.paired + messages.skipped;
  // What is moved may or may not have been planned as something to copy.
  return Math.max(found, expectedMessages, messages.copied + decidedMessages(messages));
}

/** All octets to be sent: those that are planned, and as many a message for the messages not planned yet. */
function allBytes(totals: RunTotals): number | null {
  const { messages, sizeBytes } = totals.planned;
  if (sizeBytes === null || messages === 0) return null;
  const { paired, skipped } = totals.messages;
  return (sizeBytes / messages) * (allMessages(totals) - paired - skipped);
}

export function sentBytes({ bytes, sent }: RunTotals): number {
  return Math.max(bytes.copied, sent.sizeBytes);
}

function doneLine(view: ProgressView): string {
  const part = partDone(view);
  if (part === null) return doneText(view);
  const filled = Math.floor(part * BAR_COLUMNS);
  const bar = '#'.repeat(filled) + '-'.repeat(BAR_COLUMNS - filled);
  return `[${bar}] ${doneText(view)}`;
}

function doneText(view: ProgressView): string {
  const { totals } = view;
  if (!totals.listed) return 'connecting and listing the mailboxes';
  const part = partDone(view);
  const percent = part === null ? '' : `${Math.floor(part * 100)}%, `;
  const all = allMessages(totals);
  const messages = `${formatCount(Math.min(doneMessages(totals), all))} of ${counted(all, 'message')}`;
  const bytes = allBytes(totals);
  const sent = formatBytes(sentBytes(totals));
  return `${percent}${messages}, ${bytes === null ? sent : `${sent} of ${formatBytes(bytes)}`}`;
}

function speedLine(view: ProgressView): string {
  const { totals, rate } = view;
  const parts: string[] = [];
  if (rate !== null) {
    parts.push(`${formatBytes(rate.bytesPerSecond)}/s`, `${formatCount(rate.messagesPerSecond)} messages/s`);
  }
  const leftMs = timeLeftMs(view);
  if (leftMs !== null) parts.push(`about ${formatDuration(leftMs)} left`);
  if (totals.listed) {
    // A mirror also opens mailboxes that only the other account has.
    const dirty = Math.max(totals.mailboxes.dirty, totals.mailboxesFinished + view.inWork.length);
    parts.push(`${formatCount(totals.mailboxesFinished)} of ${counted(dirty, 'mailbox')} done`);
  }
  // Not `removed`: in a dry run nothing is.
  if (totals.messages.removed > 0) parts.push(counted(totals.messages.removed, 'removal'));
  if (totals.problems.count > 0) parts.push(counted(totals.problems.count, 'problem'));
  return parts.join(', ');
}

function timeLeftMs({ totals, rate }: ProgressView): number | null {
  if (rate === null) return null;
  const bytes = allBytes(totals);
  const left = bytes === null ? allMessages(totals) - doneMessages(totals) : bytes - sentBytes(totals);
  const perSecond = bytes === null ? rate.messagesPerSecond : rate.bytesPerSecond;
  return left <= 0 || perSecond <= 0 ? null : (left / perSecond) * 1000;
}

function mailboxLines(view: ProgressView, width: number): string[] {
  const all = view.inWork;
  const lines = all.slice(0, MOST_MAILBOXES).map((counts) => {
    const name = padded(cleanText(counts.mailbox), Math.max(8, width - 24));
    return `  ${name} ${doneInMailbox(counts).padStart(20)}`;
  });
  const rest = all.length - lines.length;
  return rest > 0 ? [...lines, `  and ${counted(rest, 'mailbox')} more`] : lines;
}

function doneInMailbox(counts: MailboxCounts): string {
  const carried = Math.max(counts.copied, counts.sent) + counts.moved + counts.failed;
  if (counts.planned > 0) {
    return `${formatCount(Math.min(carried, counts.planned))} of ${formatCount(counts.planned)}`;
  }
  if (carried > 0) return formatCount(carried);
  return counts.removed > 0 ? counted(counts.removed, 'removal') : 'looking';
}
