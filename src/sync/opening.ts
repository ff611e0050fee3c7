import type { MailboxSnapshot } from '../model/mailbox.js';
import type { Cursor } from '../state/record.js';
import { owed } from './owe.js';
import type { MailboxWork } from './run-context.js';
import { cursorOf, wentBack } from './survey.js';

/** Rules no run has. Cursors under them settle nothing: they only say whose UIDs the pairs speak of. */
const UNSETTLED = '';
/** As above, in a mailbox that lost all its pairs and whose messages have not been recognised since. */
const REMATCHING = 'rematching';

export interface HighestKnownUids {
  readonly a: number;
  readonly b: number;
}

/** To be asked before messages that arrive after the opening snapshots are found and paired. */
export function highestKnownUids(work: MailboxWork): HighestKnownUids {
  const { map } = work.pair;
  return { a: owed(work, () => true).union(map.aUids()).max, b: map.bUids().max };
}

/**
 * A new UIDVALIDITY, or a server that went back in time, makes every pair unproven: all of them are given up and found
 * again by what the messages are. Whatever happens to this run, the next one finds written down which mailboxes were
 * opened, and whether their messages are still to be recognised.
 */
export function noteOpening(
  work: MailboxWork,
  known: HighestKnownUids,
  source: MailboxSnapshot,
  destination: MailboxSnapshot | null,
): void {
  const { cursors } = work.pair;
  const isNew = isYetToBeCreated(work, destination) || isReplaced(work, known, source, destination);
  if (isNew) noteReplaced(work, source, destination);
  else if (!cursors.a || (destination && !cursors.b)) writeOpening(work, source, destination, UNSETTLED);
}

/** Gives up all pairs of a mailbox that is not the one they were made in. */
export function noteReplaced(
  work: MailboxWork,
  source: MailboxSnapshot,
  destination: MailboxSnapshot | null,
): void {
  const rematching = work.pair.map.size > 0 || isRematching(work);
  work.run.options.state.record({ t: 'unpair', key: work.pair.key });
  for (const one of [work, work.backward]) {
    one?.refusedUids.clear();
    one?.withoutKeywords.clear();
    one?.anchorCandidates.clear();
  }
  writeOpening(work, source, destination, rematching ? REMATCHING : UNSETTLED);
  if (!rematching) return;
  const text = `${work.display}: the mailbox was replaced or restored; its messages are recognised anew`;
  work.run.emit({ type: 'note', level: 'warning', text });
}

/** Whether this mailbox had pairs that were given up, and what it holds has not been recognised since. */
export function isRematching({ pair }: MailboxWork): boolean {
  // The sides of the state may have been exchanged meanwhile, which marks the rules.
  return pair.policy.endsWith(REMATCHING);
}

export function noteRecognised(
  work: MailboxWork,
  source: MailboxSnapshot,
  destination: MailboxSnapshot | null,
): void {
  if (isRematching(work)) writeOpening(work, source, destination, UNSETTLED);
}

function writeOpening(
  { run, pair: { key } }: MailboxWork,
  source: MailboxSnapshot,
  destination: MailboxSnapshot | null,
  policy: string,
): void {
  // No message counts as done.
  const a = { ...cursorOf(source), messages: 0 };
  const b = destination && { ...cursorOf(destination), messages: 0 };
  run.options.state.record({ t: 'cursor', key, a, b, policy, filter: '' });
}

function isReplaced(
  { pair: { cursors } }: MailboxWork,
  known: HighestKnownUids,
  source: MailboxSnapshot,
  destination: MailboxSnapshot | null,
): boolean {
  return (
    isOther(cursors.a, source, known.a) || (destination !== null && isOther(cursors.b, destination, known.b))
  );
}

/** In a dry run: the partner of what was carried is gone. A verb that looks at the destination finds that itself. */
function isYetToBeCreated({ run, pair }: MailboxWork, destination: MailboxSnapshot | null): boolean {
  return destination === null && run.options.policy.changesOfB === 'leave' && !pair.map.isEmpty;
}

/** Known UIDs that the server has yet to give out also tell that it went back: after a cursor was taken, mail came. */
function isOther(cursor: Cursor | null, snapshot: MailboxSnapshot, highestKnownUid: number): boolean {
  if (snapshot.uidNext !== null && highestKnownUid >= snapshot.uidNext) return true;
  if (!cursor) return false;
  return cursor.uidValidity !== snapshot.uidValidity || wentBack(cursor, snapshot);
}
