import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import { internalDateEpoch, type MessageMetadata } from '../../model/message.js';
import { UidSet } from '../../model/uid-set.js';
import type { Anchor, Side } from '../../state/record.js';
import type { MailSession } from '../../store/mail-store.js';
import type { RunContext } from '../run-context.js';
import type { Whereabouts } from './identify.js';

/** A pair whose mailbox is looked for, with the messages that stand for it. */
interface Sought {
  readonly key: string;
  readonly uidValidity: number;
  readonly anchors: readonly Anchor[];
}

/**
 * Puts every `maybe` of one side to the test: the messages that stand for the mailbox have to be in the one it may have
 * become, and in no other. Returns the names by the keys for which it held. Mailboxes are opened for reading only, each
 * of them once.
 */
export async function proveCandidates(
  run: RunContext,
  side: Side,
  pairs: ReadonlyMap<string, Whereabouts>,
): Promise<Map<string, WireName>> {
  const soughtIn = await soughtByName(run, side, pairs);
  if (soughtIn.size === 0) return new Map();
  const found: (readonly [key: string, name: WireName])[] = [];
  const session = await run.options[side].lease(run.signal);
  try {
    for (const [name, sought] of soughtIn) {
      run.checkFinish();
      for (const key of await heldIn(run, session, side, name, sought)) found.push([key, name]);
    }
  } finally {
    session.release();
  }
  return new Map(
    found.filter(([key, name]) => found.every((other) => (other[0] === key) === (other[1] === name))),
  );
}

/** By the name of a candidate, the pairs that may have become it; those without messages to tell by are left out. */
async function soughtByName(
  run: RunContext,
  side: Side,
  pairs: ReadonlyMap<string, Whereabouts>,
): Promise<Map<WireName, Sought[]>> {
  const { state } = run.options;
  const byName = new Map<WireName, Sought[]>();
  for (const [key, found] of pairs) {
    if (found.kind !== 'maybe') continue;
    const { anchors, cursors } = await state.load(key);
    state.unload(key);
    const cursor = cursors[side];
    if (anchors.length === 0 || !cursor) continue;
    const sought = { key, uidValidity: cursor.uidValidity, anchors: dated(anchors, side) };
    for (const name of found.names) byName.set(name, [...(byName.get(name) ?? []), sought]);
  }
  return byName;
}

/** Keys of the pairs whose messages a mailbox holds; what cannot be opened holds none. */
async function heldIn(
  run: RunContext,
  session: MailSession,
  side: Side,
  name: WireName,
  sought: readonly Sought[],
): Promise<string[]> {
  try {
    const opened = await session.open(name, 'examine', run.signal);
    const alike = sought.filter(({ uidValidity }) => uidValidity === opened.snapshot.uidValidity);
    const uids = UidSet.from(alike.flatMap(({ anchors }) => anchors.map((anchor) => anchor.uids[side])));
    if (uids.isEmpty || opened.snapshot.messages === 0) return [];
    const rows = new Map((await opened.metadata(uids, run.signal)).map((row) => [row.uid, row]));
    return alike.filter(({ anchors }) => areThere(side, anchors, rows)).map(({ key }) => key);
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.scope !== 'mailbox') throw error;
    return [];
  }
}

/** At least one is there, and those that are there are all that is known of them. */
function areThere(
  side: Side,
  anchors: readonly Anchor[],
  rows: ReadonlyMap<number, MessageMetadata>,
): boolean {
  const known = anchors.filter(({ dates, sizes }) => dates[side] !== 0 || sizes[side] !== 0);
  const there = known.filter(({ uids }) => rows.has(uids[side]));
  return there.length > 0 && there.every((anchor) => isAsKnown(side, anchor, rows.get(anchor.uids[side])));
}

function isAsKnown(side: Side, { dates, sizes }: Anchor, row: MessageMetadata | undefined): boolean {
  const [date, sizeBytes] = [dates[side], sizes[side]];
  const hasDate = date === 0 || internalDateEpoch(row?.internalDate ?? '') === date;
  return hasDate && (sizeBytes === 0 || row?.sizeBytes === sizeBytes);
}

/** Where the date on this side was never seen, it is the one that was sent along with the message. */
function dated(anchors: readonly Anchor[], side: Side): Anchor[] {
  const other = side === 'a' ? 'b' : 'a';
  return anchors.map((anchor) => {
    const { dates } = anchor;
    return dates[side] === 0 ? { ...anchor, dates: { ...dates, [side]: dates[other] } } : anchor;
  });
}
