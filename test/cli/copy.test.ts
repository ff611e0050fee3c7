import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { RunEvent } from '../../src/index.js';
import { MailferryError } from '../../src/index.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, runCopy, SOURCE } from './support/run-verb.js';
import { StandInEngine } from './support/stand-in-engine.js';

const MIB = 1024 * 1024;

const CARRIED: readonly RunEvent[] = [
  { type: 'connected', side: 'source', account: 'ann@old.example.net', software: 'Dovecot' },
  { type: 'listed', seen: 12, dirty: 1 },
  { type: 'mailbox-started', mailbox: 'Sent', destination: 'Sent Items' },
  { type: 'mailbox-created', mailbox: 'Sent', side: 'destination' },
  { type: 'mailbox-planned', mailbox: 'Sent', messages: 2, sizeBytes: 3 * MIB },
  { type: 'messages-paired', mailbox: 'Sent', messages: 30 },
  { type: 'messages-copied', mailbox: 'Sent', uids: [4, 7], sizeBytes: 3 * MIB },
  { type: 'mailbox-finished', mailbox: 'Sent', changed: true, failed: false },
];

async function carry(request: { onEvent: (event: RunEvent) => void }): Promise<void> {
  for (const event of CARRIED) request.onEvent(event);
}

describe('a wait', () => {
  it('is told, and what is tried again at once is not one', async () => {
    const tell = async (...args: string[]): Promise<string> => {
      const { io } = await runCopy(args, async ({ onEvent }) => {
        onEvent({ type: 'waiting', reason: 'INBOX: it is full; trying again', delayMs: 0 });
        onEvent({ type: 'waiting', reason: 'INBOX: it is busy; trying again', delayMs: 2000 });
      });
      return io.err;
    };
    expect(await tell()).toBe('waiting 2 s: INBOX: it is busy; trying again\n');
    expect(await tell('-v')).toContain('INBOX: it is full; trying again\n');
    expect(await tell('-v')).not.toContain('waiting 0 s');
  });
});

