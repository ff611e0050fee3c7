import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodeOfOutcome, verdictOf } from '../../../src/cli/exit-code.js';
import type { ErrorCode, ErrorScope } from '../../../src/errors.js';

describe('the exit code', () => {
  it('is 0 when nothing went wrong', () => {
    expect(exitCodeOf([], false)).toBe(0);
  });

  it.each<[ErrorCode, ErrorScope, number]>([
    ['USAGE', 'run', 3],
    ['SECRET_UNAVAILABLE', 'run', 3],
    ['AUTH_FAILED', 'account', 4],
    ['TLS_UNTRUSTED', 'account', 4],
    ['HOST_UNKNOWN', 'account', 5],
    ['CONNECT_FAILED', 'account', 5],
    ['SERVER_BUSY', 'account', 5],
    ['CONNECTION_LOST', 'account', 5],
    ['CONNECTION_LOST', 'mailbox', 2],
    ['COMMAND_REFUSED', 'account', 1],
    ['COMMAND_REFUSED', 'mailbox', 2],
    ['OVER_QUOTA', 'account', 2],
    ['MESSAGE_REJECTED', 'message', 2],
    ['MAILBOX_UNAVAILABLE', 'mailbox', 2],
    ['PAIRING_UNCERTAIN', 'mailbox', 6],
    ['REMOVALS_HELD', 'mailbox', 6],
    ['REMOVALS_HELD', 'account', 6],
    ['REMOVALS_WAITING', 'mailbox', 2],
    ['REMOVALS_WAITING', 'account', 2],
    ['REMOVAL_UNSUPPORTED', 'account', 2],
    ['FOREIGN_MESSAGES', 'mailbox', 6],
    ['DRIFT', 'mailbox', 6],
    ['MAILBOX_KEPT', 'mailbox', 2],
    ['STATE_LOCKED', 'run', 8],
    ['STATE_DAMAGED', 'run', 1],
    ['STATE_NEWER', 'run', 1],
    ['STATE_WRITE_FAILED', 'run', 1],
    ['INTERNAL', 'mailbox', 1],
    ['INTERNAL', 'run', 1],
  ])('of %s (%s) is %d', (code, scope, exitCode) => {
    expect(exitCodeOfOutcome({ code, scope })).toBe(exitCode);
  });

  it('is the gravest when several apply', () => {
    const ladder: readonly [ErrorCode, ErrorScope, number][] = [
      ['MESSAGE_REJECTED', 'message', 2],
      ['PAIRING_UNCERTAIN', 'mailbox', 6],
      ['STATE_LOCKED', 'run', 8],
      ['CONNECT_FAILED', 'account', 5],
      ['AUTH_FAILED', 'account', 4],
      ['USAGE', 'run', 3],
      ['INTERNAL', 'run', 1],
    ];
    for (let top = 0; top < ladder.length; top += 1) {
      const outcomes = ladder.slice(0, top + 1).map(([code, scope]) => ({ code, scope }));
      expect(exitCodeOf(outcomes, false)).toBe(ladder[top]?.[2]);
      expect(exitCodeOf(outcomes.toReversed(), false)).toBe(ladder[top]?.[2]);
      expect(exitCodeOf(outcomes, true)).toBe(130);
    }
  });

  it('goes with a verdict', () => {
    const verdicts = ([0, 2, 6, 130, 1, 3, 4, 5, 8] as const).map(verdictOf);
    expect(verdicts.slice(0, 4)).toEqual(['complete', 'incomplete', 'incomplete', 'incomplete']);
    expect(new Set(verdicts.slice(4))).toEqual(new Set(['failed']));
  });
});
