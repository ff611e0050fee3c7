import { Doings, type KnownMessage, type MailView, type MirrorPerson } from './mirror-person.js';
import type { Tally } from './replica.js';

/** Both accounts at one moment. */
export interface BothViews {
  readonly a: MailView;
  readonly b: MailView;
}

/** What a mailbox is to hold of the messages with one number. */
export interface Expected {
  readonly least: number;
  readonly most: number;
  /** Their flags where it is a single one and nothing else may be, else null. */
  readonly flags: readonly string[] | null;
  /** Those flags that the message has on each side before the run, for flags that are kept on one side alone. */
  readonly own: Readonly<Record<'a' | 'b', readonly string[]>>;
}

/** Where a message is told from others: by mailbox and number. */
export function placesOf(...views: readonly MailView[]): [mailbox: string, number: number][] {
  const keys = new Set<string>();
  for (const view of views)
    for (const [mailbox, messages] of view)
      for (const { number } of messages) keys.add(`${mailbox}/${number}`);
  return [...keys].map((key) => [key.slice(0, key.indexOf('/')), Number(key.slice(key.indexOf('/') + 1))]);
}

export function messagesOf(view: MailView, mailbox: string, number: number): readonly KnownMessage[] {
  return (view.get(mailbox) ?? []).filter((message) => message.number === number);
}

/** The rules of a mirror, told by nothing but what both sides held when they were equal, and what they hold now. */
export class MirrorModel {
  readonly #equal: BothViews | null;
  readonly #now: BothViews;
  readonly #renumbered: ReadonlySet<string>;

  /** `equal`: null before the first run. */
  constructor(equal: BothViews | null, now: BothViews, renumbered: ReadonlySet<string>) {
    this.#equal = equal;
    this.#now = now;
    this.#renumbered = renumbered;
  }