describe('a copy', () => {
  it('ends with the numbers that are not zero, the verdict and the next command', async () => {
    const { io, exitCode } = await runCopy([], carry);
    expect(exitCode).toBe(0);
    expect(io.out).toBe(
      [
        '  mailboxes  12 seen, 1 changed, 1 created',
        '  messages   2 copied (3 MiB), 30 there already',
        'Complete: copied 2 messages (3 MiB) in 0 s.',
        'Next: run it again whenever there is new mail; only what is missing is added.',
        '',
      ].join('\n'),
    );
    expect(io.err).toBe('');
  });

  it('says so when there was nothing to do', async () => {
    const { io, exitCode } = await runCopy([], async ({ onEvent }) => {
      onEvent({ type: 'listed', seen: 12, dirty: 0 });
    });
    expect(exitCode).toBe(0);
    expect(io.out).toContain('Complete: nothing to copy; looked at 12 mailboxes in 0 s.');
  });

  it('hands the engine what was asked for', async () => {
    const args = ['--mailbox', 'INBOX', '--mailbox', 'Work/*', '--exclude', 'role:trash'];
    const { engine } = await runCopy([...args, '--connections', '7', '--timeout', '2m', '--full']);
    expect(engine.runs[0]).toMatchObject({
      policy: { verb: 'copy' },
      selection: { include: ['INBOX', 'Work/*'], exclude: ['role:trash'] },
      full: true,
      parallel: 7,
      dryRun: false,
    });
    expect(
      engine.accounts.map(({ account, connections, timeoutMs }) => ({ account, connections, timeoutMs })),
    ).toEqual([
      { account: 'ann@old.example.net', connections: 7, timeoutMs: 120_000 },
      { account: 'ann@new.example.com', connections: 7, timeoutMs: 120_000 },
    ]);
  });

  it('hands the engine the choice of messages', async () => {
    const { engine } = await runCopy([
      ...['--since', '2024-01-31', '--before', '2024-02-01', '--min-size', '1K', '--max-size', '25MB'],
      ...['--stop-after', '2G', '--include-deleted', '--restore', '--retry-skipped', '--alt-char', '-'],
    ]);
    expect(engine.runs[0]).toMatchObject({
      policy: { carryDeleted: true },
      filter: { since: 1706659200, before: 1706745600, minSizeBytes: 1024, maxSizeBytes: 25_000_000 },
      stopAfterBytes: 2 * 1024 ** 3,
      restore: true,
      skipped: 'retry',
      altChar: '-',
    });
    const plain = (await runCopy([])).engine.runs[0];
    expect(plain).toMatchObject({ policy: { carryDeleted: false } });
    for (const choice of ['filter', 'stopAfterBytes', 'restore', 'skipped', 'altChar']) {
      expect(plain).not.toHaveProperty(choice);
    }
  });

  it('opens the state of the two accounts, and locks the one it writes', async () => {
    const io = new FakeIo({ env: PASSWORDS, cwd: '/home/ann' });
    const engine = new StandInEngine();
    await main(
      ['copy', 'imaps://Ann@OLD.example.net:1993', DESTINATION, '--state-dir', 's'],
      io,
      engine.load,
    );
    const b = { host: 'new.example.com', user: 'ann', prefix: '' };
    expect(engine.opened[0]).toMatchObject({
      stateDir: '/home/ann/s',
      a: { host: 'old.example.net:1993', user: 'Ann', prefix: '' },
      b,
      writes: [b],
      readOnly: false,
      command: `mailferry copy imaps://Ann@OLD.example.net:1993 ${DESTINATION} --state-dir s`,
    });
  });

  it('can write to the destination and not to the source', async () => {
    let source: unknown;
    const { exitCode } = await runCopy([], async ({ a, b, signal }) => {
      const onto = await b.lease(signal);
      await onto.create('New', null, signal);
      onto.release();
      const from = await a.lease(signal);
      source = await from.create('New', null, signal).catch((error: unknown) => error);
      from.release();
    });
    expect(exitCode).toBe(0);
    expect(source).toMatchObject({ code: 'READ_ONLY_SIDE' });
  });

  it('gives the options of each side to that side', async () => {
    const { engine } = await runCopy([
      ...['--source-admin', 'root', '--destination-admin', 'boss'],
      ...['--source-tunnel', 'ssh old imapd', '--destination-fingerprint', 'ab'.repeat(32)],
    ]);
    const [source, destination] = engine.accounts;
    expect(source).toMatchObject({ admin: 'root', tunnel: 'ssh old imapd' });
    expect(destination).toMatchObject({ admin: 'boss', fingerprint: 'ab'.repeat(32) });
    expect(source).not.toHaveProperty('fingerprint');
    expect(destination).not.toHaveProperty('tunnel');
  });

  it('closes stores and state, whatever happens, and leaves nothing behind', async () => {
    for (const tty of [true, false]) {
      const fine = await runCopy([], carry, { tty });
      const failed = await runCopy([], async () => Promise.reject(new Error('a bug')), { tty });
      for (const { engine, io } of [fine, failed]) {
        expect(engine.closed).toBe(3);
        expect(io.leftBehind).toBe(0);
      }
      expect(failed.exitCode).toBe(1);
      expect(failed.io.err).toContain('a bug');
    }
  });

  it('shows an error once that was also reported', async () => {
    const lost = new MailferryError({
      ...{ code: 'CONNECTION_LOST', scope: 'account', retry: 'now', message: 'it hung up' },
      at: { account: 'ann@old.example.net' },
    });
    const { io, exitCode } = await runCopy([], async ({ onEvent }) => {
      const { code, scope, message } = lost;
      onEvent({
        type: 'problem',
        problem: { code, scope, message, account: 'ann@old.example.net', permanent: false },
      });
      throw lost;
    });
    expect(exitCode).toBe(5);
    expect(io.everything.match(/the connection to ann@old\.example\.net was lost/g)).toHaveLength(1);
  });

  it('shows every error when several ended it', async () => {
    const error = (account: string, code: 'AUTH_FAILED' | 'HOST_UNKNOWN'): MailferryError =>
      new MailferryError({ code, scope: 'account', retry: 'never', message: 'no', at: { account } });
    const both = [error('ann@old.example.net', 'HOST_UNKNOWN'), error('ann@new.example.com', 'AUTH_FAILED')];
    const { io, exitCode } = await runCopy([], async () => Promise.reject(new AggregateError(both)));
    expect(exitCode).toBe(4);
    expect(io.err).toContain('the host of ann@old.example.net is unknown');
    expect(io.err).toContain('ann@new.example.com refused the login');
  });

  it('writes nothing in a dry run, and says what it would do', async () => {
    const writes: unknown[] = [];
    const { io, engine, exitCode } = await runCopy(
      ['--dry-run'],
      async ({ a, b, dryRun, onEvent, signal }) => {
        expect(dryRun).toBe(true);
        for (const store of [a, b]) {
          const session = await store.lease(signal);
          writes.push(await session.create('New', null, signal).catch((error: unknown) => error));
          session.release();
        }
        for (const event of CARRIED) if (event.type !== 'messages-copied') onEvent(event);
        onEvent({ type: 'mailbox-created', mailbox: 'Empty', side: 'destination' });
      },
    );
    expect(exitCode).toBe(0);
    expect(writes).toEqual([
      expect.objectContaining({ code: 'READ_ONLY_SIDE' }),
      expect.objectContaining({ code: 'READ_ONLY_SIDE' }),
    ]);
    expect(engine.opened[0]).toMatchObject({ readOnly: true, writes: [] });
    expect(io.out).toBe(
      [
        '  Sent -> Sent Items: would be created, would copy 2 messages (3 MiB), 30 messages there already',
        '  Empty: would be created',
        '  mailboxes  12 seen, 2 would be created',
        '  messages   2 would be copied (3 MiB), 30 there already',
        'Dry run: would copy 2 messages (3 MiB); nothing was written.',
        'Next: the same command without --dry-run.',
        '',
      ].join('\n'),
    );
  });

  it('repeats the command after a run that was not perfect', async () => {
    const { io, exitCode } = await runCopy(['--mailbox', 'A B'], async ({ onEvent }) => {
      await carry({ onEvent });
      const lost = {
        code: 'CONNECTION_LOST',
        scope: 'mailbox',
        message: 'cut',
        mailbox: 'Sent',
        permanent: false,
      } as const;
      onEvent({ type: 'problem', problem: lost });
    });
    expect(exitCode).toBe(2);
    expect(io.out).toContain('Incomplete: copied 2 messages (3 MiB) in 0 s; not all was done.');
    expect(io.out).toContain(
      `Next: mailferry copy ${SOURCE} ${DESTINATION} --state-dir /nowhere/state --mailbox 'A B'`,
    );
  });
});

