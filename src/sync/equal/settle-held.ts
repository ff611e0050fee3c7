import type { UidSet } from '../../model/uid-set.js';
import type { Side } from '../../state/record.js';
import { heldDrift, indebted } from '../known-messages.js';
import type { Look } from '../look.js';
import type { MailboxWork } from '../run-context.js';

/**
 * Removals that were held back and are due no more are forgotten: somebody has removed the message, or it is back, or it
 * has got a partner since, or a person has decided that it stays.
 */
export function settleHeld(work: MailboxWork, { seen, seenB }: Look): void {
  const { pair, backward } = work;
  const { map } = pair;
  if (seen.complete) settleBut(work, 'a', map.aUids().subtract(seen.present));
  if (!seenB?.complete) return;
  // What a destination lost is no reason to remove anything, unless both sides count.
  const due = backward ? map.bUids().subtract(seenB.present) : heldDrift(pair).intersect(seenB.present);
  settleBut(work, 'b', due);
}

function settleBut({ run, pair }: MailboxWork, side: Side, due: UidSet): void {
  const held = indebted(pair, side, ({ kind }) => kind === 'removal-held');
  const done = held.subtract(due);
  if (done.isEmpty) return;
  run.options.state.record({
    t: 'settled',
    key: pair.key,
    side,
    kind: 'removal-held',
    uids: done.toDeltas(),
  });
}
