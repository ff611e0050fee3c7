import { setTimeout as sleep } from 'node:timers/promises';
import { asMailferryError, type MailferryError } from '../errors.js';
import type { MailboxSessions } from './look.js';
import type { MailboxWork, RunContext } from './run-context.js';

/** Waits between attempts that carried nothing; after the last the error stands. */
const RETRY_MS = [0, 500, 1000, 2000, 5000];

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
      const waitMs = mayPass(error) ? (run.options.retryWaitsMs ?? RETRY_MS)[vain] : undefined;
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

function mayPass(error: MailferryError): boolean {
  return error.retry === 'now' || error.code === 'SERVER_BUSY' || error.code === 'PROTOCOL_ERROR';
}

/** A mailbox's failure is reported and the others go on; an account's ends the run, but for a full destination. */
function endOf(run: RunContext, error: MailferryError): MailferryError {
  if (error.scope === 'account' && !run.isStop(error) && !run.backward?.isStop(error)) throw error;
  return error;
}

async function pause(run: RunContext, mailbox: string, error: MailferryError, waitMs: number): Promise<void> {
  run.emit({ type: 'waiting', reason: `${mailbox}: ${error.message}; trying again`, delayMs: waitMs });
  await sleep(waitMs, undefined, { signal: run.signal }).catch(() => run.checkFinish());
}