describe('how much a copy says', () => {
  it('is nothing but errors with -q', async () => {
    const fine = await runCopy(['-q'], carry);
    expect(fine.io.everything).toBe('');
    const locked = await runCopy(['-q'], async () =>
      Promise.reject(
        new MailferryError({ code: 'STATE_LOCKED', scope: 'run', retry: 'later', message: 'pid 7 has it' }),
      ),
    );
    expect(locked.io.err).toContain('pid 7 has it');
  });

  it('is a line a mailbox with -v', async () => {
    const { io } = await runCopy(['-v'], carry);
    expect(io.err).toBe(
      [
        'source: ann@old.example.net (Dovecot)',
        '12 mailboxes, 1 to open',
        'Sent: created at the destination',
        'Sent -> Sent Items: 2 messages copied (3 MiB), 30 messages there already',
        '',
      ].join('\n'),
    );
  });

  it('is a line a message with -vv', async () => {
    const { io } = await runCopy(['-vv'], carry);
    expect(io.err).toContain('Sent uid 4: copied\nSent uid 7: copied\n');
  });

  it('names the first refused message of a kind and counts the others', async () => {
    const { io, exitCode } = await runCopy([], async ({ onEvent }) => {
      onEvent({ type: 'listed', seen: 1, dirty: 1 });
      for (let uid = 1; uid <= 3; uid += 1) {
        const given = {
          code: 'MESSAGE_REJECTED',
          scope: 'message',
          mailbox: 'INBOX',
          permanent: true,
        } as const;
        onEvent({
          type: 'problem',
          problem: { ...given, uid, message: 'the server refused to take the message' },
        });
      }
    });
    expect(exitCode).toBe(2);
    expect(io.err).toBe('warning: "INBOX" uid 1: the server refused to take the message\n');
    expect(io.out).toContain('uid 1: the server refused to take the message (and 2 more like it)');
    expect(io.out).toContain('3 messages not carried');
    expect(io.out).toContain('until then running again will not help');
  });
});