  /** What an undisturbed run makes of it. */
  expected(mailbox: string, number: number): Expected {
    const a = messagesOf(this.#now.a, mailbox, number);
    const b = messagesOf(this.#now.b, mailbox, number);
    const [wasA, wasB] = this.#before(mailbox, number);
    const oldA = a.filter(({ uid }) => wasA.some((one) => one.uid === uid));
    const oldB = b.filter(({ uid }) => wasB.some((one) => one.uid === uid));
    const added = Math.max(a.length - oldA.length, b.length - oldB.length);
    const [goneA, goneB] = [wasA.length - oldA.length, wasB.length - oldB.length];
    const count = wasA.length;
    const least = Math.max(0, count - goneA - goneB) + added;
    const most = count - Math.max(goneA, goneB) + added;
    const isClear = least === most && count <= 1;
    const flagsOf = (messages: readonly KnownMessage[]): string[] => messages.flatMap(({ flags }) => flags);
    const newA = a.filter((one) => !oldA.includes(one));
    const newB = b.filter((one) => !oldB.includes(one));
    const own = added === 0 ? { a: flagsOf(oldA), b: flagsOf(oldB) } : { a: flagsOf(newA), b: flagsOf(newB) };
    if (!isClear || most !== 1) return { least, most, flags: null, own };
    const flags = added === 0 ? merged(wasA[0], oldA[0], oldB[0]) : [...own.a, ...own.b];
    return { least, most, flags, own };
  }

  /** Messages removed on one side and given other flags on the other; null where equal ones cannot be told apart. */
  conflicts(kept: (flag: string) => boolean): number | null {
    let count = 0;
    if (!this.#equal) return 0;
    for (const [mailbox, number] of placesOf(this.#equal.a)) {
      const [[wasA, more], [wasB]] = this.#before(mailbox, number);
      if (more) return null;
      if (!wasA || !wasB) continue;
      const a = messagesOf(this.#now.a, mailbox, number).find(({ uid }) => uid === wasA.uid);
      const b = messagesOf(this.#now.b, mailbox, number).find(({ uid }) => uid === wasB.uid);
      if (!a && b && !sameFlags(b, wasB, kept)) count++;
      if (!b && a && !sameFlags(a, wasA, kept)) count++;
    }
    return count;
  }

  /** A mailbox with new numbers has no messages that anybody knows. */
  #before(mailbox: string, number: number): [readonly KnownMessage[], readonly KnownMessage[]] {
    if (!this.#equal || this.#renumbered.has(mailbox)) return [[], []];
    return [messagesOf(this.#equal.a, mailbox, number), messagesOf(this.#equal.b, mailbox, number)];
  }
}

/** A flag is as the side has it on which it is not what it was. */
function merged(
  was: KnownMessage | undefined,
  a: KnownMessage | undefined,
  b: KnownMessage | undefined,
): string[] {
  const [before, atA, atB] = [was, a, b].map((one) => new Set(one?.flags ?? []));
  const all = new Set([...(before ?? []), ...(atA ?? []), ...(atB ?? [])]);
  const changed = (flag: string): boolean => !before?.has(flag);
  return [...all].filter((flag) => {
    const isAsBefore = atA?.has(flag) === before?.has(flag) && atB?.has(flag) === before?.has(flag);
    return isAsBefore ? before?.has(flag) : changed(flag);
  });
}

function sameFlags(one: KnownMessage, other: KnownMessage, kept: (flag: string) => boolean): boolean {
  const text = ({ flags }: KnownMessage): string => flags.filter(kept).toSorted().join();
  return text(one) === text(other);
}

export interface BoundRules {
  readonly isBroken: boolean;
  readonly removesEverywhere: boolean;
  /**
   * Part of a MULTIAPPEND may have been stored when the connection broke, of which no octets were written down: nobody
   * knows where it is from once the original is gone.
   */
  readonly mayForget: boolean;
}

/**
 * What runs that were disturbed may make of it: nothing that nobody removed is lost, nothing is there more often than it
 * was put there, nothing that somebody removed comes back, and a flag that one side alone has set is as that side set it.
 */
export function assertWithinBounds(
  equal: BothViews,
  one: MirrorPerson,
  other: MirrorPerson,
  { isBroken, removesEverywhere, mayForget }: BoundRules,
): void {
  const found = one.view();
  for (const [mailbox, number] of placesOf(equal.a, equal.b, found, other.view())) {
    // What a server cannot remove stays on its side alone, and nobody is to expect it anywhere.
    const before = Math.min(...[equal.a, equal.b].map((view) => messagesOf(view, mailbox, number).length));
    const [mine, theirs] = [one.doings, other.doings];
    const added = [mine.added.of(mailbox, number), theirs.added.of(mailbox, number)] as const;
    const atAll = mine.removedAtAll.of(mailbox, number) + theirs.removedAtAll.of(mailbox, number);
    const removedBy = ({ removed, removedOld }: Doings): Tally => (mayForget ? removedOld : removed);
    const removed = Math.max(removedBy(mine).of(mailbox, number), removedBy(theirs).of(mailbox, number));
    const isRenumbered = mine.renumbered.has(mailbox) || theirs.renumbered.has(mailbox);
    const all = before + Math.max(...added) - atAll;
    // What is octet for octet what was sent over a connection that broke is taken for a second arrival of it.
    const least = isBroken ? Math.min(all, 1) : all;
    const most = before + added[0] + added[1] - (isRenumbered ? 0 : removed);
    const messages = messagesOf(found, mailbox, number);
    const there = messages.length;
    const what = `${mailbox} has message ${number} ${there} times`;
    if (there < least) throw new Error(`${what}, not ${least}: it was lost`);
    if (!removesEverywhere) continue;
    if (there > most) throw new Error(`${what}, not ${most}: it was doubled or came back`);
    const isSimple = before + Math.max(...added) === 1 && atAll === 0 && there === 1 && !isRenumbered;
    if (isSimple) assertFlags(equal, [one, other], mailbox, messages[0]);
  }
}

function assertFlags(
  equal: BothViews,
  people: readonly MirrorPerson[],
  mailbox: string,
  message: KnownMessage | undefined,
): void {
  if (!message) return;
  const { number, flags } = message;
  const [was] = messagesOf(equal.a, mailbox, number);
  const told = people.flatMap(({ doings }) => [...doings.flags.keys()]);
  const names = told.map((key) => key.slice(key.indexOf(' ') + 1));
  for (const flag of new Set([...names, ...flags, ...(was?.flags ?? [])])) {
    if (!people.every(({ keepsKeywords }) => keepsKeywords || flag.startsWith('\\'))) continue;
    const key = Doings.flagKey(mailbox, number, flag);
    if (people.some(({ doings }) => doings.doubtful.has(key))) continue;
    const values = people.flatMap(({ doings }) => doings.flags.get(key) ?? []);
    // Two that change one flag at different times may be followed in either order.
    if (values.length > 1) continue;
    // One that was moved may have been copied from where the other has changed it, or the other way round.
    const hands = people.filter(
      ({ doings }) => doings.hasFlagged(number, flag) || doings.removedDigests.has(message.digest),
    );
    if (!was && hands.length > 1) continue;
    const wanted = values[0] ?? was?.flags.includes(flag) ?? false;
    if (flags.includes(flag) !== wanted)
      throw new Error(`${mailbox} has message ${number} ${wanted ? 'without' : 'with'} ${flag}`);
  }
}
