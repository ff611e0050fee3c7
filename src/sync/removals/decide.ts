import { MailferryError } from '../../errors.js';
import { counted } from '../../model/counted.js';
import { UidSet } from '../../model/uid-set.js';
import { goingWithMailbox } from '../equal/foreign.js';
import type { Departed } from '../moves/departed.js';
import type { RunContext } from '../run-context.js';
import type { GoneMailbox } from './gone-mailbox.js';
import { judgeRemovals, type MailboxRemovals } from './guard.js';
import type { OneWayRemovals } from './one-way.js';
import { goingUids } from './remove-messages.js';
import type { StayingByKey } from './staying.js';
import type { LookedAt } from './uncarried.js';
import { whereGone } from './where-gone.js';

/** All that would go from one side in a run: the side b of `run`. */
export interface RemovalPlan {
  readonly run: RunContext;
  readonly removals: readonly OneWayRemovals[];
  readonly gone: readonly GoneMailbox[];
  readonly departed: Departed;
  /** The mailboxes in scope of the other side. */
  readonly otherSide: readonly LookedAt[];
  /** What of it stays for now, whatever is decided. */
  readonly staying: StayingByKey;
  /** Messages of that side in all mailboxes in scope when the run began. */
  readonly accountTotal: number;
  /** Messages of the other side. */
  readonly otherTotal: number;
}

/** Reasons of removals that are held back. */
export const GUARD = 'guard';
export const WAITING = 'waiting';

/** Which mailbox pairs keep their messages for now, by key, and why. */
export type HeldRemovals = ReadonlyMap<string, typeof GUARD | typeof WAITING>;

/** Holds back what is not safe to remove, or not plausible; both are told. */
export function decideRemovals(plan: RemovalPlan, isSafe: boolean): HeldRemovals {
  const { run, accountTotal, otherTotal } = plan;
  const mailboxes = [
    ...plan.removals.map((removals) => countsOf(removals, plan.departed)),
    ...plan.gone.map((mailbox) => countsOfWhole(mailbox, plan)),
  ];
  if (!isSafe) {
    run.removalsWaiting = waitingError(plan);
    return new Map(mailboxes.map(({ key }) => [key, WAITING]));
  }
  run.removalsWaiting = stayingError(plan);
  const isSuddenlyEmpty = otherTotal === 0;
  const question = { mailboxes, accountTotal, isSuddenlyEmpty, limit: run.options.removalLimit };
  const { held, override } = judgeRemovals(question);
  tellHeld(plan, held, override);
  return new Map([...held.keys()].map((key) => [key, GUARD]));
}

function countsOf(
  { task, work, safe, extra, decided, stays, total }: OneWayRemovals,
  departed: Departed,
): MailboxRemovals {
  const going = goingUids(work, { gone: safe, extra: extra.subtract(stays) });
  const judged = going.subtract(decided).subtract(departed.movedFrom(work.names.b, going));
  const role = task.mailbox.source.specialUse ?? task.mailbox.existing?.specialUse ?? null;
  const countsForAccountOnly = role === '\\trash' || role === '\\junk';
  return { key: work.pair.key, messages: judged.size, total, countsForAccountOnly };
}

function countsOfWhole(
  { work: { pair, names } }: GoneMailbox,
  { departed, staying }: RemovalPlan,
): MailboxRemovals {
  const going = pair.map.bUids().subtract(staying.get(pair.key)?.uids ?? UidSet.empty);
  const messages = going.size - departed.movedFrom(names.b, going).size;
  return { key: pair.key, messages, total: going.size, countsForAccountOnly: true };
}

/** Another run finds the same and decides again; it is told once, with how much it is. */
function waitingError({ run, removals, gone }: RemovalPlan): MailferryError | null {
  const sizes = [
    ...removals.map(({ work, gone: uids, extra }) => goingUids(work, { gone: uids, extra }).size),
    ...gone.map(({ work }) => goingWithMailbox(run, work.pair).size),
  ];
  const messages = sizes.reduce((sum, size) => sum + size, 0);
  // What stopped the copying is told already, and running again is told with it.
  if (run.copyingStopped || messages === 0) return null;
  const what = counted(messages, 'one message to be removed stays', 'messages to be removed stay');
  return new MailferryError({
    code: 'REMOVALS_WAITING',
    scope: 'account',
    retry: 'later',
    message: `${what} for now: not everything that is new ${whereGone(run.options.policy)} has been carried`,
    at: { account: run.options.b.account },
    hint: 'run again; what has moved to another mailbox must arrive there before it goes here',
  });
}

/** Messages that stay because what they may be was not carried. */
function stayingError({ run, staying }: RemovalPlan): MailferryError | null {
  const messages = [...staying.values()].reduce((sum, { told }) => sum + told.size, 0);
  if (messages === 0) return null;
  const what = counted(messages, 'one message to be removed stays', 'messages to be removed stay');
  return new MailferryError({
    code: 'REMOVALS_WAITING',
    scope: 'account',
    retry: 'later',
    message: `${what} for now: nothing that this account did not take in its new place goes from the old one`,
    at: { account: run.options.b.account },
    hint: '--retry-skipped tries what was refused once more; when it is carried, or deleted in its new place as well, what stays goes',
  });
}

function tellHeld(
  { run, removals, gone }: RemovalPlan,
  held: ReadonlyMap<string, string>,
  override: number,
): void {
  for (const { pair, display } of [...removals, ...gone].map(({ work }) => work)) {
    const reason = held.get(pair.key);
    if (reason === undefined) continue;
    const error = new MailferryError({
      code: 'REMOVALS_HELD',
      scope: 'mailbox',
      retry: 'never',
      message: `messages that are gone ${whereGone(run.options.policy)} stay here until you say so: ${reason}`,
      at: { account: run.options.b.account },
      hint: `if this is right, run once with --max-delete ${override}`,
    });
    run.problem(error, display);
  }
}
