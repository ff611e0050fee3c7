import type { ErrorCode } from '../errors.js';
import type { Outcome } from '../report/problem-log.js';
import type { Verdict } from '../report/summary.js';

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 130;

/** What a failure means that took an account or the run with it. */
const EXIT_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: 3,
  SECRET_UNAVAILABLE: 3,
  AUTH_FAILED: 4,
  TLS_UNTRUSTED: 4,
  TLS_UNAVAILABLE: 4,
  HOST_UNKNOWN: 5,
  CONNECT_FAILED: 5,
  CONNECTION_LOST: 5,
  SERVER_SILENT: 5,
  SERVER_BUSY: 5,
  PROTOCOL_ERROR: 1,
  COMMAND_REFUSED: 1,
  OVER_QUOTA: 2,
  STOPPED_EARLY: 2,
  MESSAGE_TOO_LARGE: 2,
  MESSAGE_REJECTED: 2,
  MESSAGE_UNREADABLE: 2,
  MAILBOX_UNAVAILABLE: 2,
  MAILBOX_CHANGED: 2,
  PAIRING_UNCERTAIN: 6,
  LISTING_INCOMPLETE: 2,
  REMOVALS_HELD: 6,
  REMOVALS_WAITING: 2,
  REMOVAL_UNSUPPORTED: 2,
  FOREIGN_MESSAGES: 6,
  DRIFT: 6,
  MAILBOX_KEPT: 2,
  STILL_CHANGING: 2,
  READ_ONLY_SIDE: 1,
  STATE_LOCKED: 8,
  STATE_DAMAGED: 1,
  STATE_NEWER: 1,
  STATE_FOREIGN: 1,
  STATE_WRITE_FAILED: 1,
  INTERRUPTED: 130,
  INTERNAL: 1,
};

/** What spoils only a mailbox or a message when it happens there: the rest was carried. */
const LOCAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CONNECTION_LOST',
  'SERVER_SILENT',
  'SERVER_BUSY',
  'PROTOCOL_ERROR',
  'COMMAND_REFUSED',
]);

/** The first of these that applies is the exit code. */
const PRECEDENCE: readonly ExitCode[] = [130, 1, 3, 4, 5, 8, 6, 7, 2, 0];

export function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  const local = outcome.scope === 'mailbox' || outcome.scope === 'message';
  return local && LOCAL.has(outcome.code) ? 2 : EXIT_CODES[outcome.code];
}

/** The exit code of a run from everything that went wrong in it. */
export function exitCodeOf(outcomes: readonly Outcome[], interrupted: boolean): ExitCode {
  const codes = new Set<ExitCode>(outcomes.map(exitCodeOfOutcome));
  if (interrupted) codes.add(130);
  return PRECEDENCE.find((code) => codes.has(code)) ?? 0;
}

export function verdictOf(exitCode: ExitCode): Verdict {
  if (exitCode === 0) return 'complete';
  return exitCode === 2 || exitCode === 6 || exitCode === 130 ? 'incomplete' : 'failed';
}
