import { setTimeout as sleep } from 'node:timers/promises';
import { asMailferryError, MailferryError, type MailferryErrorInit } from '../errors.js';
import type { MailboxSessions } from './look.js';
import type { MailboxWork, RunContext } from './run-context.js';

/** Waits between attempts that carried nothing; after the last the error stands. */
const RETRY_MS = [0, 500, 1000, 2000, 5000];
/** The same where a server wants less of us: a minute in all, if it does not ask for more. */
const BUSY_MS = [1000, 2000, 4000, 8000, 16_000, 30_000];
/** No mailbox waits longer in vain, whatever its server asks for. */
const MOST_WAITED_MS = 600_000;
/** After so many mailboxes in a row, with none done and nothing carried between them, the server is too busy for any. */
const MOST_BUSY_IN_A_ROW = 3;

/** Attempts one after the other that got nowhere; the last is made when there is nothing to wait for any more. */
interface InVain {
  readonly attempts: number;
  readonly waitedMs: number;
  readonly wasLast: boolean;
}

const NOTHING_IN_VAIN: InVain = { attempts: 0, waitedMs: 0, wasLast: false };

/** One step of the work on a mailbox. It may be called again after any failure, with other sessions. */
export type MailboxStep = (sessions: MailboxSessions) => Promise<void>;

/**
 * Takes one step in a mailbox until it is done or cannot be: lost connections are replaced and the work goes on from the
 * state. Returns the error that ended it, null when all went well. Throws what ends the run.
 */
export async function workMailbox(work: MailboxWork, step: MailboxStep): Promise<MailferryError | null> {
  const { run } = work;
  for (let vain = NOTHING_IN_VAIN; ; ) {
    const before = doneIn(work);
    try {
      await withSessions(work.run, step);
      run.busyInARow.mailboxes = 0;
      return null;
    } catch (thrown) {
      const error = asMailferryError(thrown);
      if (error.scope === 'run' || run.signal.aborted) throw error;
      const hasGotOn = doneIn(work) > before;
      if (hasGotOn) run.busyInARow.mailboxes = 0;
      vain = hasGotOn ? NOTHING_IN_VAIN : { ...vain, attempts: vain.attempts + 1 };
      const waitMs = waitBefore(run, error, vain);
      if (waitMs === undefined && (vain.wasLast || !mayBeOneMessage(work, error))) return endOf(run, error);
      run.checkFinish();
      vain = { ...vain, waitedMs: vain.waitedMs + (waitMs ?? 0), wasLast: waitMs === undefined };
      if (waitMs !== undefined) await pause(run, work.display, error, waitMs);
    }
  }
}

/** What an attempt added to, in either direction, unless it was in vain. */
function doneIn(work: MailboxWork): number {
  const { backward } = work;
  return work.progress + work.refusals + (backward ? backward.progress + backward.refusals : 0);
}

/** Whether a source that was waited for in vain is to be looked at more closely, which the next attempt does. */
function mayBeOneMessage(work: MailboxWork, error: MailferryError): boolean {
  const ways = work.backward ? [work, work.backward] : [work];
  const busy = ways.filter(({ busySource }) => busySource === 'waited for');
  if (error.code !== 'SERVER_BUSY') return false;
  for (const way of busy) way.busySource = 'waited for in vain';
  return busy.length > 0;
}

async function withSessions(run: RunContext, step: MailboxStep): Promise<void> {
  const { a, b } = run.options;
  // To connect again may take minutes where a server asks for them.
  const sessionA = await a.lease(run.untilFinish);
  try {
    const sessionB = await b.lease(run.untilFinish);
    try {
      await step({ a: sessionA, b: sessionB });
    } finally {
      sessionB.release();
    }
  } finally {
    sessionA.release();
  }
}

/** How long to wait before the next attempt, in ms; undefined: it was waited for long enough. */
function waitBefore(run: RunContext, error: MailferryError, vain: InVain): number | undefined {
  const isBusy = error.code === 'SERVER_BUSY' || isBusyGoodbye(error);
  if (vain.wasLast || (error.retry !== 'now' && !isBusy && error.code !== 'PROTOCOL_ERROR')) return undefined;
  const leastMs = (run.options.retryWaitsMs ?? (isBusy ? BUSY_MS : RETRY_MS))[vain.attempts];
  if (leastMs === undefined) return undefined;
  const waitMs = Math.max(leastMs, error.retryAfterMs ?? 0);
  return vain.waitedMs + waitMs > MOST_WAITED_MS ? undefined : waitMs;
}

/** The server ended the session, and said that it is busy. */
function isBusyGoodbye({ code, scope, retry }: MailferryError): boolean {
  return code === 'CONNECTION_LOST' && scope === 'account' && retry === 'later';
}

/** A mailbox's failure is reported and the others go on; an account's ends the run, but for a full destination. */
function endOf(run: RunContext, thrown: MailferryError): MailferryError {
  const error = isBusyGoodbye(thrown) ? asBusy(thrown) : thrown;
  if (error.scope === 'account' && !run.isStop(error) && !run.backward?.isStop(error)) throw error;
  if (error.code === 'SERVER_BUSY' && isBusyForAll(run)) throw forAccount(error);
  return error;
}

/** Counts a mailbox that its server was too busy for. */
function isBusyForAll({ busyInARow, ways }: RunContext): boolean {
  const carriedMessages = ways.reduce((all, way) => all + way.carriedMessages, 0);
  if (carriedMessages > busyInARow.carriedMessages) busyInARow.mailboxes = 0;
  busyInARow.carriedMessages = carriedMessages;
  return ++busyInARow.mailboxes >= MOST_BUSY_IN_A_ROW;
}

function forAccount(error: MailferryError): MailferryError {
  const { message, cause } = error;
  return new MailferryError({
    ...error,
    message,
    cause,
    scope: 'account',
    retry: 'later',
  } as MailferryErrorInit);
}

/** Nobody waits any more for what was on its way, and what ended it may be called by its name. */
function asBusy(error: MailferryError): MailferryError {
  const { message, cause } = error;
  return new MailferryError({ ...error, message, cause, code: 'SERVER_BUSY' } as MailferryErrorInit);
}

async function pause(run: RunContext, mailbox: string, error: MailferryError, waitMs: number): Promise<void> {
  run.emit({ type: 'waiting', reason: `${mailbox}: ${error.message}; trying again`, delayMs: waitMs });
  // What a server asks for may be minutes: whoever asks the run to finish does not wait for that.
  await sleep(waitMs, undefined, { signal: run.untilFinish }).catch(() => run.checkFinish());
}
