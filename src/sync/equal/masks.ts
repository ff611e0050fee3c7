import { flagKey } from '../../model/flags.js';
import type { UidSet } from '../../model/uid-set.js';
import type { Side } from '../../state/record.js';
import { indebted } from '../known-messages.js';
import type { MailboxWork } from '../run-context.js';
import { tellUnkeepable } from '../unkeepable.js';

/** Messages, by UIDs of side a, that are known not to keep this flag on a side. */
export function maskedOn({ pair }: Pick<MailboxWork, 'pair'>, side: Side, flag: string): UidSet {
  const uids = indebted(
    pair,
    side,
    ({ kind, reason }) => kind === 'flags-refused' && reason === flagKey(flag),
  );
  if (uids.isEmpty) return uids;
  return side === 'a' ? uids : pair.map.toA(uids);
}

/** Remembers that a side does not keep a flag of these messages, so that it is told once and not tried again. */
export function mask(work: MailboxWork, side: Side, flag: string, messages: UidSet): void {
  const fresh = messages.subtract(maskedOn(work, side, flag));
  if (fresh.isEmpty) return;
  const uids = (side === 'a' ? fresh : work.pair.map.toB(fresh)).toDeltas();
  const debt = { side, uids, kind: 'flags-refused', class: 'permanent', reason: flagKey(flag) } as const;
  work.run.options.state.record({ t: 'debt', key: work.pair.key, debt });
  tellUnkeepable(work, [flag]);
}
