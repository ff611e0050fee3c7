import PQueue from 'p-queue';
import { asMailferryError, type MailferryError } from '../errors.js';
import type { MailSession } from '../store/mail-store.js';
import { expectedMessages, type MailboxToDo, surveyAccounts } from './account-survey.js';
import { FIRST_BATCH } from './batch-size.js';
import { needsPreparation, prepareMailbox } from './prepare-mailbox.js';
import { type MailboxWork, RunContext } from './run-context.js';
import type { SyncRunOptions } from './run-options.js';
import { tellStillSkipped } from './still-skipped.js';
import { workMailbox } from './work-mailbox.js';

/**
 * Carries what the policy says from side a to side b. What concerns one message or mailbox is told by events and stops
 * nothing else; throws a MailferryError of scope account or run when the run cannot go on.
 */
export async function runSync(options: SyncRunOptions): Promise<void> {
  const run = new RunContext(options);
  const mailboxes = await surveyAccounts(run);
  const ready = await prepareMailboxes(run, mailboxes);
  await workOnMailboxes(run, ready);
  for (const { dirty, display, source } of mailboxes) {
    if (!dirty) tellStillSkipped(run, display, options.state.pairByName('a', source.name)?.skipped ?? 0);
  }
  await options.state.commit();
}

/** Creates and subscribes in order, parents first. Returns the mailboxes to open, those with most to do first. */
async function prepareMailboxes(run: RunContext, mailboxes: readonly MailboxToDo[]): Promise<MailboxToDo[]> {
  const { state } = run.options;
  const isReady = (mailbox: MailboxToDo): boolean => {
    return !needsPreparation(mailbox, state.pairByName('a', mailbox.source.name));
  };
  const ready = mailboxes.filter(isReady);
  const unprepared = mailboxes.filter((mailbox) => !isReady(mailbox));
  if (unprepared.length > 0) {
    const session = await run.options.b.lease(run.signal);
    try {
      for (const mailbox of unprepared) {
        run.checkFinish();
        const prepared = await prepareOne(run, session, mailbox);
        if (prepared) ready.push(prepared);
      }
    } finally {
      session.release();
    }
  }
  return ready
    .filter((mailbox) => mailbox.dirty)
    .sort((left, right) => expectedMessages(run, right) - expectedMessages(run, left));
}

/** null when the destination refuses the mailbox; that is reported and the others go on. */
async function prepareOne(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
): Promise<MailboxToDo | null> {
  try {
    return await prepareMailbox(run, session, mailbox);
  } catch (thrown) {
    const error = asMailferryError(thrown);
    // A full destination is told once, at the end of the run.
    if (error.code === 'OVER_QUOTA') run.copyingStopped ??= error;
    else if (error.scope === 'mailbox') run.problem(error, mailbox.display);
    else throw error;
    run.emit({ type: 'mailbox-finished', mailbox: mailbox.display, changed: false, failed: true });
    return null;
  }
}

async function workOnMailboxes(run: RunContext, mailboxes: readonly MailboxToDo[]): Promise<void> {
  const queue = new PQueue({ concurrency: run.options.parallel });
  let fatal: MailferryError | null = null;
  const jobs = mailboxes.map((mailbox) =>
    queue.add(async () => {
      if (fatal) return;
      try {
        run.checkFinish();
        await workOnMailbox(run, mailbox);
      } catch (error) {
        fatal ??= asMailferryError(error);
      }
    }),
  );
  await Promise.all(jobs);
  if (run.copyingStopped) run.problem(run.copyingStopped);
  if (fatal) throw fatal;
}

async function workOnMailbox(run: RunContext, mailbox: MailboxToDo): Promise<void> {
  const { state } = run.options;
  const pair = state.pairByName('a', mailbox.source.name);
  if (!pair) return;
  const { display } = mailbox;
  run.emit({ type: 'mailbox-started', mailbox: display, destination: mailbox.destinationDisplay });
  const work: MailboxWork = {
    run,
    pair: await state.load(pair.key),
    names: { a: mailbox.source.name, b: mailbox.destination },
    destinationExists: mailbox.existing?.status !== undefined && mailbox.existing.status !== null,
    display,
    batch: FIRST_BATCH,
    destinationUidNext: 1,
    refusals: 0,
    toldFlags: new Set(),
    withoutKeywords: new Set(),
    suspects: new Map(),
    refusedUids: new Set(),
    progress: 0,
  };
  const error = await workMailbox(work);
  if (error && error !== run.copyingStopped) run.problem(error, display);
  state.unload(pair.key);
  run.emit({
    type: 'mailbox-finished',
    mailbox: display,
    changed: work.progress > 0,
    failed: error !== null,
  });
}
