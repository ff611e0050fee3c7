import { asMailferryError, type MailferryError } from '../../errors.js';
import { inParallel } from '../in-parallel.js';
import type { BothDeparted } from '../moves/departed.js';
import { gatherDeparted } from '../moves/gather-departed.js';
import { mayHaveDeparted } from '../moves/may-have-departed.js';
import { noteSettled } from '../moves/note-settled.js';
import { tellNotLookedAt } from '../not-reached.js';
import { carryOutRemovals, type DecidedRemovals } from '../removals/carry-out.js';
import { decideRemovals, type RemovalPlan } from '../removals/decide.js';
import { type GoneMailbox, openGoneMailboxes } from '../removals/gone-mailbox.js';
import { keepUncarried } from '../removals/keep-uncarried.js';
import { lookOnceMore } from '../removals/look-once-more.js';
import { removalsBack, removalsForth } from '../removals/one-way.js';
import { NONE_STAYS } from '../removals/staying.js';
import { mailboxesLookedAt } from '../removals/uncarried.js';
import type { RunContext } from '../run-context.js';
import type { AccountSurvey, MailboxToDo } from '../surveyed-account.js';
import { beginTask, type EqualTask, endTask, hasRemovals, releaseTask } from './equal-task.js';
import { carryStep, firstStep, settleStep } from './steps.js';

/**
 * Makes the mailboxes of both sides equal. Where messages may have left a mailbox all are looked at before any is
 * carried, as what went from one mailbox may be new in another; removals come last of all.
 */
export async function runEqual(
  run: RunContext,
  survey: AccountSurvey,
  ready: readonly MailboxToDo[],
): Promise<void> {
  const waits = survey.gone.length + survey.goneAtB.length > 0 || mayHaveDeparted(run, ready);
  noteSettled(run, survey.mailboxes);
  const tasks: EqualTask[] = [];
  const unseen = new Set(ready);
  let ended: MailferryError | null = null;
  try {
    await inParallel(run, ready, async (mailbox) => {
      unseen.delete(mailbox);
      const task = await beginTask(run, mailbox);
      if (!task) return;
      tasks.push(task);
      await firstStep(task, waits);
      if (!task.settled) return;
      endTask(task);
      releaseTask(task);
    });
    await finishTasks(run, survey, tasks);
  } catch (thrown) {
    ended = asMailferryError(thrown);
    for (const { display } of unseen) tellNotLookedAt(run, display, ended);
    throw thrown;
  } finally {
    for (const task of tasks) endTask(task, ended);
    for (const task of tasks) releaseTask(task);
  }
  for (const way of run.ways) if (way.copyingStopped) way.problem(way.copyingStopped);
}

/** Carries what waited for the survey of the whole account, then removes. */
async function finishTasks(run: RunContext, survey: AccountSurvey, tasks: EqualTask[]): Promise<void> {
  const left = tasks.filter((task) => !task.settled && !task.error);
  if (left.length === 0 && survey.gone.length + survey.goneAtB.length === 0) return;
  const gone = {
    forth: await openGoneMailboxes(run, survey.gone, survey.styles.b),
    back: run.backward ? await openGoneMailboxes(run.backward, survey.goneAtB, survey.styles.a) : [],
  };
  const departed = await gatherDeparted(run, left, gone);
  await inParallel(run, left, (task) => carryStep(task, departed));
  if (left.some((task) => !task.error && hasRemovals(task)) || gone.forth.length + gone.back.length > 0) {
    const isSafe = await lookOnceMore(run, survey, tasks, departed);
    const plans = plansOf(run, survey, tasks, gone, departed);
    const decided: DecidedRemovals[] = [];
    for (const whole of plans) {
      const plan = isSafe ? await keepUncarried(whole) : whole;
      decided.push({ plan, held: decideRemovals(plan, isSafe) });
    }
    await carryOutRemovals(run, decided);
  }
  await inParallel(run, tasks, settleStep);
}

function plansOf(
  run: RunContext,
  survey: AccountSurvey,
  tasks: readonly EqualTask[],
  gone: { readonly forth: readonly GoneMailbox[]; readonly back: readonly GoneMailbox[] },
  departed: BothDeparted,
): RemovalPlan[] {
  const removing = tasks.filter((task) => !task.error && !task.settled);
  const { a, b } = survey.messages;
  const { forth: otherOfB, back: otherOfA } = mailboxesLookedAt(survey, tasks);
  const present = <T>(value: T | null): T[] => (value === null ? [] : [value]);
  const forth = removing.flatMap((task) => present(removalsForth(task)));
  const plans: RemovalPlan[] = [
    {
      run,
      removals: forth,
      gone: gone.forth,
      departed: departed.atB,
      otherSide: otherOfB,
      staying: NONE_STAYS,
      accountTotal: b + run.carriedMessages,
      otherTotal: a,
    },
  ];
  if (!run.backward) return plans;
  const back = removing.flatMap((task) => present(removalsBack(task)));
  const turned = { departed: departed.atA, accountTotal: a + run.backward.carriedMessages, otherTotal: b };
  const kept = { otherSide: otherOfA, staying: NONE_STAYS };
  return [...plans, { run: run.backward, removals: back, gone: gone.back, ...kept, ...turned }];
}
