import { describe, expect, it } from 'vitest';
import type { ErrorCode, Problem, RunEvent, TraceEvent } from '../../src/index.js';
import { DESTINATION, PASSWORDS, runCopy, runMirror, SOURCE } from './support/run-verb.js';

const MIB = 1024 * 1024;
const A = 'ann@old.example.net';
const B = 'ann@new.example.com';
const COMMAND = `mailferry mirror ${SOURCE} ${DESTINATION} --state-dir /nowhere/state`;

const CARRIED: readonly RunEvent[] = [
  { type: 'connected', side: 'source', account: A, software: null },
  { type: 'connected', side: 'destination', account: B, software: 'Dovecot' },
  { type: 'listed', seen: 12, dirty: 2 },
  { type: 'mailbox-renamed', mailbox: 'Work', from: 'Old work', side: 'source' },
  { type: 'mailbox-created', mailbox: 'Lists', side: 'destination' },
  { type: 'mailbox-started', mailbox: 'Work', destination: 'Arbeit' },
  { type: 'mailbox-planned', mailbox: 'Work', messages: 3, sizeBytes: MIB },
  { type: 'mailbox-planned', mailbox: 'Work', messages: 2, sizeBytes: MIB, to: 'source' },
  { type: 'messages-moved', mailbox: 'Work', uids: [8], to: 'source' },
  { type: 'messages-copied', mailbox: 'Work', uids: [4, 5, 7], sizeBytes: MIB },
  { type: 'messages-copied', mailbox: 'Work', uids: [1, 2], sizeBytes: MIB, to: 'source' },
  { type: 'messages-removed', mailbox: 'Work', side: 'destination', messages: 6 },
  { type: 'messages-removed', mailbox: 'Work', side: 'source', messages: 1 },
  { type: 'mailbox-finished', mailbox: 'Work', changed: true, failed: false },
  { type: 'messages-removed', mailbox: 'Gone', side: 'source', messages: 4 },
  { type: 'mailbox-removed', mailbox: 'Gone', side: 'source' },
];

/** One row of what becomes of a message that is gone in one account and was flagged in the other. */
const FLAGGED: RunEvent = {
  type: 'conflict',
  mailbox: 'INBOX',
  kind: 'gone-and-changed',
  messages: 3,
  text: `3 messages were flagged at ${A} and removed at ${B}: removed`,
};

type Emitting = { readonly onEvent: (event: RunEvent) => void };

function emitting(...events: readonly RunEvent[]): (run: Emitting) => Promise<void> {
  return async ({ onEvent }) => {
    for (const event of events) onEvent(event);
  };
}

function failing(code: ErrorCode, given: Partial<Problem> = {}): RunEvent {
  const problem: Problem = { code, scope: 'mailbox', message: 'what was seen', permanent: false, ...given };
  return { type: 'problem', problem };
}

const LISTED: RunEvent = { type: 'listed', seen: 12, dirty: 0 };
const carry = emitting(...CARRIED);

