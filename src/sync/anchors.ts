import { internalDateEpoch, type MessageMetadata } from '../model/message.js';
import { UidSet } from '../model/uid-set.js';
import type { Anchor, Side } from '../state/record.js';
import type { OpenMailbox } from '../store/mail-store.js';
import type { AnchorFacts } from './anchor-facts.js';
import type { Fingerprint } from './fingerprint.js';
import type { MailboxWork } from './run-context.js';

const ANCHORS = 3;

/**
 * Whether the messages that stand for the mailbox are still what they were. UIDs that mean other messages now, under
 * the same UIDVALIDITY, tell of a server that was restored and has given out new UIDs since. Messages that are gone
 * say nothing.
 */
export async function anchorsHold(
  work: MailboxWork,
  source: OpenMailbox,
  destination: OpenMailbox | null,
): Promise<boolean> {
  const { anchors } = work.pair;
  if (anchors.length === 0) return true;
  const [a, b] = await Promise.all([
    holdOn('a', anchors, source, work.run.signal),
    destination ? holdOn('b', anchors, destination, work.run.signal) : 'unknown',
  ]);
  return a !== 'broken' && b !== 'broken';
}

/** `held`: at least one of them is there as it was; `unknown`: none is there; `broken`: one is another message. */
export async function holdOn(
  side: Side,
  anchors: readonly Anchor[],
  mailbox: OpenMailbox,
  signal: AbortSignal,
): Promise<'held' | 'unknown' | 'broken'> {
  const known = knownOn(side, anchors);
  if (known.length === 0 || mailbox.snapshot.messages === 0) return 'unknown';
  const rows = await mailbox.metadata(anchorUids(side, anchors), signal);
  const byUid = new Map(rows.map((row) => [row.uid, factsOf(row)]));
  let verdict: 'held' | 'unknown' = 'unknown';
  for (const { uids, dates, sizes } of known) {
    const now = byUid.get(uids[side]);
    if (!now) continue;
    // Sizes are estimates on some servers, and are corrected there later.
    const isOther = dates[side] === 0 ? now.sizeBytes !== sizes[side] : now.date !== dates[side];
    if (isOther) return 'broken';
    verdict = 'held';
  }
  return verdict;
}

/** The messages of a side that {@link holdOn} looks at. */
export function anchorUids(side: Side, anchors: readonly Anchor[]): UidSet {
  return UidSet.from(knownOn(side, anchors).map(({ uids }) => uids[side]));
}

function knownOn(side: Side, anchors: readonly Anchor[]): Anchor[] {
  return anchors.filter((anchor) => anchor.dates[side] !== 0 || anchor.sizes[side] !== 0);
}

function factsOf({ internalDate, sizeBytes }: MessageMetadata): AnchorFacts {
  return { date: internalDateEpoch(internalDate) ?? 0, sizeBytes };
}

/** Remembers what a message of the source was, in case it becomes an anchor: the first and the latest seen are. */
export function noteCandidates(work: MailboxWork, rows: readonly MessageMetadata[]): void {
  note(work, rows, factsOf);
}

/** The same for messages that are recognised, or come by COPY: nobody asks again what they are. */
export function notePrints(work: MailboxWork, prints: readonly Fingerprint[]): void {
  note(work, prints, ({ internalDate, sizeBytes }) => ({ date: internalDate, sizeBytes }));
}

function note<Row extends { readonly uid: number }>(
  { anchorCandidates }: MailboxWork,
  rows: readonly Row[],
  facts: (row: Row) => AnchorFacts,
): void {
  const [first] = rows;
  const last = rows[rows.length - 1];
  const middle = rows[rows.length >> 1];
  for (const row of [first, middle, last]) {
    if (!row) continue;
    anchorCandidates.delete(row.uid);
    anchorCandidates.set(row.uid, facts(row));
  }
  // The first stays: the oldest message of a mailbox is the last to be deleted.
  const uids = [...anchorCandidates.keys()].sort((left, right) => left - right);
  for (const uid of uids.slice(1, -ANCHORS)) anchorCandidates.delete(uid);
}

/**
 * Chooses anchors from what this run has seen of the messages or, where there are none and it has seen nothing, from
 * three messages that are asked for. The newest pair has to be among them: a server that was put back and has given out
 * UIDs anew gives those of the newest messages to others.
 */
export async function renewAnchors(work: MailboxWork, source: OpenMailbox | null): Promise<void> {
  const { map, anchors, key } = work.pair;
  if (map.isEmpty) return;
  const isPaired = (uid: number): boolean => map.bOf(uid) !== 0;
  if (anchors.length === 0 && source && ![...work.anchorCandidates.keys()].some(isPaired)) {
    noteCandidates(work, await source.metadata(someOf(map.aUids()), work.run.signal));
  }
  const chosen = chooseAnchors([...anchors, ...newAnchors(work)]);
  if (chosen.every((anchor) => anchors.includes(anchor))) return;
  work.run.options.state.record({ t: 'anchors', key, anchors: chosen });
}

/** Of what was carried, the side it came from has told what it is; the other one is asked later. */
function newAnchors({ pair: { map }, anchorCandidates, backward }: MailboxWork): Anchor[] {
  const forth = [...anchorCandidates].map(([a, { date, sizeBytes }]) => {
    return { uids: { a, b: map.bOf(a) }, dates: { a: date, b: 0 }, sizes: { a: sizeBytes, b: 0 } };
  });
  const back = [...(backward?.anchorCandidates ?? [])].map(([b, { date, sizeBytes }]) => {
    return { uids: { a: map.aOf(b), b }, dates: { a: 0, b: date }, sizes: { a: 0, b: sizeBytes } };
  });
  return [...forth, ...back].filter(({ uids }) => uids.a !== 0 && uids.b !== 0);
}

/** The oldest and the newest, on each side. */
function chooseAnchors(all: readonly Anchor[]): Anchor[] {
  const known = new Map<number, Anchor>();
  for (const anchor of all) if (!known.has(anchor.uids.a)) known.set(anchor.uids.a, anchor);
  const [first, ...rest] = [...known.values()].sort((left, right) => left.uids.a - right.uids.a);
  if (!first) return [];
  const newestAtB = Math.max(...rest.map(({ uids }) => uids.b));
  const last = rest.filter(({ uids }, index) => uids.b === newestAtB || index === rest.length - 1);
  const others = rest.filter((anchor) => !last.includes(anchor));
  const more = others.slice(others.length - Math.min(others.length, ANCHORS - 1 - last.length));
  return [first, ...more, ...last];
}

/** The first, one in the middle and the last. */
function someOf(uids: UidSet): UidSet {
  const [head] = uids.splitAt(uids.size >> 1);
  return UidSet.from([uids.min, ...(head.isEmpty ? [] : [head.max]), uids.max]);
}
