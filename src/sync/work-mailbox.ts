import { setTimeout as sleep } from 'node:timers/promises';
import { asMailferryError, MailferryError, type MailferryErrorInit } from '../errors.js';
import type { MailboxSessions } from './look.js';
import type { MailboxWork, RunContext } from './run-context.js';

/** Waits between attempts that carried nothing; after the last the error stands. */
const RETRY_MS = [0, 500, 1000, 2000, 5000];
/** The same where a server wants less of us: a minute in all, if it does not ask for more. */
const BUSY_MS = [1000, 2000, 4000, 8000, 16_000, 30_000];

/** One step of the work on a mailbox. It may be called again after any failure, with other sessions. */
export type MailboxStep = (sessions: MailboxSessions) => Promise<void>;

/**
 * Takes one step in a mailbox until it is done or cannot be: lost connections are replaced and the work goes on from the
 * state. Returns the error that ended it, null when all went well. Throws what ends the run.
 */
export async function workMailbox(work: MailboxWork, step: MailboxStep): Promise<MailferryError | null> {
  const { run } = work;
  for (let vain = 0; ; ) {
    const before = work.progress + work.refusals;
    try {
      await withSessions(work.run, step);
      return null;
    } catch (thrown) {
      const error = asMailferryError(thrown);
      if (error.scope === 'run' || run.signal.aborted) throw error;
      vain = work.progress + work.refusals > before ? 0 : vain + 1;
      const waitMs = waitBefore(run, error, vain);
      if (waitMs === undefined) return endOf(run, error);
      run.checkFinish();
      await pause(run, work.display, error, waitMs);
    }
  }
}

async function withSessions(run: RunContext, step: MailboxStep): Promise<void> {
  const { a, b, signal } = run.options;
  const sessionA = await a.lease(signal);
  try {
    const sessionB = await b.lease(signal);
    try {
      await step({ a: sessionA, b: sessionB });
    } finally {
      sessionB.release();
    }
  } finally {
    sessionA.release();
  }
}

/** How long to wait before the next attempt, after so many in vain, in ms; undefined: there is none. */
function waitBefore(run: RunContext, error: MailferryError, vain: number): number | undefined {
  const isBusy = error.code === 'SERVER_BUSY' || isBusyGoodbye(error);
  if (error.retry !== 'now' && !isBusy && error.code !== 'PROTOCOL_ERROR') return undefined;
  const waitMs = (run.options.retryWaitsMs ?? (isBusy ? BUSY_MS : RETRY_MS))[vain];
  return waitMs === undefined ? undefined : Math.max(waitMs, error.retryAfterMs ?? 0);
}

/** The server ended the session, and said that it is busy. */
function isBusyGoodbye({ code, scope, retry }: MailferryError): boolean {
  return code === 'CONNECTION_LOST' && scope === 'account' && retry === 'later';
}

/** A mailbox's failure is reported and the others go on; an account's ends the run, but for a full destination. */
function endOf(run: RunContext, thrown: MailferryError): MailferryError {
  const error = isBusyGoodbye(thrown) ? asBusy(thrown) : thrown;
  if (error.scope === 'account' && !run.isStop(error) && !run.backward?.isStop(error)) throw error;
  return error;
}

/** Nobody waits any more for what was on its way, and what ended it may be called by its name. */
function asBusy(error: MailferryError): MailferryError {
  const { message, cause } = error;
  return new MailferryError({ ...error, message, cause, code: 'SERVER_BUSY' } as MailferryErrorInit);
}

async function pause(run: RunContext, mailbox: string, error: MailferryError, waitMs: number): Promise<void> {
  run.emit({ type: 'waiting', reason: `${mailbox}: ${error.message}; trying again`, delayMs: waitMs });
  // What a server asks for may be minutes: whoever asks the run to finish does not wait for that.
  const signal = AbortSignal.any([run.signal, run.options.finish]);
  await sleep(waitMs, undefined, { signal }).catch(() => run.checkFinish());
}