describe('a mirror', () => {
  it('ends with the numbers, which of them at which account, the verdict and the next command', async () => {
    const { io, exitCode } = await runMirror([], carry);
    expect(exitCode).toBe(0);
    expect(io.out).toBe(
      [
        '  mailboxes  12 seen, 1 changed, 1 created, 1 renamed, 1 removed',
        '  messages   5 copied (2 MiB), 1 moved, 11 removed',
        `             ${A}: 2 copied there, 1 moved, 5 removed`,
        `             ${B}: 3 copied there, 6 removed`,
        'Complete: copied 5 messages (2 MiB), moved 1, removed 11 and 1 mailbox, renamed 1 mailbox in 0 s.',
        'Next: run it again whenever mail has changed, from cron for instance; only what changed is carried.',
        '',
      ].join('\n'),
    );
    expect(io.err).toBe('');
  });

  it('names no account where nothing was done, and says so', async () => {
    const { io } = await runMirror([], emitting(LISTED));
    expect(io.out).toContain('Complete: nothing to copy or remove on either side; looked at 12 mailboxes');
    expect(io.out).not.toContain(`${A}:`);
  });

  it('hands the engine its policy and what was asked for', async () => {
    const { engine } = await runMirror([
      ...['--mailbox', 'INBOX', '--exclude', 'role:trash', '--full', '--connections', '7'],
      ...['--stop-after', '2G', '--accept-skipped', '--alt-char', '-', '--max-delete', '20%'],
    ]);
    expect(engine.runs[0]).toMatchObject({
      policy: engine.mirrorPolicy,
      selection: { include: ['INBOX'], exclude: ['role:trash'] },
      ...{ full: true, parallel: 7, dryRun: false },
      ...{ stopAfterBytes: 2 * 1024 ** 3, skipped: 'accept', altChar: '-' },
      removalLimit: { unit: 'percent', most: 20 },
    });
    const plain = (await runMirror([])).engine.runs[0];
    for (const option of ['filter', 'restore', 'skipped', 'removalLimit', 'foreign', 'onDrift']) {
      expect(plain).not.toHaveProperty(option);
    }
  });

  it('can write to both accounts and locks both', async () => {
    const { engine, exitCode } = await runMirror([], async ({ a, b, signal }) => {
      expect([a.account, b.account]).toEqual([A, B]);
      for (const store of [a, b]) {
        const session = await store.lease(signal);
        await session.create('New', null, signal);
        session.release();
      }
    });
    expect(exitCode).toBe(0);
    const opened = engine.opened[0];
    expect(opened).toMatchObject({ a: { host: 'old.example.net' }, b: { host: 'new.example.com' } });
    expect(opened?.writes).toEqual([opened?.a, opened?.b]);
    expect(opened?.readOnly).toBe(false);
  });

  it('can write to neither in a dry run, and locks none', async () => {
    const thrown: unknown[] = [];
    const { engine } = await runMirror(['--dry-run'], async ({ a, b, dryRun, signal }) => {
      expect(dryRun).toBe(true);
      for (const store of [a, b]) {
        const session = await store.lease(signal);
        thrown.push(await session.create('New', null, signal).catch((error: unknown) => error));
        session.release();
      }
    });
    const guarded = { code: 'READ_ONLY_SIDE' };
    expect(thrown).toMatchObject([guarded, guarded]);
    expect(engine.opened[0]).toMatchObject({ readOnly: true, writes: [] });
  });

  it('takes secrets and options by position: the first account has those with source', async () => {
    const { engine } = await runMirror([
      ...['--source-admin', 'root', '--destination-fingerprint', 'ab'.repeat(32)],
    ]);
    const [first, second] = engine.accounts;
    expect(first).toMatchObject({ account: A, admin: 'root' });
    expect(second).toMatchObject({ account: B, fingerprint: 'ab'.repeat(32) });
    expect(await first?.password()).toBe(PASSWORDS.MAILFERRY_SOURCE_PASSWORD);
    expect(await second?.password()).toBe(PASSWORDS.MAILFERRY_DESTINATION_PASSWORD);
  });

  it('says in a dry run what it would do in which account, and nowhere that it has been done', async () => {
    const plan = CARRIED.filter(({ type }) => type !== 'messages-copied');
    const { io, exitCode } = await runMirror(['--dry-run', '-v'], emitting(...plan));
    expect(exitCode).toBe(0);
    expect(io.out).toBe(
      [
        `  Work <-> Arbeit: would be renamed from Old work at ${A}, would copy 2 messages to ${A}, 3 to ${B} (2 MiB), would move 1 message at ${A}, would remove 1 message at ${A}, 6 at ${B}`,
        `  Lists: would be created at ${B}`,
        `  Gone: would be removed at ${A} with 4 messages`,
        '  mailboxes  12 seen, 1 would be created, 1 would be renamed, 1 would be removed',
        '  messages   5 would be copied (2 MiB), 1 would be moved, 11 would be removed',
        `             ${A}: 2 would be copied there, 1 would be moved, 5 would be removed`,
        `             ${B}: 3 would be copied there, 6 would be removed`,
        'Dry run: would copy 5 messages (2 MiB), move 1, remove 11 and 1 mailbox, rename 1 mailbox; nothing was written.',
        'Next: the same command without --dry-run.',
        '',
      ].join('\n'),
    );
    expect(io.err).toBe(`connected: ${A}\nconnected: ${B} (Dovecot)\n12 mailboxes, 2 to open\n`);
  });
});

