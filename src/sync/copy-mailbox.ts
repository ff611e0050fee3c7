import type { MailboxSnapshot } from '../model/mailbox.js';
import { UidSet } from '../model/uid-set.js';
import type { Cursor } from '../state/record.js';
import type { MailSession, OpenMailbox } from '../store/mail-store.js';
import { applyFlags } from './apply-flags.js';
import { FlagFilter } from './carried-flags.js';
import { copyNew } from './copy-new.js';
import { planFlags } from './plan-flags.js';
import { policyHash } from './policy-hash.js';
import { recognise } from './recognise.js';
import { reconcileIntents, removeSurplus } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import { cursorOf, type Survey, survey, wentBack } from './survey.js';

export interface MailboxSessions {
  readonly a: MailSession;
  readonly b: MailSession;
}

/**
 * Brings one mailbox of the destination up to date with the source: look, recognise, carry, settle. May be called again
 * after any failure; it goes on where the state says it was.
 */
export async function copyMailbox(work: MailboxWork, sessions: MailboxSessions): Promise<void> {
  const { run, names } = work;
  const [source, opened] = await Promise.all([
    sessions.a.open(names.a, 'examine', run.signal),
    sessions.b.open(names.b, 'select', run.signal),
  ]);
  const openingB = opened.snapshot;
  work.destinationUidNext = openingB.uidNext ?? work.pair.map.bUids().max + 1;
  const destination = await reconcileIntents(work, { source, session: sessions.b, destination: opened });
  const rematching = unpairIfReplaced(work, source.snapshot, openingB);
  await removeSurplus(work, { source, session: sessions.b, destination });
  const cursor = usableCursor(work, source.snapshot);
  const seen = await survey(source, sessions.a.facts.features, known(work), cursor, run.signal);
  const paired = await recogniseNew(work, source, destination, seen, rematching);
  await carryFlags(work, source, destination, seen, paired);
  await copyNew(work, { source, session: sessions.b, destination }, newMessages(work, seen));
  settle(work, seen, cursorOf(source.snapshot), cursorOf(openingB));
}

/** Messages about which the state says something. */
function known(work: MailboxWork): UidSet {
  return owed(work, () => true).union(work.pair.map.aUids());
}

function owed(work: MailboxWork, wanted: (debtClass: string) => boolean): UidSet {
  const debts = work.pair.debt.filter(
    (debt) => debt.side === 'a' && debt.kind === 'not-copied' && wanted(debt.class),
  );
  return debts.reduce((all, debt) => all.union(debt.uids), UidSet.empty);
}

/**
 * A new UIDVALIDITY, or a server that went back in time, makes every pair unproven: all of them are given up and found
 * again by what the messages are. Returns whether that happened to a mailbox that had pairs.
 */
function unpairIfReplaced(work: MailboxWork, source: MailboxSnapshot, destination: MailboxSnapshot): boolean {
  const { cursors, map } = work.pair;
  const replaced = (cursor: Cursor | null, snapshot: MailboxSnapshot): boolean => {
    return cursor !== null && (cursor.uidValidity !== snapshot.uidValidity || wentBack(cursor, snapshot));
  };
  if (!replaced(cursors.a, source) && !replaced(cursors.b, destination)) return false;
  const hadPairs = map.size > 0;
  work.run.options.state.record({ t: 'unpair', key: work.pair.key });
  const text = `${work.display}: the mailbox was replaced or restored; its messages are recognised anew`;
  work.run.emit({ type: 'note', level: 'warning', text });
  return hadPairs;
}

function usableCursor(work: MailboxWork, source: MailboxSnapshot): Cursor | null {
  const { cursors, policy, filter } = work.pair;
  const { options } = work.run;
  if (options.full || policy !== policyHash(options.policy) || filter !== '') return null;
  return cursors.a?.uidValidity === source.uidValidity ? cursors.a : null;
}

function newMessages(work: MailboxWork, seen: Survey): UidSet {
  const undone = seen.present.subtract(work.pair.map.aUids());
  const settled = owed(work, (debtClass) => debtClass === 'permanent');
  // What was left behind by choice is looked at again when its flags have changed.
  const untouched = owed(work, (debtClass) => debtClass === 'choice').subtract(reconsidered(seen));
  return undone.subtract(settled).subtract(untouched);
}

function reconsidered(seen: Survey): UidSet {
  return seen.looked.subtract(seen.flags.uidsOf('\\Deleted'));
}

/** Returns the messages paired just now. */
async function recogniseNew(
  work: MailboxWork,
  source: OpenMailbox,
  destination: OpenMailbox,
  seen: Survey,
  rematching: boolean,
): Promise<UidSet> {
  const unpairedA = newMessages(work, seen);
  const nobody = destination.snapshot.messages === 0 || unpairedA.isEmpty;
  if (nobody) return UidSet.empty;
  const exists = await destination.uids(work.run.signal);
  const unpairedB = exists.subtract(work.pair.map.bUids()).subtract(work.pair.foreign.b);
  if (unpairedB.isEmpty) return UidSet.empty;
  const before = work.pair.map.aUids();
  await recognise(work, source, destination, unpairedA, unpairedB, rematching);
  return work.pair.map.aUids().subtract(before);
}

async function carryFlags(
  work: MailboxWork,
  source: OpenMailbox,
  destination: OpenMailbox,
  seen: Survey,
  paired: UidSet,
): Promise<void> {
  if (!work.run.options.policy.aToB.copyFlags) return;
  const { map, base, weak } = work.pair;
  const filter = new FlagFilter(destination.snapshot.permanentFlags, work.run.options.policy);
  const looked = seen.looked.intersect(map.aUids());
  if (!looked.isEmpty) await applyFlags(work, destination, planFlags(looked, seen.flags, base, weak, filter));
  if (paired.isEmpty) return;
  const { rows, flags } = await source.flags({ within: paired }, work.run.signal);
  await applyFlags(work, destination, planFlags(rows, flags, work.pair.base, work.pair.weak, filter));
}

/**
 * The opening snapshots become the cursors: all up to them is done or written down as debt. What happened since is found
 * by the next run.
 */
function settle(work: MailboxWork, seen: Survey, a: Cursor, b: Cursor): void {
  const { state, policy } = work.run.options;
  const { key, map } = work.pair;
  const done = owed(work, () => true)
    .intersect(map.aUids())
    .union(owed(work, () => true).subtract(seen.present));
  if (!done.isEmpty)
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: done.toDeltas() });
  if (!seen.complete) return;
  state.record({ t: 'cursor', key, a, b, policy: policyHash(policy), filter: '' });
}
