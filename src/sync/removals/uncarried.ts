import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
import type { EqualTask } from '../equal/equal-task.js';
import { inParallel } from '../in-parallel.js';
import { type OwedMessages, owed } from '../owe.js';
import type { RunContext } from '../run-context.js';
import type { Survey } from '../survey.js';
import type { AccountSurvey } from '../surveyed-account.js';
import type { MessagesOfMailbox } from './describe-messages.js';

/** Messages of side a that side b does not have: refused, unreadable or left out, in this run or before. */
export interface Uncarried extends MessagesOfMailbox {
  /** Those of them a person has decided about: nothing more is told of them. */
  readonly decided: UidSet;
}

/** A mailbox of side a, with what was seen of it in this run, if anything. */
export interface LookedAt {
  readonly name: WireName;
  readonly seen: Survey | null;
  readonly uidValidity: number | null;
}

/** The mailboxes in scope, from either side. */
export function mailboxesLookedAt(
  { mailboxes }: AccountSurvey,
  tasks: readonly EqualTask[],
): { forth: LookedAt[]; back: LookedAt[] } {
  const rows = mailboxes.map(({ source, destination }) => {
    const task = tasks.findLast(({ mailbox }) => mailbox.source.name === source.name);
    const look = task?.finding?.look;
    return {
      forth: {
        name: source.name,
        seen: look?.seen ?? null,
        uidValidity: look?.openedA.uidValidity ?? null,
      },
      back: {
        name: destination,
        seen: look?.seenB ?? null,
        uidValidity: look?.openedB?.uidValidity ?? null,
      },
    };
  });
  return { forth: rows.map(({ forth }) => forth), back: rows.map(({ back }) => back) };
}

/** All such messages, whether or not their mailboxes had to be opened. */
export async function findUncarried(run: RunContext, mailboxes: readonly LookedAt[]): Promise<Uncarried[]> {
  const found: Uncarried[] = [];
  await inParallel(run, mailboxes, async (mailbox) => {
    const one = await uncarriedIn(run, mailbox);
    if (one && !one.uids.isEmpty) found.push(one);
  });
  return found;
}

async function uncarriedIn(run: RunContext, { name, ...looked }: LookedAt): Promise<Uncarried | null> {
  const { state, skipped, dryRun } = run.options;
  const key = state.pairByName('a', name)?.key;
  if (key === undefined) return null;
  const isLoaded = state.loaded(key) !== undefined;
  const pair = await state.load(key);
  // A dry run does not carry what it would try again.
  const isLeft = (debt: OwedMessages): boolean => !dryRun || debt.class !== 'temporary';
  const isDecided = (debt: OwedMessages): boolean =>
    debt.class === 'choice' || (debt.class === 'permanent' && skipped === 'accept');
  const paired = pair.map.aUids();
  const all = owed({ pair }, isLeft).subtract(paired);
  const uids = looked.seen?.complete ? all.intersect(looked.seen.present) : all;
  const decided = owed({ pair }, isDecided).intersect(uids);
  const uidValidity = looked.uidValidity ?? pair.cursors.a?.uidValidity ?? null;
  if (!isLoaded) state.unload(key);
  return { mailbox: name, uidValidity, uids, decided };
}
