import { displayPath, pathOf } from '../../../src/model/mailbox-path.js';
import type { MailboxContents } from '../../../src/store/memory.js';
import type { DestinationKind } from './backup-case.js';
import { type Person, wireName } from './person.js';
import { numberOf } from './replica.js';

export interface Comparison {
  readonly source: Person;
  readonly destination: Person;
  readonly kind: DestinationKind;
  /** Names of the destination by those of the source, for people. */
  readonly partners: ReadonlyMap<string, string>;
  /** Mailboxes, by MAILBOXID, that may be left over. */
  readonly unfinished: ReadonlySet<string>;
  /** Whether every mailbox has to have its name there. */
  readonly keepsNames: boolean;
}

/** Throws unless the destination is what the source is, as far as its server can. */
export function assertEqualAccounts(comparison: Comparison): void {
  const { source, destination, kind } = comparison;
  const here = source.server.snapshot();
  const there = destination.server.snapshot();
  const paired = new Map(
    Object.keys(here.mailboxes).map((name) => [name, partnerName(comparison, name)] as const),
  );
  for (const [name, partner] of paired) {
    const found = there.mailboxes[partner];
    if (!found) throw new Error(`${partner} is missing`);
    const [wanted, has] = [linesOf(here.mailboxes[name], kind), linesOf(found, kind)];
    if (kind.uidplus) assertSame(partner, wanted, has);
    else assertWithin(partner, wanted, has);
    const isSubscribed = here.subscriptions.includes(name);
    if (there.subscriptions.includes(partner) !== isSubscribed)
      throw new Error(`${partner}: subscribed at the source ${isSubscribed}, there ${!isSubscribed}`);
  }
  if (kind.uidplus) assertNothingLeft(comparison, new Set(paired.values()));
  assertNoMultiples(comparison);
}

/** A name that somebody else's mailbox has at the destination is not to be had, nor is one below it. */
function partnerName(comparison: Comparison, name: string): string {
  const { source, destination, partners, keepsNames } = comparison;
  const path = pathOf(name, source.naming.delimiter, source.naming);
  const wanted = wireName(destination.naming, path);
  const told = partners.get(displayPath(path));
  if (told === undefined) throw new Error(`${name} was left out`);
  const partner = wireName(destination.naming, told.split('/'));
  const levels = path.map((_, index) => wireName(destination.naming, path.slice(0, index + 1)));
  if (partner !== wanted && keepsNames && !levels.some((level) => isTheirs(comparison, level)))
    throw new Error(`${wanted} is called ${partner}`);
  return partner;
}

function isTheirs({ destination }: Comparison, name: string): boolean {
  const { mailboxId = '' } = destination.server.snapshot().mailboxes[name] ?? {};
  return destination.touched.has(mailboxId);
}

function assertNothingLeft(comparison: Comparison, paired: ReadonlySet<string>): void {
  const { mailboxes } = comparison.destination.server.snapshot();
  const odd = Object.keys(mailboxes).filter((name) => !paired.has(name) && !mayStay(comparison, name));
  if (odd.length > 0) throw new Error(`left over: ${odd.join(' ')}`);
}

/** A mailbox that is none of ours as far as anybody knows; an empty one is not recognised under another name. */
function mayStay(comparison: Comparison, name: string): boolean {
  const { mailboxId = '', messages = [] } = comparison.destination.server.snapshot().mailboxes[name] ?? {};
  const isUnknown = messages.length === 0 && !comparison.keepsNames;
  return isUnknown || isTheirs(comparison, name) || comparison.unfinished.has(mailboxId);
}

function linesOf(contents: MailboxContents | undefined, kind: DestinationKind): string[] {
  const isKept = (flag: string): boolean => kind.anyKeyword || flag.startsWith('\\');
  const lines = (contents?.messages ?? []).map(
    ({ digest, internalDate, flags }) =>
      `${digest.slice(0, 8)} ${internalDate} ${flags.filter(isKept).join(' ')}`,
  );
  return lines.sort();
}

function assertSame(name: string, wanted: readonly string[], found: readonly string[]): void {
  if (wanted.join('\n') === found.join('\n')) return;
  throw new Error(`${name} has\n  ${found.join('\n  ')}\nand the source\n  ${wanted.join('\n  ')}`);
}

function assertWithin(name: string, wanted: readonly string[], found: readonly string[]): void {
  const left = [...found];
  for (const line of wanted) {
    const at = left.indexOf(line);
    if (at < 0) throw new Error(`${name} lacks ${line}, it has\n  ${found.join('\n  ')}`);
    left.splice(at, 1);
  }
}

/** No message is there more often than people have put it anywhere. */
function assertNoMultiples({ source, destination }: Comparison): void {
  const counts = new Map<number, number>();
  for (const [name, { messages }] of Object.entries(destination.server.snapshot().mailboxes)) {
    for (const { uid } of messages) {
      const number = numberOf(destination.server, name, uid);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
  }
  for (const [number, count] of counts) {
    const most = (source.arrivals.get(number) ?? 0) + (destination.arrivals.get(number) ?? 0);
    if (count > most) throw new Error(`message ${number} is there ${count} times, not ${most}`);
  }
}
