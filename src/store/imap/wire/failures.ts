import { MailferryError } from '../../../errors.js';
import { backoffOf, isBusy } from './busy.js';
import type { StatusLine } from './status-line.js';

/**
 * The connection is gone; `bye` is the server's farewell, if it said one. A farewell of a busy server makes it
 * CONNECTION_LOST with `retry: 'later'`, and not a refusal: what became of commands on their way is unknown all the same.
 */
export function connectionLost(
  account: string,
  why: string,
  bye: StatusLine | null,
  cause?: unknown,
): MailferryError {
  return new MailferryError({
    code: 'CONNECTION_LOST',
    scope: 'account',
    retry: bye && isBusy(bye) ? 'later' : 'now',
    message: bye ? 'the server ended the session' : `connection lost: ${why}`,
    at: { account },
    ...(bye ? { serverText: bye.text, ...backoffOf(bye.text) } : {}),
    ...(bye?.code ? { responseCode: bye.code } : {}),
    ...(cause === undefined ? {} : { cause }),
  });
}

export function serverSilent(account: string, timeoutMs: number): MailferryError {
  return new MailferryError({
    code: 'SERVER_SILENT',
    scope: 'account',
    retry: 'now',
    message: `no answer for ${Math.round(timeoutMs / 1000)} s`,
    at: { account },
    hint: 'give a slow server more time with --timeout SECONDS',
  });
}

/** What a server said that the protocol does not allow, or what a receiver of its answer threw. */
export function protocolBroken(account: string, error: unknown): MailferryError {
  if (error instanceof MailferryError) return error.located({ account });
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'later',
    message: error instanceof Error ? error.message : String(error),
    at: { account },
    cause: error,
  });
}

export function interrupted(account: string): MailferryError {
  return new MailferryError({
    code: 'INTERRUPTED',
    scope: 'run',
    retry: 'later',
    message: 'interrupted',
    at: { account },
  });
}
