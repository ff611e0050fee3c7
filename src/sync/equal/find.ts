import { UidSet } from '../../model/uid-set.js';
import { heldDrift } from '../known-messages.js';
import { unknownOf } from '../landed.js';
import { type Look, lookAtMailbox, type MailboxSessions } from '../look.js';
import { newMessages } from '../new-messages.js';
import { foreignBelow } from '../opening-cursors.js';
import { noteForeign } from '../recognise.js';
import { dropToCopy } from '../recognise-there.js';
import type { MailboxWork } from '../run-context.js';
import { settleHeld } from './settle-held.js';

/** What has to be done in a mailbox so that both sides are equal, flags aside. */
export interface Finding {
  readonly look: Look;
  /** Messages of the source to be carried, those included that the destination has lost. */
  readonly fresh: UidSet;
  /** Messages of side b to be carried to side a, by their own UIDs; none for verbs that go one way. */
  readonly freshB: UidSet;
  /** Pairs, by UIDs of side a, whose message is gone at side a. */
  readonly gone: UidSet;
  /** Messages at side b that are not to be there: they came behind our back, or a person decided so. */
  readonly extra: UidSet;
  /** Those of `extra` that a person decided about: no guard asks again. */
  readonly decided: UidSet;
  /** Messages that were there before us and about which nobody has decided. */
  readonly undecided: UidSet;
  /** Pairs whose message side b has lost although side a has it. */
  readonly lost: UidSet;
}

/** Looks at both sides and says what is new, gone, lost and not ours. Nothing is written but what was found out. */
export async function findInMailbox(work: MailboxWork, sessions: MailboxSessions): Promise<Finding> {
  const look = await lookAtMailbox(work, sessions);
  const { pair } = work;
  const gone = look.seen.complete ? pair.map.aUids().subtract(look.seen.present) : UidSet.empty;
  const missing = await missingAtB(work, look);
  dropGoneOnBoth(work, gone.intersect(missing));
  settleHeld(work, look);
  const foreign = findForeign(work, look);
  return {
    look,
    fresh: newMessages(work, look.seen),
    freshB: work.backward && look.seenB ? newMessages(work.backward, look.seenB) : UidSet.empty,
    gone: gone.subtract(missing),
    lost: missing.subtract(gone),
    ...foreign,
  };
}

/** The pairs that lost their partner are forgotten, and carried again; where both sides count they stay to be removed. */
export function forgetLost(work: MailboxWork, finding: Finding): Finding {
  if (finding.lost.isEmpty || work.backward) return finding;
  dropToCopy(work, finding.lost);
  return { ...finding, fresh: newMessages(work, finding.look.seen), lost: UidSet.empty };
}

/** A listing may leave out what is there: what seems gone is asked for by number. */
async function missingAtB(work: MailboxWork, { seenB, destination }: Look): Promise<UidSet> {
  const { map, aliases } = work.pair;
  // A dry run: the mailbox is yet to be created, and nothing of it is there.
  if (!destination) return map.aUids();
  if (!seenB?.complete) return UidSet.empty;
  const absent = map.bUids().subtract(seenB.present);
  if (absent.isEmpty) return absent;
  const missing = map.toA(absent.subtract(await destination.existing(absent, work.run.signal)));
  // Where one of several messages that are the same is left, none is missing.
  return missing.subtract(aliases.toB(seenB.present));
}

function dropGoneOnBoth(work: MailboxWork, gone: UidSet): void {
  if (gone.isEmpty) return;
  const { state } = work.run.options;
  const { key, map } = work.pair;
  // What went on one side may have been owed to the other.
  const held = { a: gone, b: map.toB(gone) };
  for (const side of ['a', 'b'] as const) {
    state.record({ t: 'settled', key, side, kind: 'removal-held', uids: held[side].toDeltas() });
  }
  state.record({ t: 'drop', key, a: gone.toDeltas() });
}

function findForeign(work: MailboxWork, { seenB }: Look): Pick<Finding, 'extra' | 'decided' | 'undecided'> {
  const nothing = { extra: UidSet.empty, decided: UidSet.empty, undecided: UidSet.empty };
  if (!seenB?.complete) return nothing;
  const { pair, run } = work;
  const { state, foreign: decision = 'ask' } = run.options;
  const key = pair.key;
  if (work.backward) return nothing;
  const unknown = unknownOf(pair, seenB.present);
  if (!unknown.isEmpty) noteForeign(work, unknown, UidSet.empty);
  const left = pair.foreign.b.subtract(seenB.present);
  if (!left.isEmpty) state.record({ t: 'not-foreign', key, side: 'b', uids: left.toDeltas() });
  const foreign = pair.foreign.b.subtract(pair.map.bUids());
  if (decision === 'keep' && !foreign.subtract(pair.kept.b).isEmpty) {
    state.record({ t: 'kept', key, side: 'b', uids: foreign.toDeltas() });
  }
  const later = unknown.subtract(foreign).subtract(UidSet.range(1, foreignBelow(work) - 1));
  const drifted = later.union(heldDrift(pair).intersect(seenB.present));
  if (decision === 'remove')
    return { extra: drifted.union(foreign), decided: foreign, undecided: UidSet.empty };
  return { extra: drifted, decided: UidSet.empty, undecided: foreign.subtract(pair.kept.b) };
}
