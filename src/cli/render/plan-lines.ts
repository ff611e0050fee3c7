import type { MailboxCounts } from '../../report/activity.js';
import type { RunEvent, RunSide } from '../../report/events.js';
import { cleanText } from './clean-text.js';
import type { SideWords } from './side-words.js';
import { atEither, isTwoWay, sharedOut } from './side-words.js';
import { counted, formatBytes } from './units.js';

/** What would become of a mailbox or be taken out of it. */
interface Fate {
  /** Where; likewise below. */
  created: RunSide | null;
  renamed: { readonly from: string; readonly side: RunSide } | null;
  removed: RunSide | null;
  readonly messagesRemoved: { all: number; atSource: number };
}

/** The lines of a dry run: what would be done in each mailbox, and every name that is not the same at both ends. */
export class PlanLines {
  readonly #everyMailbox: boolean;
  /** What was not told of yet: it may come before a mailbox is looked at, after it, or without it. */
  readonly #fates = new Map<string, Fate>();

  /** `everyMailbox`: also those with nothing to do. */
  constructor(everyMailbox: boolean) {
    this.#everyMailbox = everyMailbox;
  }

  /** `finished` comes with `mailbox-finished`. */
  add(event: RunEvent, finished: MailboxCounts | undefined, sides: SideWords): string[] {
    switch (event.type) {
      case 'mailbox-created':
        this.#fateOf(event.mailbox).created = event.side;
        return [];
      case 'mailbox-renamed':
        this.#fateOf(event.mailbox).renamed = { from: event.from, side: event.side };
        return [];
      case 'mailbox-removed':
        this.#fateOf(event.mailbox).removed = event.side;
        return [];
      case 'messages-removed':
        if (event.messages > 0) countRemoval(this.#fateOf(event.mailbox), event);
        return [];
      case 'mailbox-finished':
        return this.#finish(event, finished, sides);
      default:
        return [];
    }
  }

  /** What was not told of with the end of a mailbox. */
  end(sides: SideWords): string[] {
    const lines = [...this.#fates].map(([mailbox, fate]) =>
      line(mailbox, [...names(fate, sides), ...losses(fate, sides)]),
    );
    this.#fates.clear();
    return lines;
  }

  #fateOf(mailbox: string): Fate {
    const known = this.#fates.get(mailbox);
    const fate = known ?? {
      created: null,
      renamed: null,
      removed: null,
      messagesRemoved: { all: 0, atSource: 0 },
    };
    if (known === undefined) this.#fates.set(mailbox, fate);
    return fate;
  }

  #finish(
    { mailbox, failed }: { readonly mailbox: string; readonly failed: boolean },
    finished: MailboxCounts | undefined,
    sides: SideWords,
  ): string[] {
    const fate = this.#fateOf(mailbox);
    this.#fates.delete(mailbox);
    const would = [
      ...names(fate, sides),
      ...(finished === undefined ? [] : doings(finished, sides)),
      ...losses(fate, sides),
    ];
    if (failed) would.push('could not be looked at whole');
    const otherName = finished !== undefined && finished.destination !== finished.mailbox;
    if (would.length === 0 && !otherName && !this.#everyMailbox) return [];
    const name = otherName ? `${finished.mailbox} ${sides.arrow} ${finished.destination}` : mailbox;
    return [line(name, would)];
  }
}

function line(name: string, would: readonly string[]): string {
  return cleanText(`  ${name}: ${would.length === 0 ? 'nothing to do' : would.join(', ')}`);
}

function countRemoval(
  { messagesRemoved }: Fate,
  { messages, side }: { readonly messages: number; readonly side: RunSide },
): void {
  messagesRemoved.all += messages;
  if (side === 'source') messagesRemoved.atSource += messages;
}

function names({ created, renamed }: Fate, sides: SideWords): string[] {
  return [
    ...(created === null ? [] : [`would be created${atEither(sides, created)}`]),
    ...(renamed === null ? [] : [`would be renamed from ${renamed.from}${atEither(sides, renamed.side)}`]),
  ];
}

function losses({ removed, messagesRemoved }: Fate, sides: SideWords): string[] {
  const { all } = messagesRemoved;
  if (removed !== null) {
    const gone = `would be removed${atEither(sides, removed)}`;
    return [all > 0 ? `${gone} with ${counted(all, 'message')}` : gone];
  }
  return all > 0 ? [sharedOut(sides, messagesRemoved, 'at', (messages) => `would remove ${messages}`)] : [];
}

function doings(counts: MailboxCounts, sides: SideWords): string[] {
  const { planned, moved, atSource } = counts;
  const parts: string[] = [];
  if (planned > 0) {
    const size = counts.plannedBytes === null ? '' : ` (${formatBytes(counts.plannedBytes)})`;
    const shares = { all: planned, atSource: atSource.planned };
    parts.push(sharedOut(sides, shares, 'to', (messages) => `would copy ${messages}`) + size);
  }
  if (moved > 0) {
    const here = isTwoWay(sides) ? '' : ' here';
    const shares = { all: moved, atSource: atSource.moved };
    parts.push(sharedOut(sides, shares, 'at', (messages) => `would move ${messages}${here}`));
  }
  if (counts.paired > 0) parts.push(`${counted(counts.paired, 'message')} there already`);
  if (counts.flagsUpdated > 0) {
    parts.push(`would update the flags of ${counted(counts.flagsUpdated, 'message')}`);
  }
  if (counts.skipped > 0) parts.push(`would leave out ${counted(counts.skipped, 'message')}`);
  if (counts.failed > 0) parts.push(`${counted(counts.failed, 'message')} would be refused`);
  return parts;
}
