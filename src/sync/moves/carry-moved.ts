import { UidSet } from '../../model/uid-set.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { notePrints } from '../anchors.js';
import { copyNew } from '../copy-new.js';
import { FINGERPRINT_FIELDS, fingerprintOf } from '../fingerprint.js';
import type { MailboxWork } from '../run-context.js';
import type { TransferEnds } from '../transfer-ends.js';
import { copyWithin } from './copy-within.js';
import type { Departed } from './departed.js';
import { type Copied, findCopied } from './find-copied.js';
import type { MovedMessage } from './moved-message.js';
import type { SearchEnds } from './search-ends.js';

/** Most messages in one COPY. */
const MOST_AT_ONCE = 500;

type Segment = { readonly moved: readonly MovedMessage[] } | { readonly rest: UidSet };

/** What a direction reads and writes. */
export interface CarryEnds extends TransferEnds {
  /** The session on which the source mailbox is open. */
  readonly reader: MailSession;
}

export interface Carried {
  /** Messages that came by COPY. */
  readonly moved: UidSet;
  /** The source mailbox as it is open now; another one than before where others had to be looked through. */
  readonly source: OpenMailbox;
  /** Whether other mailboxes were looked through, on both sessions. */
  readonly hasLeft: boolean;
}

/**
 * Carries new messages in UID order: by COPY inside the destination what it holds in another mailbox already, because it
 * was moved or copied at the source, and whole from the source what it does not.
 */
export async function carryNew(
  work: MailboxWork,
  ends: CarryEnds,
  fresh: UidSet,
  departed: Departed,
): Promise<Carried> {
  const { found, source, early, hasLeft } = await findElsewhere(work, ends, fresh, departed);
  let copied = UidSet.empty;
  let now: TransferEnds = { ...ends, source };
  if (hasLeft) now = await reopened(work, now);
  for (const segment of segmentsOf(fresh, found)) {
    work.run.checkFinish();
    if ('rest' in segment) {
      await copyNew(work, now, segment.rest, early);
      continue;
    }
    notePrints(
      work,
      segment.moved.map(({ print }) => print),
    );
    const done = await copyWithin(work, now, segment.moved);
    copied = copied.union(done);
    now = await reopened(work, now);
    const left = UidSet.from(segment.moved.map(({ uid }) => uid)).subtract(done);
    if (!left.isEmpty) await copyNew(work, now, left, early);
  }
  return { moved: copied, source, hasLeft };
}

/** What was moved, and of the rest what was copied. */
export async function findElsewhere(
  work: MailboxWork,
  ends: SearchEnds,
  fresh: UidSet,
  departed: Departed,
): Promise<Copied> {
  const moved = await findMoved(work, ends.source, fresh, departed);
  const copied = await findCopied(work, ends, fresh.subtract(UidSet.from(moved.keys())));
  return { ...copied, found: new Map([...moved, ...copied.found]) };
}

/** Which of these messages left a mailbox in which the destination has them still, by UID. */
async function findMoved(
  work: MailboxWork,
  source: OpenMailbox,
  fresh: UidSet,
  departed: Departed,
): Promise<ReadonlyMap<number, MovedMessage>> {
  const found = new Map<number, MovedMessage>();
  if (departed.isEmpty || fresh.isEmpty) return found;
  const onRow = (row: Parameters<typeof fingerprintOf>[0]): void => {
    const print = fingerprintOf(row);
    const there = departed.find(print);
    if (!there || there.mailbox === work.names.b) return;
    there.isMoved = true;
    found.set(row.uid, { uid: row.uid, print, internalDate: row.internalDate, there });
  };
  await source.headers(fresh, FINGERPRINT_FIELDS, onRow, work.run.signal);
  return found;
}

/** Runs of messages that come from one mailbox in ascending order, so that the order of the source is kept. */
function segmentsOf(fresh: UidSet, found: ReadonlyMap<number, MovedMessage>): Segment[] {
  const segments: Segment[] = [];
  let moved: MovedMessage[] = [];
  let rest: number[] = [];
  const flush = (): void => {
    if (moved.length > 0) segments.push({ moved });
    if (rest.length > 0) segments.push({ rest: UidSet.from(rest) });
    moved = [];
    rest = [];
  };
  for (const uid of fresh.uids()) {
    const message = found.get(uid);
    const last = moved[moved.length - 1];
    if (!message) {
      if (moved.length > 0) flush();
      rest.push(uid);
    } else {
      const follows =
        last && last.there.mailbox === message.there.mailbox && last.there.uid < message.there.uid;
      if (rest.length > 0 || (last && !follows) || moved.length >= MOST_AT_ONCE) flush();
      moved.push(message);
    }
  }
  flush();
  return segments;
}

async function reopened(work: MailboxWork, ends: TransferEnds): Promise<TransferEnds> {
  const session: MailSession = ends.session;
  return { ...ends, destination: await session.open(work.names.b, 'select', work.run.signal) };
}
