import type { MessageHeaders } from '../../model/message.js';
import { type UidSet, UidSetBuilder } from '../../model/uid-set.js';
import { foreignToRemove } from '../equal/foreign.js';
import { inParallel } from '../in-parallel.js';
import type { RunContext } from '../run-context.js';
import { describeMessages, isGone, type MessagesOfMailbox } from './describe-messages.js';
import type { GoneMailbox } from './gone-mailbox.js';
import { Likenesses } from './likenesses.js';
import type { OneWayRemovals } from './one-way.js';
import { goingUids } from './remove-messages.js';
import { findUncarried, type LookedAt, type Uncarried } from './uncarried.js';

/**
 * Messages of side b in a mailbox that are to go and stay for now, as they may be all that side b has of a message that it
 * did not get in its new place.
 */
export interface Staying {
  readonly uids: UidSet;
  /** Those of them that a person has not decided about. */
  readonly told: UidSet;
}

/** By the key of the pair. */
export type StayingByKey = ReadonlyMap<string, Staying>;

export const NONE_STAYS: StayingByKey = new Map();

/** What was not carried, by what it is known by. */
interface Sought {
  readonly open: Likenesses;
  /** Those a person has decided about. */
  readonly decided: Likenesses;
}

interface Candidates extends MessagesOfMailbox {
  readonly key: string;
}

/**
 * A message that moved and was refused in its new place is gone from the old one and nothing else: there it stays until
 * it is carried, or gone for good. Where nobody can tell what was not carried, nothing goes in this run.
 */
export async function findStaying(
  run: RunContext,
  going: { readonly removals: readonly OneWayRemovals[]; readonly gone: readonly GoneMailbox[] },
  mailboxes: readonly LookedAt[],
): Promise<StayingByKey> {
  const isAny = ({ uids }: Candidates): boolean => !uids.isEmpty;
  const parts = going.removals.map(candidatesOf).filter(isAny);
  const whole = going.gone.map(candidatesOfWhole).filter(isAny);
  if (parts.length === 0 && whole.length === 0) return NONE_STAYS;
  const uncarried = await findUncarried(run, mailboxes);
  if (uncarried.length === 0) return NONE_STAYS;
  const candidates = [...parts, ...(await stillThere(run, whole))];
  if (candidates.length === 0) return NONE_STAYS;
  const sought = await describeUncarried(run, uncarried);
  if (!sought) return new Map(candidates.map(({ key, uids }) => [key, { uids, told: uids }]));
  const staying = new Map<string, Staying>();
  await inParallel(run, candidates, async (messages) => {
    const found = await findAlike(run, messages, sought);
    if (!found.uids.isEmpty) staying.set(messages.key, found);
  });
  return staying;
}

function candidatesOf({ task, work, safe, extra }: OneWayRemovals): Candidates {
  const { pair, names } = work;
  const look = task.finding?.look;
  const opened = task.work === work ? look?.openedB : look?.openedA;
  const uids = goingUids(work, { gone: safe, extra });
  return { key: pair.key, mailbox: names.b, uidValidity: opened?.uidValidity ?? null, uids };
}

function candidatesOfWhole({ work }: GoneMailbox): Candidates {
  const { run, pair, names } = work;
  const uidValidity = pair.cursors.b?.uidValidity ?? null;
  const uids = goingUids(work, { gone: pair.map.aUids(), extra: foreignToRemove(run, pair) });
  return { key: pair.key, mailbox: names.b, uidValidity, uids };
}

/** In a mailbox that is gone at side b as well nothing is removed, and so nothing stays. */
async function stillThere(run: RunContext, whole: readonly Candidates[]): Promise<Candidates[]> {
  const there: Candidates[] = [];
  await inParallel(run, whole, async (messages) => {
    if (!(await isGone(run, run.options.b, messages))) there.push(messages);
  });
  return there;
}

/** null when one of them may be anything. */
async function describeUncarried(run: RunContext, uncarried: readonly Uncarried[]): Promise<Sought | null> {
  const sought: Sought = { open: new Likenesses(), decided: new Likenesses() };
  let isKnown = true;
  await inParallel(run, uncarried, async (messages) => {
    const { decided } = messages;
    const groupOf = (uid: number): Likenesses => (decided.has(uid) ? sought.decided : sought.open);
    const onRow = (row: MessageHeaders): void => groupOf(row.uid).add(row);
    const { bare, silent, went, unasked } = await describeMessages(run, run.options.a, messages, onRow);
    for (const row of bare) groupOf(row.uid).addBare(row);
    // What went since it was looked at may have moved once more.
    if (!went.isEmpty || !silent.union(unasked).subtract(decided).isEmpty) isKnown = false;
  });
  return isKnown ? sought : null;
}

/** Which of these messages of side b may be one of those that were not carried. */
async function findAlike(run: RunContext, messages: Candidates, sought: Sought): Promise<Staying> {
  const told = new UidSetBuilder();
  const quiet = new UidSetBuilder();
  const onRow = (row: MessageHeaders): void => {
    if (sought.open.has(row)) told.add(row.uid);
    else if (sought.decided.has(row)) quiet.add(row.uid);
  };
  const { bare, silent, went, unasked } = await describeMessages(run, run.options.b, messages, onRow);
  for (const row of bare) {
    if (sought.open.hasBare(row)) told.add(row.uid);
    else if (sought.decided.hasBare(row)) quiet.add(row.uid);
  }
  const doubtful = told.build().union(silent).union(went).union(unasked);
  return { uids: doubtful.union(quiet.build()), told: doubtful };
}