describe('a mirror that is not perfect', () => {
  it('because mail kept changing exits with 2 and says that it is to be run again', async () => {
    const { io, exitCode } = await runMirror(
      [],
      emitting(...CARRIED, failing('STILL_CHANGING', { scope: 'account' })),
    );
    expect(exitCode).toBe(2);
    expect(io.err).toContain('error: the accounts kept changing while they were made equal\n');
    expect(io.out).toMatch(/^Incomplete: copied 5 messages .* in 0 s; changes kept coming\.$/m);
    expect(io.out).toContain(`Next: ${COMMAND}   (run it again, as after dsync's exit code 2)\n`);
  });

  it('names the account of each problem, which may be either', async () => {
    const { io } = await runMirror(
      [],
      emitting(
        LISTED,
        failing('REMOVALS_WAITING', { mailbox: 'Work', account: A }),
        failing('REMOVALS_WAITING', { mailbox: 'Work', account: B }),
        failing('MESSAGE_REJECTED', { scope: 'message', mailbox: 'Work', uid: 7, account: B }),
      ),
    );
    expect(io.err).toBe(
      [
        `warning: "Work" at ${A}: what was seen`,
        `warning: "Work" at ${B}: what was seen`,
        `warning: "Work" uid 7 at ${B}: what was seen`,
        '',
      ].join('\n'),
    );
    expect(io.out).toContain(`  problem    "Work" at ${B}: what was seen\n`);
    expect(io.out).toContain(`  problem    "Work" uid 7 at ${B}: what was seen\n`);
  });

  it('does not tell to run again what running again cannot help', async () => {
    const kept = failing('MAILBOX_KEPT', { permanent: true, mailbox: 'Work', hint: 'remove it by hand' });
    const { io, exitCode } = await runMirror([], emitting(LISTED, kept));
    expect(exitCode).toBe(2);
    expect(io.out).toContain('until then running again will not help');
  });

  it('asks for a decision about removals that look like a mistake', async () => {
    const held = failing('REMOVALS_HELD', { permanent: true, mailbox: 'Work', account: A });
    const { io, exitCode } = await runMirror([], emitting(LISTED, held));
    expect(exitCode).toBe(6);
    expect(io.out).toContain('; a decision is needed.\nNext: decide about the problems above');
  });

  it('says so when it is interrupted', async () => {
    const { io, exitCode } = await runMirror([], async ({ finish }, world) => {
      world.send('SIGTERM');
      throw finish.reason;
    });
    expect(exitCode).toBe(130);
    expect(io.out).toContain('Interrupted after 0 s; nothing was copied or removed.');
    expect(io.out).toContain(`Next: ${COMMAND}   (goes on from here)\n`);
  });
});

describe('conflicts of a mirror', () => {
  const renamed: RunEvent = {
    type: 'conflict',
    mailbox: 'New\x1b',
    kind: 'renamed-both',
    text: 'the name of one won',
  };

  it('are told in the summary, and spoil nothing', async () => {
    const { io, exitCode } = await runMirror([], emitting(LISTED, FLAGGED, renamed));
    expect(exitCode).toBe(0);
    expect(io.err).toBe('');
    expect(io.out.split('\n').slice(0, 4)).toEqual([
      '  mailboxes  12 seen',
      `  conflicts  "INBOX": 3 messages were flagged at ${A} and removed at ${B}: removed`,
      '             "New\\x1b": the name of one won',
      'Complete: nothing to copy or remove on either side; looked at 12 mailboxes in 0 s.',
    ]);
  });

  it('are shown in part where there are many, and counted', async () => {
    const { io } = await runMirror([], emitting(LISTED, ...Array.from({ length: 120 }, () => FLAGGED)));
    expect(io.out.match(/"INBOX": 3 messages/g)).toHaveLength(10);
    expect(io.out).toContain('             and 110 conflicts more; -v tells them all\n');
  });

  it('are told as they are found with -v', async () => {
    const { io } = await runMirror(['-v'], emitting(FLAGGED));
    expect(io.err).toBe(`INBOX: conflict: 3 messages were flagged at ${A} and removed at ${B}: removed\n`);
  });

  it('are objects with --json, and a list in its summary', async () => {
    const { io } = await runMirror(['--json'], emitting(FLAGGED, renamed));
    const { type: _type, ...flagged } = FLAGGED;
    const other = { mailbox: 'New\x1b', kind: 'renamed-both', text: 'the name of one won' };
    expect(io.json.slice(0, 2)).toEqual([FLAGGED, { type: 'conflict', ...other }]);
    expect(io.json.at(-1)).toMatchObject({ conflicts: [flagged, other], conflictsOmitted: 0, exitCode: 0 });
  });
});

