import { UidSet } from '../model/uid-set.js';
import { unknownOf } from './landed.js';
import { newMessages } from './new-messages.js';
import { isRematching } from './opening.js';
import { owe } from './owe.js';
import { recognise } from './recognise.js';
import type { ReconcileEnds } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import { noteSurplusInSource } from './surplus-in-source.js';
import type { Survey } from './survey.js';
import { settleSuspects, suspectIntents } from './suspects.js';
import { refuseHoles } from './whole-listing.js';

/** So many messages without a partner are looked at again when the source has new ones. */
const LATE_FOREIGN = 2000;

/**
 * Pairs what is at the destination already. `listed`: what is known to be there, null where nobody has looked. Returns
 * the messages of the source that got a partner, or whose partner may have got flags. Throws LISTING_INCOMPLETE where
 * some that may be partners are not listed.
 */
export async function recogniseThere(
  work: MailboxWork,
  ends: ReconcileEnds,
  seen: Survey,
  listed: UidSet | null,
): Promise<UidSet> {
  const { source, destination } = ends;
  const { options } = work.run;
  await noteSurplusInSource(work, ends, seen);
  const unpairedA = newMessages(work, seen);
  const isEmpty = destination.snapshot.messages === 0;
  const mustLook = options.restore || suspectIntents(work).length > 0;
  if (!mustLook && (isEmpty || unpairedA.isEmpty)) return UidSet.empty;
  const exists = isEmpty ? UidSet.empty : (listed ?? (await destination.uids(work.run.signal)));
  refuseHoles(destination, exists);
  if (options.restore) {
    dropToCopy(work, work.pair.map.toA(work.pair.map.bUids().subtract(exists)));
  }
  const { surplus, doubled } = await settleSuspects(work, ends, exists, () => newMessages(work, seen));
  const unpairedB = unknownOf(work.pair, exists).subtract(surplus);
  const before = work.pair.map.aUids();
  const wanted = newMessages(work, seen);
  const candidates = unpairedB.union(work.backward ? foreignThere(work, exists) : lateForeign(work, exists));
  if (candidates.isEmpty || wanted.isEmpty) return doubled;
  await recognise(work, source, destination, wanted, candidates, isRematching(work));
  return work.pair.map.aUids().subtract(before).union(doubled);
}

/**
 * A message that reached both sides by itself may be seen at the destination first, and have no partner then. The
 * latest of those are compared again, not all: what was there before the first run was compared at that time.
 */
function lateForeign(work: MailboxWork, exists: UidSet): UidSet {
  const there = foreignThere(work, exists);
  return there.splitAt(there.size - LATE_FOREIGN)[1];
}

function foreignThere({ pair }: MailboxWork, exists: UidSet): UidSet {
  return pair.foreign.b.intersect(exists).subtract(pair.map.bUids());
}

/**
 * Messages of the source whose partner is gone lose their pair, so that they are new again. Written down as owed, or a
 * run that ends before they are carried would leave messages of which nothing is known.
 */
export function dropToCopy(work: MailboxWork, messages: UidSet): void {
  if (messages.isEmpty) return;
  owe(work, messages, 'temporary', 'lost');
  work.run.options.state.record({ t: 'drop', key: work.pair.key, a: messages.toDeltas() });
}
