import { FlagTable } from '../../model/flags.js';
import type { UidMap } from '../../model/uid-map.js';
import { UidSet } from '../../model/uid-set.js';
import type { Side } from '../../state/record.js';
import type { FlagsReport, OpenMailbox } from '../../store/mail-store.js';
import { FlagFilter } from '../carried-flags.js';
import type { Look } from '../look.js';
import { owed } from '../owe.js';
import type { MailboxWork } from '../run-context.js';
import { maskedOn } from './masks.js';
import { type EqualFlagPlan, type FlagView, planEqualFlags } from './plan-equal-flags.js';

export const ANY_FLAGS = ['\\*', '\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'];

interface Rows {
  readonly rows: UidSet;
  readonly flags: FlagTable;
}

/** Plans the flags of all pairs that were looked at on either side. */
export async function planFlagsOf(work: MailboxWork, look: Look): Promise<EqualFlagPlan> {
  const { pair, run } = work;
  // What is owed although it has a partner got it in a step that ended before flags were compared.
  const owedToB = owed(work, () => true);
  const owedToA = work.backward ? pair.map.toA(owed(work.backward, () => true)) : UidSet.empty;
  const recognised = look.recognised.union(owedToB).union(owedToA).intersect(pair.map.aUids());
  const againA = work.backward ? pair.unseen.a.subtract(look.seen.looked) : UidSet.empty;
  const againB = pair.unseen.b.subtract(pair.map.toA(look.seenB?.looked ?? UidSet.empty));
  const [a, b] = await Promise.all([
    lookAgain(look.source, recognised.union(againA), run.signal),
    lookAgain(look.destination, pair.map.toB(recognised.union(againB)), run.signal),
  ]);
  const mapped = pair.map.aUids();
  const rowsA = joined({ rows: look.seen.looked, flags: look.seen.flags }, a);
  const seenB = joined(
    { rows: look.seenB?.looked ?? UidSet.empty, flags: look.seenB?.flags ?? new FlagTable() },
    b,
  );
  const rowsB = { rows: pair.map.toA(seenB.rows), flags: mapTable(seenB.flags, pair.map) };
  const views = {
    a: viewOf(work, 'a', { rows: rowsA.rows.intersect(mapped), flags: rowsA.flags }, look.source),
    b: viewOf(work, 'b', rowsB, look.destination),
    base: pair.base,
  };
  return planEqualFlags(views, run.options.policy.changesOfB === 'merge' ? 'merge' : 'a-wins');
}

function viewOf(work: MailboxWork, side: Side, { rows, flags }: Rows, mailbox: OpenMailbox | null): FlagView {
  const told = mailbox && !mailbox.snapshot.readOnly ? mailbox.snapshot.permanentFlags : ANY_FLAGS;
  return {
    looked: rows,
    flags,
    unseen: (flag) => work.pair.unseenOf(side, flag),
    filter: new FlagFilter(told, work.run.options.policy),
    masked: (flag) => maskedOn(work, side, flag),
  };
}

async function lookAgain(mailbox: OpenMailbox | null, uids: UidSet, signal: AbortSignal): Promise<Rows> {
  if (!mailbox || uids.isEmpty) return { rows: UidSet.empty, flags: new FlagTable() };
  const report: FlagsReport = await mailbox.flags({ within: uids }, signal);
  return { rows: report.rows, flags: report.flags };
}

/** The second look is the later one. */
export function joined(one: Rows, later: Rows): Rows {
  if (later.rows.isEmpty) return one;
  const flags = one.flags.within(one.rows.subtract(later.rows));
  for (const name of later.flags.names()) flags.add(name, later.flags.uidsOf(name));
  return { rows: one.rows.union(later.rows), flags };
}

/** A table by UIDs of side b as one by UIDs of side a. */
export function mapTable(table: FlagTable, map: UidMap): FlagTable {
  const turned = new FlagTable();
  for (const name of table.names()) turned.set(name, map.toA(table.uidsOf(name)));
  return turned;
}