describe('how much a mirror says', () => {
  it('is a line a mailbox with -v, with the account of all that was done', async () => {
    const { io } = await runMirror(['-v'], carry);
    expect(io.err.split('\n')).toEqual([
      `connected: ${A}`,
      `connected: ${B} (Dovecot)`,
      '12 mailboxes, 2 to open',
      `Work: renamed from Old work at ${A}`,
      `Lists: created at ${B}`,
      `Work <-> Arbeit: 2 messages copied to ${A}, 3 to ${B} (2 MiB), 1 message moved at ${A}, 1 message removed at ${A}, 6 at ${B}`,
      `Gone: 4 messages removed at ${A}`,
      `Gone: mailbox removed at ${A}`,
      '',
    ]);
  });

  it('is a line a message with -vv', async () => {
    const { io } = await runMirror(['-vv'], carry);
    expect(io.err).toContain(`Work uid 8: moved at ${A}\nWork uid 4: copied to ${B}\n`);
    expect(io.err).toContain(`Work uid 7: copied to ${B}\nWork uid 1: copied to ${A}\n`);
    expect(io.err).toContain(`Work: 6 messages removed at ${B}\nWork: 1 message removed at ${A}\n`);
  });

  it('with --json counts for the first account what went there', async () => {
    const { io } = await runMirror(['--json', '-vv'], carry);
    expect(io.json).toContainEqual({ type: 'moved', mailbox: 'Work', uids: [8], to: 'source' });
    expect(io.json).toContainEqual({ type: 'messages', mailbox: 'Work', uids: [4, 5, 7], bytes: MIB });
    expect(io.json).toContainEqual({
      ...{ type: 'messages', mailbox: 'Work', uids: [1, 2], bytes: MIB, to: 'source' },
    });
    expect(io.json.find(({ type }) => type === 'mailbox')).toMatchObject({
      messages: { copied: 5, moved: 1, removed: 7, atSource: { copied: 2, moved: 1, removed: 1 } },
    });
    expect(io.json.at(-1)).toMatchObject({
      verb: 'mirror',
      messages: { copied: 5, moved: 1, removed: 11, atSource: { copied: 2, moved: 1, removed: 5 } },
      planned: { messages: 5, toSource: 2 },
    });
  });

  it('shows both accounts while it runs, in no direction', async () => {
    const { io } = await runMirror([], emitting(LISTED), { tty: true });
    expect(io.err).toContain(`${A} <-> ${B}`);
    const copied = await runCopy([], emitting(LISTED), { tty: true });
    expect(copied.io.err).toContain(`${A} -> ${B}`);
  });

  it('names the account before its lines of the protocol', async () => {
    const line: TraceEvent = { connection: 1, direction: 'sent', text: '1 NOOP', data: false };
    const { io } = await runMirror(['--trace', 'imap'], async (_request, _io, engine) => {
      for (const { trace } of engine.accounts) trace?.(line);
    });
    expect(io.err).toBe(`${A} 1 > 1 NOOP\n${B} 1 > 1 NOOP\n`);
  });

  it('is nothing but errors with -q', async () => {
    expect((await runMirror(['-q'], emitting(...CARRIED, FLAGGED))).io.everything).toBe('');
  });

  it('calls no account source or destination', async () => {
    const { io } = await runMirror(['-vv'], emitting(...CARRIED, FLAGGED));
    expect(io.everything.replaceAll(COMMAND, '')).not.toMatch(/source|destination/);
  });
});
