import { asMailferryError } from '../../errors.js';
import { UidSet } from '../../model/uid-set.js';
import type { FlagsReport, OpenMailbox } from '../../store/mail-store.js';
import type { MailboxWork } from '../run-context.js';
import { joined, mapTable } from './flags.js';

export type SeenFlags = Pick<FlagsReport, 'rows' | 'flags' | 'complete'>;

/**
 * A flag that we wrote and that is not there was not kept, or taken away by somebody since: what is written once more
 * and is there right after that was taken away. Returns what is there then, and whether it was so for any.
 */
export async function storeAgain(
  work: MailboxWork,
  mailbox: OpenMailbox,
  report: SeenFlags,
): Promise<{ report: SeenFlags; hasOthers: boolean }> {
  const { pair, run } = work;
  const seen = pair.map.toA(report.rows);
  const table = mapTable(report.flags, pair.map);
  const away = [...pair.base.names()]
    .map((flag) => {
      const written = pair.unseenOf('b', flag).intersect(seen);
      return { flag, uids: pair.base.uidsOf(flag).intersect(written).subtract(table.uidsOf(flag)) };
    })
    .filter(({ uids }) => !uids.isEmpty);
  if (away.length === 0) return { report, hasOthers: false };
  for (const { flag, uids } of away) await storeOnce(work, mailbox, flag, pair.map.toB(uids));
  const all = away.reduce((sum, { uids }) => sum.union(uids), UidSet.empty);
  const later = await mailbox.flags({ within: pair.map.toB(all) }, run.signal);
  const hasOthers = away.some(({ flag, uids }) => {
    return !pair.map.toB(uids).intersect(later.flags.uidsOf(flag)).isEmpty;
  });
  return {
    report: { ...joined(report, later), complete: report.complete && later.complete },
    hasOthers,
  };
}

/** A flag that is refused is as good as one that stays away. */
async function storeOnce(work: MailboxWork, mailbox: OpenMailbox, flag: string, uids: UidSet): Promise<void> {
  try {
    await mailbox.storeFlags(uids, 'add', [flag], work.run.signal);
  } catch (thrown) {
    const { scope, retry } = asMailferryError(thrown);
    if (scope !== 'mailbox' || retry !== 'never') throw thrown;
  }
}
