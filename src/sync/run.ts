import PQueue from 'p-queue';
import { asMailferryError, type MailferryError } from '../errors.js';
import { type MailboxToDo, surveyAccounts } from './account-survey.js';
import { firstBatchLimits } from './copy-new.js';
import { needsPreparation, prepareMailbox } from './prepare-mailbox.js';
import { type MailboxWork, RunContext } from './run-context.js';
import type { SyncRunOptions } from './run-options.js';
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
  await options.state.commit();
}

/** Creates and subscribes in order, parents first. Returns the mailboxes to open, those with most to do first. */
async function prepareMailboxes(run: RunContext, mailboxes: readonly MailboxToDo[]): Promise<MailboxToDo[]> {
  const { state } = run.options;
  const failed = new Set<MailboxToDo>();
  const unprepared = mailboxes.filter((mailbox) => {
    return needsPreparation(mailbox, state.pairByName('a', mailbox.source.name));
  });
  if (unprepared.length > 0) {
    const session = await run.options.b.lease(run.signal);
    try {
      for (const mailbox of unprepared) {
        run.checkFinish();
        const error = await prepareMailbox(run, session, mailbox).then(() => null, asMailferryError);
        if (!error) continue;
        if (error.scope !== 'mailbox') throw error;
        failed.add(mailbox);
        run.problem(error, mailbox.display);
        run.emit({ type: 'mailbox-finished', mailbox: mailbox.display, changed: false, failed: true });
      }
    } finally {
      session.release();
    }
  }
  const expected = (mailbox: MailboxToDo): number => {
    const done = state.pairByName('a', mailbox.source.name)?.cursors.a?.messages ?? 0;
    return Math.abs((mailbox.source.status?.messages ?? 0) - done);
  };
  return mailboxes
    .filter((mailbox) => mailbox.dirty && !failed.has(mailbox))
    .sort((left, right) => expected(right) - expected(left));
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
  run.emit({ type: 'mailbox-started', mailbox: display, destination: mailbox.destination });
  const work: MailboxWork = {
    run,
    pair: await state.load(pair.key),
    names: { a: mailbox.source.name, b: mailbox.destination },
    display,
    batch: firstBatchLimits(),
    destinationUidNext: 1,
    refusals: 0,
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
