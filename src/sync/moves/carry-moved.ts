import { UidSet } from '../../model/uid-set.js';
import type { MailSession } from '../../store/mail-store.js';
import { copyNew } from '../copy-new.js';
import { FINGERPRINT_FIELDS, fingerprintOf } from '../fingerprint.js';
import type { MailboxWork } from '../run-context.js';
import type { TransferEnds } from '../transfer.js';
import { copyWithin } from './copy-within.js';
import type { Departed } from './departed.js';
import type { MovedMessage } from './moved-message.js';

/** Most messages in one COPY. */
const MOST_AT_ONCE = 500;

type Segment = { readonly moved: readonly MovedMessage[] } | { readonly rest: UidSet };

/**
 * Carries new messages in UID order: by COPY inside the destination what it holds in another mailbox already, whole from
 * the source what it does not. Returns the messages that came by COPY.
 */
export async function carryNew(
  work: MailboxWork,
  ends: TransferEnds,
  fresh: UidSet,
  departed: Departed,
): Promise<UidSet> {
  if (departed.isEmpty || fresh.isEmpty) {
    await copyNew(work, ends, fresh);
    return UidSet.empty;
  }
  const found = await findMoved(work, ends, fresh, departed);
  let copied = UidSet.empty;
  let now = ends;
  for (const segment of segmentsOf(fresh, found)) {
    work.run.checkFinish();
    if ('rest' in segment) {
      await copyNew(work, now, segment.rest);
      continue;
    }
    const done = await copyWithin(work, now, segment.moved);
    copied = copied.union(done);
    now = await reopened(work, ends);
    const left = UidSet.from(segment.moved.map(({ uid }) => uid)).subtract(done);
    if (!left.isEmpty) await copyNew(work, now, left);
  }
  return copied;
}

/** Which of these messages the destination holds elsewhere, by UID. */
export async function findMoved(
  work: MailboxWork,
  { source }: Pick<TransferEnds, 'source'>,
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
