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
  return `${doneText(view)}; ${speedLine(view).trimStart()}${working}`;
}

/** Part done, 0 to 1; null while it is not known how much there is. Reaches 1 only when nothing is left. */
export function partDone({ totals }: ProgressView): number | null {
  if (!isSurveyed(totals)) return null;
  const { messages, sizeBytes } = totals.planned;
  const done = doneMessages(totals);
  if (messages === 0 || done >= messages) return messages === 0 ? null : 1;
  const part = sizeBytes === null || sizeBytes === 0 ? done / messages : movedBytes(totals) / sizeBytes;
  return Math.min(0.99, part);
}

function isSurveyed(totals: RunTotals): boolean {
  return totals.listed && totals.planned.mailboxes >= totals.mailboxes.dirty;
}

function doneMessages({ messages }: RunTotals): number {
  return messages.copied + messages.failed;
}

function movedBytes({ bytes }: RunTotals): number {
  return Math.max(bytes.copied, bytes.moved);
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
  const more = isSurveyed(totals) ? '' : '+';
  const { messages, sizeBytes } = totals.planned;
  const of = `${formatCount(doneMessages(totals))} of ${formatCount(messages)}${more} messages`;
  const bytes = formatBytes(movedBytes(totals));
  return `${percent}${of}, ${sizeBytes === null ? bytes : `${bytes} of ${formatBytes(sizeBytes)}${more}`}`;
}

function speedLine(view: ProgressView): string {
  const { totals, rate } = view;
  const parts: string[] = [];
  if (rate !== null) {
    parts.push(`${formatBytes(rate.bytesPerSecond)}/s`, `${formatCount(rate.messagesPerSecond)} messages/s`);
  }
  const leftMs = timeLeftMs(view);
  if (leftMs !== null) parts.push(`about ${formatDuration(leftMs)} left`);
  const active = view.inWork.length;
  const done = Math.max(0, totals.planned.mailboxes - active);
  if (totals.listed) parts.push(`${formatCount(done)} of ${counted(totals.mailboxes.dirty, 'mailbox')} done`);
  if (totals.problems.count > 0) parts.push(counted(totals.problems.count, 'problem'));
  return parts.join(', ');
}

function timeLeftMs(view: ProgressView): number | null {
  const { totals, rate } = view;
  if (rate === null || partDone(view) === null) return null;
  const { messages, sizeBytes } = totals.planned;
  const left = sizeBytes === null ? messages - doneMessages(totals) : sizeBytes - movedBytes(totals);
  const perSecond = sizeBytes === null ? rate.messagesPerSecond : rate.bytesPerSecond;
  return left <= 0 || perSecond <= 0 ? null : (left / perSecond) * 1000;
}

function mailboxLines(view: ProgressView, width: number): string[] {
  const all = view.inWork;
  const lines = all.slice(0, MOST_MAILBOXES).map((counts) => {
    const done = counts.copied + counts.failed;
    const count = counts.planned === 0 ? 'looking' : `${formatCount(done)} of ${formatCount(counts.planned)}`;
    return `  ${padded(cleanText(counts.mailbox), Math.max(8, width - 24))} ${count.padStart(20)}`;
  });
  const rest = all.length - lines.length;
  return rest > 0 ? [...lines, `  and ${counted(rest, 'mailbox')} more`] : lines;
}
