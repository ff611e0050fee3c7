import { UidSet } from '../model/uid-set.js';
import type { Cursor } from '../state/record.js';
import type { MailSession, OpenMailbox } from '../store/mail-store.js';
import { unknownOf } from './landed.js';
import { highestKnownUids, isRematching, noteOpening, noteRecognised } from './opening.js';
import { ACCEPTED, LEFT_AS_DELETED, type OwedMessages, owed } from './owe.js';
import { policyHash } from './policy-hash.js';
import { recognise } from './recognise.js';
import { type ReconcileEnds, reconcileIntents } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import { cursorOf, type Survey, survey } from './survey.js';
import { settleSuspects, suspectIntents } from './suspects.js';

/** So many messages without a partner are looked at again when the source has new ones. */
const LATE_FOREIGN = 2000;

export interface MailboxSessions {
  readonly a: MailSession;
  readonly b: MailSession;
}

/** Both sides of a mailbox as found, with everything that is there already recognised. */
export interface Look {
  readonly source: OpenMailbox;
  /** null in a dry run while the destination has no such mailbox. */
  readonly destination: OpenMailbox | null;
  /** The opening snapshots as cursors; b is null without a destination. */
  readonly openedA: Cursor;
  readonly openedB: Cursor | null;
  readonly seen: Survey;
  /** Pairs made just now by what the messages are. */
  readonly recognised: UidSet;
  /** Messages to be carried. */
  readonly fresh: UidSet;
}

/** Opens both sides, finds out what became of messages on their way, and sees what is new. */
export async function lookAtMailbox(work: MailboxWork, sessions: MailboxSessions): Promise<Look> {
  const { run, names } = work;
  const [source, opened] = await Promise.all([
    sessions.a.open(names.a, 'examine', run.signal),
    openDestination(work, sessions.b),
  ]);
  const openedA = cursorOf(source.snapshot);
  const openedB = opened && cursorOf(opened.snapshot);
  const knownBefore = highestKnownUids(work);
  const destination =
    opened && (await reconcileIntents(work, { source, session: sessions.b, destination: opened }));
  noteOpening(work, knownBefore, source.snapshot, opened?.snapshot ?? null);
  // Only now: pairs that were given up say nothing of the UIDs to come.
  work.destinationUidNext = openedB?.uidNext ?? work.pair.map.bUids().max + 1;
  const cursor = usableCursor(work, openedA);
  const known = owed(work, () => true).union(work.pair.map.aUids());
  const seen = await survey(source, sessions.a.facts.features, known, cursor, run.signal);
  const recognised = destination
    ? await lookAtDestination(work, { source, session: sessions.b, destination }, seen)
    : UidSet.empty;
  noteRecognised(work, source.snapshot, opened?.snapshot ?? null);
  return { source, destination, openedA, openedB, seen, recognised, fresh: newMessages(work, seen) };
}

async function openDestination(work: MailboxWork, session: MailSession): Promise<OpenMailbox | null> {
  const { run, names } = work;
  if (!run.options.dryRun) return session.open(names.b, 'select', run.signal);
  return work.destinationExists ? session.open(names.b, 'examine', run.signal) : null;
}

function hasSameRules(work: MailboxWork): boolean {
  const { policy, filter } = work.pair;
  return policy === policyHash(work.run.options.policy) && filter === work.run.filterKey;
}

function usableCursor(work: MailboxWork, opened: Cursor): Cursor | null {
  if (work.run.options.full || !hasSameRules(work)) return null;
  const { a } = work.pair.cursors;
  return a?.uidValidity === opened.uidValidity ? a : null;
}

/** Pairs what is there already. Returns the messages of the source that got a partner. */
async function lookAtDestination(work: MailboxWork, ends: ReconcileEnds, seen: Survey): Promise<UidSet> {
  const { source, destination } = ends;
  const { options } = work.run;
  const unpairedA = newMessages(work, seen);
  const isEmpty = destination.snapshot.messages === 0;
  const mustLook = options.restore || suspectIntents(work).length > 0;
  if (!mustLook && (isEmpty || unpairedA.isEmpty)) return UidSet.empty;
  const exists = isEmpty ? UidSet.empty : await destination.uids(work.run.signal);
  if (options.restore && exists.size >= destination.snapshot.messages) forgetDeleted(work, exists);
  const surplus = await settleSuspects(work, ends, exists, () => newMessages(work, seen));
  const unpairedB = unknownOf(work.pair, exists).subtract(surplus);
  const before = work.pair.map.aUids();
  const wanted = newMessages(work, seen);
  const candidates = unpairedB.union(lateForeign(work, exists));
  if (candidates.isEmpty || wanted.isEmpty) return UidSet.empty;
  await recognise(work, source, destination, wanted, candidates, isRematching(work));
  return work.pair.map.aUids().subtract(before);
}

/**
 * A message that reached both sides by itself may be seen at the destination first, and have no partner then. The
 * latest of those are compared again, not all: what was there before the first run was compared at that time.
 */
function lateForeign({ pair }: MailboxWork, exists: UidSet): UidSet {
  const there = pair.foreign.b.intersect(exists);
  return there.splitAt(there.size - LATE_FOREIGN)[1];
}

/** What was deleted at the destination loses its pair, so that it is new again. */
function forgetDeleted(work: MailboxWork, exists: UidSet): void {
  const { map, key } = work.pair;
  const deleted = map.toA(map.bUids().subtract(exists));
  if (!deleted.isEmpty) work.run.options.state.record({ t: 'drop', key, a: deleted.toDeltas() });
}

/** Present, and neither paired nor left behind for a reason that still holds. */
function newMessages(work: MailboxWork, seen: Survey): UidSet {
  const undeleted = seen.looked.subtract(seen.flags.uidsOf('\\Deleted'));
  const staysBehind = (debt: OwedMessages): boolean => {
    if (debt.class === 'temporary') return false;
    if (debt.class === 'choice' && debt.reason !== ACCEPTED) return hasSameRules(work);
    if (debt.reason === 'MESSAGE_TOO_LARGE' && !hasSameRules(work)) return false;
    return work.run.options.skipped !== 'retry';
  };
  const left = owed(work, staysBehind);
  // What was left as \Deleted is looked at again when it is so no more.
  const again = owed(work, (debt) => debt.reason === LEFT_AS_DELETED).intersect(undeleted);
  const given = UidSet.from(work.refusedUids);
  return seen.present.subtract(work.pair.map.aUids()).subtract(left.subtract(again)).subtract(given);
}
