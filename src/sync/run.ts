import { asMailferryError, MailferryError } from '../errors.js';
import { counted } from '../model/counted.js';
import type { PairSummary } from '../state/pair-summary.js';
import { surveyAccounts } from './account-survey.js';
import { contextOf } from './backward-run.js';
import { copyMailbox } from './copy-mailbox.js';
import { tellForeign } from './equal/foreign.js';
import { runEqual } from './equal/run-equal.js';
import { inParallel } from './in-parallel.js';
import { beginWork } from './mailbox-work.js';
import { tellNewAtB, turnedMailbox } from './new-at-b.js';
import { tellNotLookedAt, tellNotReached } from './not-reached.js';
import { mostFirst, prepareMailboxes } from './prepare-mailboxes.js';
import type { RunContext } from './run-context.js';
import type { SyncRunOptions } from './run-options.js';
import { tellSkippedUnopened } from './still-skipped.js';
import type { AccountSurvey, MailboxToDo } from './surveyed-account.js';
import { carrySubscriptions } from './tree/subscriptions.js';
import { workMailbox } from './work-mailbox.js';

/** So often both sides are looked at while they keep changing under our hands. */
const MOST_PASSES = 5;

/**
 * Carries what the policy says from side a to side b. What concerns one message or mailbox is told by events and stops
 * nothing else; throws a MailferryError of scope account or run when the run cannot go on.
 */
export async function runSync(options: SyncRunOptions): Promise<void> {
  const run = contextOf(options);
  const survey = await onePass(run).finally(() => {
    for (const way of run.ways) if (way.removalsWaiting) way.problem(way.removalsWaiting);
  });
  for (const { dirty, display, source } of survey.mailboxes) {
    if (!dirty) await tellAgain(run, display, options.state.pairByName('a', source.name));
  }
  await options.state.commit();
}

/**
 * Looks at both accounts and does what is to be done. Where both sides are merged that is repeated while others were at
 * work on what we wrote, until only our own echo is left.
 */
async function onePass(run: RunContext, pass = 1): Promise<AccountSurvey> {
  for (const way of run.ways) way.removalsWaiting = null;
  const survey = await surveyAccounts(run);
  const ready = await prepareMailboxes(run, survey.mailboxes);
  if (!run.backward) {
    await carrySubscriptions(run, ready);
    const due = mostFirst(run, ready);
    if (run.options.policy.changesOfB === 'leave') await copyMailboxes(run, due);
    else await runEqual(run, survey, due);
    return survey;
  }
  const back = await prepareMailboxes(run.backward, survey.newAtB);
  if (run.options.dryRun) {
    tellNewAtB(run.backward, back);
    await runEqual(run, survey, mostFirst(run, ready));
    return survey;
  }
  ready.push(...back.map((mailbox) => turnedMailbox(mailbox, survey)));
  await carrySubscriptions(run, ready);
  run.unproven = 0;
  run.backward.unproven = 0;
  await runEqual(run, withPrepared(survey, ready), mostFirst(run, ready));
  const unproven = run.unproven + run.backward.unproven;
  if (unproven === 0) return survey;
  if (pass < MOST_PASSES) return await onePass(run, pass + 1);
  run.problem(stillChanging(unproven));
  return survey;
}

/** Mailboxes created in this run are no surprise to it. */
function withPrepared(survey: AccountSurvey, ready: readonly MailboxToDo[]): AccountSurvey {
  const known = new Set(survey.mailboxes.map(({ source }) => source.name));
  const created = ready.filter(({ source }) => !known.has(source.name));
  const names = {
    a: new Set([...survey.names.a, ...ready.map(({ source }) => source.name)]),
    b: new Set([...survey.names.b, ...ready.map(({ destination }) => destination)]),
  };
  return { ...survey, mailboxes: [...survey.mailboxes, ...created], names };
}

function stillChanging(mailboxes: number): MailferryError {
  return new MailferryError({
    code: 'STILL_CHANGING',
    scope: 'account',
    retry: 'later',
    message: `${counted(mailboxes, 'a mailbox', 'mailboxes')} changed again each time both sides were equal`,
    hint: 'run again when less is going on; what was carried is carried',
  });
}

/** What is left for a person to see to in a mailbox that had not to be opened. */
async function tellAgain(run: RunContext, display: string, pair: PairSummary | undefined): Promise<void> {
  if (!pair) return;
  if (pair.skipped > 0) await tellSkippedUnopened(run, display, pair.key);
  if (run.options.policy.changesOfB === 'a-wins') tellForeign(run, display, pair.foreign);
}

async function copyMailboxes(run: RunContext, mailboxes: readonly MailboxToDo[]): Promise<void> {
  const waiting = new Set(mailboxes);
  try {
    await inParallel(run, mailboxes, async (mailbox) => {
      waiting.delete(mailbox);
      await copyOne(run, mailbox);
    });
  } catch (thrown) {
    for (const { display } of waiting) tellNotLookedAt(run, display, asMailferryError(thrown));
    throw thrown;
  } finally {
    if (run.copyingStopped) run.problem(run.copyingStopped);
  }
}

async function copyOne(run: RunContext, mailbox: MailboxToDo): Promise<void> {
  const work = await beginWork(run, mailbox);
  if (!work) return;
  const { display } = mailbox;
  run.emit({ type: 'mailbox-started', mailbox: display, destination: mailbox.destinationDisplay });
  const error = await workMailbox(work, (sessions) => copyMailbox(work, sessions)).catch((thrown) => {
    tellNotReached(work, work.planned, asMailferryError(thrown));
    throw thrown;
  });
  if (error) tellNotReached(work, work.planned, error);
  if (error && error !== run.copyingStopped) run.problem(error, display);
  run.options.state.unload(work.pair.key);
  run.emit({
    type: 'mailbox-finished',
    mailbox: display,
    changed: work.progress > 0,
    failed: error !== null,
  });
}
