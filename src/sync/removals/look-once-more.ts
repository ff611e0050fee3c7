import { isSelectable, type MailboxStatus, type WireName } from '../../model/mailbox.js';
import { UidSet } from '../../model/uid-set.js';
import type { MailStore } from '../../store/mail-store.js';
import { beginTask, type EqualTask, takeStep } from '../equal/equal-task.js';
import { findAndFlag } from '../equal/stages.js';
import { carryStep } from '../equal/steps.js';
import { inParallel } from '../in-parallel.js';
import { listAgain } from '../list-accounts.js';
import type { BothDeparted } from '../moves/departed.js';
import type { MailboxWork, RunContext } from '../run-context.js';
import type { AccountSurvey, MailboxToDo } from '../surveyed-account.js';

const MOST_LOOKS = 3;

/** The parts of a listing that say what a mailbox is and whether it got mail. */
type Place = Pick<MailboxStatus, 'uidValidity' | 'uidNext' | 'messages'>;

/**
 * Before anything is removed: what went from a mailbox may have gone to one that was looked at before. The sides whose
 * messages count are listed again, and mailboxes that got mail since are looked at again and carried. What was gone
 * before that is `safe` to be removed. Returns false when nothing is, because mailboxes came, went or were replaced meanwhile,
 * or some could not be carried.
 */
export async function lookOnceMore(
  run: RunContext,
  survey: AccountSurvey,
  tasks: EqualTask[],
  departed: BothDeparted,
): Promise<boolean> {
  if (hasUnprepared(run, survey, tasks)) return false;
  const isCarried = (): boolean => {
    return tasks.every((task) => !task.error && isAsListed(task)) && !run.isStopped;
  };
  for (let look = 1; look <= MOST_LOOKS && isCarried(); look++) {
    const moved = await movedMailboxes(run, survey, tasks);
    if (!moved) return false;
    for (const task of tasks) task.safe = goneOf(task);
    if (moved.length === 0 || run.options.dryRun) return true;
    await lookAgain(run, tasks, moved, departed);
    if (tasks.every((task) => goneOf(task).subtract(task.safe).isEmpty)) break;
  }
  return isCarried();
}

/** What is new in a mailbox that the other side would not take may have come from another: it stays there for now. */
function hasUnprepared(
  { options: { dryRun } }: RunContext,
  { mailboxes, newAtB }: AccountSurvey,
  tasks: readonly EqualTask[],
): boolean {
  const begun = {
    a: new Set(tasks.map(({ mailbox }) => mailbox.source.name)),
    b: new Set(tasks.map(({ mailbox }) => mailbox.destination)),
  };
  // A dry run has no work on what only side b has.
  const isLeftAtB = !dryRun && newAtB.some(({ source }) => !begun.b.has(source.name));
  return isLeftAtB || mailboxes.some(({ dirty, source }) => dirty && !begun.a.has(source.name));
}

/** Where another mailbox has taken the name since, what was in the one before may be somewhere else now. */
function isAsListed({ mailbox: { source, existing }, finding }: EqualTask): boolean {
  const isSame = (listed: Place | null | undefined, opened: Place | null): boolean => {
    return !listed || !opened || listed.uidValidity === opened.uidValidity || areEmpty(listed, opened);
  };
  return (
    !finding ||
    (isSame(source.status, finding.look.openedA) && isSame(existing?.status, finding.look.openedB))
  );
}

/** Courier gives a mailbox that has never had mail another UIDVALIDITY each time it is asked. */
function areEmpty(...places: readonly Place[]): boolean {
  return places.every(({ messages }) => messages === 0);
}

function goneOf({ finding }: EqualTask): UidSet {
  return finding ? finding.gone.union(finding.lost) : UidSet.empty;
}

/** Mailboxes that got mail since they were looked at; null when the tree is another one, and nobody knows. */
async function movedMailboxes(
  run: RunContext,
  survey: AccountSurvey,
  tasks: readonly EqualTask[],
): Promise<MailboxToDo[] | null> {
  const [a, b] = await Promise.all([
    listedNow(run, run.options.a, survey.names.a),
    run.backward ? listedNow(run, run.options.b, survey.names.b) : null,
  ]);
  if (!a || (run.backward && !b)) return null;
  return survey.mailboxes.filter((mailbox) => {
    const task = tasks.findLast((one) => one.mailbox.source.name === mailbox.source.name);
    const look = task?.finding?.look;
    const back = task?.work.backward;
    const beforeA = look
      ? ours(withUidNext(look.openedA, mailbox.source.status), back)
      : mailbox.source.status;
    if (hasNewMail(beforeA, a.get(mailbox.source.name))) return true;
    if (!b) return false;
    const listedB = mailbox.existing?.status ?? null;
    const beforeB = look?.openedB ? ours(withUidNext(look.openedB, listedB), task?.work) : listedB;
    return hasNewMail(beforeB, b.get(mailbox.destination));
  });
}

/** SELECT may not tell UIDNEXT, and as many may have gone as came. What was listed is older: that costs a look at most. */
function withUidNext(opened: Place, listed: Place | null): Place {
  if (opened.uidNext !== null || listed?.uidValidity !== opened.uidValidity) return opened;
  return { ...opened, uidNext: listed.uidNext };
}

/** As it was opened, with what we have stored there since; whatever lies between that was not looked at. */
function ours(opened: Place, work: MailboxWork | null | undefined): Place {
  if (opened.uidNext === null || !work || work.hasStrangers) return opened;
  const stored = Math.max(0, work.destinationUidNext - opened.uidNext);
  return { ...opened, uidNext: opened.uidNext + stored, messages: opened.messages + stored };
}

/** null when mailboxes came or went: one that nobody has looked at may hold what is gone elsewhere. */
async function listedNow(
  run: RunContext,
  store: MailStore,
  before: ReadonlySet<WireName>,
): Promise<ReadonlyMap<WireName, MailboxStatus | null> | null> {
  const { listing } = await listAgain(run, store);
  const names = listing.mailboxes.filter(isSelectable).map(({ name }) => name);
  const isSame = names.length === before.size && names.every((name) => before.has(name));
  if (!listing.complete || !isSame) return null;
  return new Map(listing.mailboxes.map(({ name, status }) => [name, status]));
}

function hasNewMail(before: Place | null, now: Place | null | undefined): boolean {
  if (!before || !now) return true;
  if (before.uidValidity !== now.uidValidity) return !areEmpty(before, now);
  if (before.uidNext === null || now.uidNext === null) return before.messages !== now.messages;
  return before.uidNext !== now.uidNext;
}

async function lookAgain(
  run: RunContext,
  tasks: EqualTask[],
  moved: readonly MailboxToDo[],
  departed: BothDeparted,
): Promise<void> {
  await inParallel(run, moved, async (mailbox) => {
    const known = tasks.findLast((one) => one.mailbox.source.name === mailbox.source.name);
    const task = known && !known.settled ? known : await beginTask(run, mailbox);
    if (!task) return;
    if (task !== known) tasks.push(task);
    await takeStep(task, (sessions) => findAndFlag(task, sessions));
    await carryStep(task, departed);
  });
}
