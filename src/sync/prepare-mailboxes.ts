import { asMailferryError } from '../errors.js';
import type { MailSession } from '../store/mail-store.js';
import { expectedMessages } from './account-survey.js';
import { tellNotLookedAt } from './not-reached.js';
import { needsPreparation, prepareMailbox } from './prepare-mailbox.js';
import type { RunContext } from './run-context.js';
import type { MailboxToDo } from './surveyed-account.js';

/** Commands on their way at once. */
const WINDOW = 100;

/**
 * Creates what the destination lacks, parents first. Returns all mailboxes that are there now, with the names the
 * destination took.
 */
export async function prepareMailboxes(
  run: RunContext,
  mailboxes: readonly MailboxToDo[],
): Promise<MailboxToDo[]> {
  const { state } = run.options;
  warmUp(run, mailboxes);
  const isReady = (mailbox: MailboxToDo): boolean => {
    return !needsPreparation(mailbox, state.pairByName('a', mailbox.source.name));
  };
  const ready = mailboxes.filter(isReady);
  const unprepared = mailboxes.filter((mailbox) => !isReady(mailbox));
  if (unprepared.length === 0) return ready;
  nameLikeThoseThatWait(run, unprepared);
  const session = await run.options.b.lease(run.signal);
  try {
    const created = await createPlanned(run, session, unprepared);
    for (const mailbox of unprepared) {
      run.checkFinish();
      const prepared = await prepareOne(run, session, mailbox, created.has(mailbox));
      if (prepared) ready.push(prepared);
    }
  } finally {
    session.release();
  }
  return ready;
}

/**
 * While a mailbox is yet to follow with its name, a new one may get a number because of it: it is to be named anew
 * together with that one.
 */
function nameLikeThoseThatWait(
  { options: { state, policy } }: RunContext,
  mailboxes: readonly MailboxToDo[],
): void {
  if (!policy.aToB.removeMailboxes || ![...state.pairs()].some(({ nameFrom }) => nameFrom !== null)) return;
  for (const { source, destination } of mailboxes) {
    if (state.pairByName('a', source.name)) continue;
    const { key, names, subscribed } = state.createPair(source.name, destination);
    state.record({ t: 'mailbox', key, ...names, subscribed, nameFrom: 'a' });
  }
}

/** Connecting takes as long as creating: what the work on several mailboxes needs is begun now. */
function warmUp({ options, signal }: RunContext, mailboxes: readonly MailboxToDo[]): void {
  const due = mailboxes.filter(({ dirty }) => dirty).length;
  if (due < 2) return;
  for (const store of [options.a, options.b]) store.warmUp?.(Math.min(due, options.parallel), signal);
}

/** Those to be opened, with most to do first. */
export function mostFirst(run: RunContext, mailboxes: readonly MailboxToDo[]): MailboxToDo[] {
  return mailboxes
    .filter((mailbox) => mailbox.dirty)
    .sort((left, right) => expectedMessages(run, right) - expectedMessages(run, left));
}

/**
 * Asks for all mailboxes under their planned names without waiting in between; the server carries the commands out in
 * order. Those that it refuses, or has already, are looked at one by one afterwards.
 */
async function createPlanned(
  run: RunContext,
  session: MailSession,
  mailboxes: readonly MailboxToDo[],
): Promise<ReadonlySet<MailboxToDo>> {
  const created = new Set<MailboxToDo>();
  const { state, policy, dryRun } = run.options;
  const missing = mailboxes.filter(({ existing }) => !existing?.status);
  // One alone is as quick the ordinary way.
  if (dryRun || !policy.aToB.createMailboxes || missing.length < 2) return created;
  for (const { source, destination } of missing) {
    if (!state.pairByName('a', source.name)) state.createPair(source.name, destination);
  }
  for (let at = 0; at < missing.length; at += WINDOW) {
    run.checkFinish();
    const answers = missing.slice(at, at + WINDOW).map(async (mailbox) => {
      const isNew = await session.create(mailbox.destination, mailbox.role, run.signal);
      if (!isNew) return;
      created.add(mailbox);
      run.emit({ type: 'mailbox-created', mailbox: mailbox.display, side: 'destination' });
    });
    for (const answer of await Promise.allSettled(answers)) {
      if (answer.status === 'rejected' && asMailferryError(answer.reason).scope !== 'mailbox') {
        const error = asMailferryError(answer.reason);
        if (error.code !== 'OVER_QUOTA') throw error;
      }
    }
  }
  return created;
}

/** null when the destination refuses the mailbox; that is reported and the others go on. */
async function prepareOne(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
  isCreated: boolean,
): Promise<MailboxToDo | null> {
  try {
    return await prepareMailbox(run, session, mailbox, isCreated);
  } catch (thrown) {
    const error = asMailferryError(thrown);
    // A full destination is told once, at the end of the run.
    if (error.code === 'OVER_QUOTA') run.copyingStopped ??= error;
    else if (error.scope === 'mailbox') run.problem(error, mailbox.display);
    else throw error;
    tellNotLookedAt(run, mailbox.display, error);
    run.emit({ type: 'mailbox-finished', mailbox: mailbox.display, changed: false, failed: true });
    return null;
  }
}
