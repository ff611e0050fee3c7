import type { MailboxCounts } from '../../report/activity.js';
import type { RunEvent } from '../../report/events.js';
import { cleanText } from './clean-text.js';
import { counted, formatBytes } from './units.js';

/** The lines of a dry run: what would be done in each mailbox, and every name that is not the same at both ends. */
export class PlanLines {
  readonly #everyMailbox: boolean;
  /** Mailboxes that would be created and were not told of yet. */
  readonly #created = new Set<string>();

  /** `everyMailbox`: also those with nothing to do. */
  constructor(everyMailbox: boolean) {
    this.#everyMailbox = everyMailbox;
  }

  /** `finished` comes with `mailbox-finished`. */
  add(event: RunEvent, finished: MailboxCounts | undefined): string[] {
    if (event.type === 'mailbox-created') this.#created.add(event.mailbox);
    if (event.type !== 'mailbox-finished') return [];
    const would = this.#created.delete(event.mailbox) ? ['would be created'] : [];
    if (finished !== undefined) would.push(...doings(finished));
    if (event.failed) would.push('could not be looked at whole');
    const renamed = finished !== undefined && finished.destination !== finished.mailbox;
    if (would.length === 0 && !renamed && !this.#everyMailbox) return [];
    const name = renamed ? `${finished.mailbox} -> ${finished.destination}` : event.mailbox;
    return [line(name, would)];
  }

  /** Mailboxes that would be created and have nothing else to do. */
  end(): string[] {
    const lines = [...this.#created].map((mailbox) => line(mailbox, ['would be created']));
    this.#created.clear();
    return lines;
  }
}

function line(name: string, would: readonly string[]): string {
  return cleanText(`  ${name}: ${would.length === 0 ? 'nothing to do' : would.join(', ')}`);
}

function doings(counts: MailboxCounts): string[] {
  const size = counts.plannedBytes === null ? '' : ` (${formatBytes(counts.plannedBytes)})`;
  const parts: string[] = [];
  if (counts.planned > 0) parts.push(`would copy ${counted(counts.planned, 'message')}${size}`);
  if (counts.paired > 0) parts.push(`${counted(counts.paired, 'message')} there already`);
  if (counts.flagsUpdated > 0) {
    parts.push(`would update the flags of ${counted(counts.flagsUpdated, 'message')}`);
  }
  if (counts.skipped > 0) parts.push(`would leave out ${counted(counts.skipped, 'message')}`);
  if (counts.failed > 0) parts.push(`${counted(counts.failed, 'message')} would be refused`);
  return parts;
}
