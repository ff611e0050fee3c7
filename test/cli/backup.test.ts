import { describe, expect, it } from 'vitest';
import type { ErrorCode, Problem, RunEvent } from '../../src/index.js';
import { DESTINATION, runBackup, SOURCE } from './support/run-verb.js';

const MIB = 1024 * 1024;

const CARRIED: readonly RunEvent[] = [
  { type: 'connected', side: 'source', account: 'ann@old.example.net', software: null },
  { type: 'listed', seen: 12, dirty: 2 },
  { type: 'mailbox-renamed', mailbox: 'Work', from: 'Old work', side: 'destination' },
  { type: 'mailbox-started', mailbox: 'Work', destination: 'Work' },
  { type: 'mailbox-planned', mailbox: 'Work', messages: 3, sizeBytes: MIB },
  { type: 'messages-moved', mailbox: 'Work', uids: [8, 9] },
  { type: 'messages-copied', mailbox: 'Work', uids: [4, 5, 7], sizeBytes: MIB },
  { type: 'messages-removed', mailbox: 'Work', side: 'destination', messages: 2 },
  { type: 'mailbox-finished', mailbox: 'Work', changed: true, failed: false },
  // Removals may come when a mailbox is no longer in work, or never was.
  { type: 'messages-removed', mailbox: 'INBOX', side: 'destination', messages: 6 },
  { type: 'messages-removed', mailbox: 'Lists/old', side: 'destination', messages: 4 },
  { type: 'mailbox-removed', mailbox: 'Lists/old', side: 'destination' },
];

type Emitting = { readonly onEvent: (event: RunEvent) => void };

async function carry({ onEvent }: Emitting): Promise<void> {
  for (const event of CARRIED) onEvent(event);
}

/** A run in which nothing went wrong but these. */
function reporting(...problems: readonly Problem[]): (run: Emitting) => Promise<void> {
  return async ({ onEvent }) => {
    onEvent({ type: 'listed', seen: 12, dirty: 1 });
    for (const problem of problems) onEvent({ type: 'problem', problem });
  };
}

function problem(code: ErrorCode, given: Partial<Problem> = {}): Problem {
  return { code, scope: 'mailbox', message: 'what was seen', mailbox: 'Work', permanent: true, ...given };
}

describe('a backup', () => {
  it('ends with the numbers that are not zero, the verdict and the next command', async () => {
    const { io, exitCode } = await runBackup([], carry);
    expect(exitCode).toBe(0);
    expect(io.out).toBe(
      [
        '  mailboxes  12 seen, 1 changed, 1 renamed, 1 removed',
        '  messages   3 copied (1 MiB), 2 moved, 12 removed',
        'Complete: copied 3 messages (1 MiB), moved 2, removed 12 and 1 mailbox, renamed 1 mailbox in 0 s.',
        'Next: run it again, from cron for instance; only what changed is carried.',
        '',
      ].join('\n'),
    );
    expect(io.err).toBe('');
  });

  it('says so when there was nothing to do', async () => {
    const { io } = await runBackup([], reporting());
    expect(io.out).toContain('Complete: nothing to copy or remove; looked at 12 mailboxes in 0 s.');
  });

  it('says what was done when nothing was copied', async () => {
    const removed: RunEvent = {
      type: 'messages-removed',
      mailbox: 'INBOX',
      side: 'destination',
      messages: 12,
    };
    const { io } = await runBackup([], async ({ onEvent }) => onEvent(removed));
    expect(io.out).toContain('Complete: removed 12 messages in 0 s.');
    const moved = await runBackup([], async ({ onEvent }) => {
      onEvent({ type: 'messages-moved', mailbox: 'Work', uids: [1] });
      onEvent(removed);
    });
    expect(moved.io.out).toContain('Complete: moved 1 message, removed 12 in 0 s.');
  });

  it('hands the engine its policy and what was asked for', async () => {
    const { engine } = await runBackup([
      ...['--mailbox', 'INBOX', '--exclude', 'role:trash', '--full', '--connections', '7'],
      ...['--stop-after', '2G', '--accept-skipped', '--alt-char', '-'],
      ...['--max-delete', '20%', '--remove-foreign', '--on-drift', 'stop'],
    ]);
    expect(engine.runs[0]).toMatchObject({
      policy: engine.backupPolicy,
      selection: { include: ['INBOX'], exclude: ['role:trash'] },
      ...{ full: true, parallel: 7, dryRun: false },
      ...{ stopAfterBytes: 2 * 1024 ** 3, skipped: 'accept', altChar: '-' },
      removalLimit: { unit: 'percent', most: 20 },
      ...{ foreign: 'remove', onDrift: 'stop' },
    });
    const plain = (await runBackup([])).engine.runs[0];
    for (const option of ['filter', 'restore', 'skipped', 'removalLimit', 'foreign', 'onDrift']) {
      expect(plain).not.toHaveProperty(option);
    }
  });

  it.each([
    [['--max-delete', '100'], { removalLimit: { unit: 'messages', most: 100 } }],
    [['--max-delete', '0'], { removalLimit: { unit: 'messages', most: 0 } }],
    [['--max-delete', '0%'], { removalLimit: { unit: 'percent', most: 0 } }],
    [['--max-delete', '100%'], { removalLimit: { unit: 'percent', most: 100 } }],
    [['--keep-extra'], { foreign: 'keep' }],
    [['--on-drift', 'put-right'], { onDrift: 'put-right' }],
  ])('understands %j', async (args, told) => {
    const { engine } = await runBackup(args);
    expect(engine.runs[0]).toMatchObject(told);
  });

  it('can write to the destination and not to the source, and locks only the destination', async () => {
    let source: unknown;
    const { engine, exitCode } = await runBackup([], async ({ a, b, signal }) => {
      const onto = await b.lease(signal);
      await onto.create('New', null, signal);
      onto.release();
      const from = await a.lease(signal);
      source = await from.create('New', null, signal).catch((error: unknown) => error);
      from.release();
    });
    expect(exitCode).toBe(0);
    expect(source).toMatchObject({ code: 'READ_ONLY_SIDE' });
    expect(engine.opened[0]?.a.host).toBe('old.example.net');
    expect(engine.opened[0]?.writes).toEqual([engine.opened[0]?.b]);
  });

  it('says in a dry run what it would do, and nowhere that it has been done', async () => {
    const { io, engine, exitCode } = await runBackup(['--dry-run', '-vv'], async ({ onEvent }) => {
      for (const event of CARRIED) if (event.type !== 'messages-copied') onEvent(event);
    });
    expect(exitCode).toBe(0);
    expect(engine.opened[0]).toMatchObject({ readOnly: true, writes: [] });
    expect(io.out).toBe(
      [
        '  Work: would be renamed from Old work, would copy 3 messages (1 MiB), would move 2 messages here, would remove 2 messages',
        '  INBOX: would remove 6 messages',
        '  Lists/old: would be removed with 4 messages',
        '  mailboxes  12 seen, 1 would be renamed, 1 would be removed',
        '  messages   3 would be copied (1 MiB), 2 would be moved, 12 would be removed',
        'Dry run: would copy 3 messages (1 MiB), move 2, remove 12 and 1 mailbox, rename 1 mailbox; nothing was written.',
        'Next: the same command without --dry-run.',
        '',
      ].join('\n'),
    );
    expect(io.err).toBe('source: ann@old.example.net\n12 mailboxes, 2 to open\n');
  });

  it('says nothing in a dry run of removals that are none', async () => {
    const { io } = await runBackup(['--dry-run'], async ({ onEvent }) => {
      onEvent({ type: 'messages-removed', mailbox: 'INBOX', side: 'destination', messages: 0 });
    });
    expect(io.out).not.toContain('INBOX');
  });

  it('says so when it is interrupted', async () => {
    const nothing = await runBackup([], async ({ finish }, io) => {
      io.send('SIGTERM');
      throw finish.reason;
    });
    expect(nothing.io.out).toContain('Interrupted after 0 s; nothing was copied or removed.');
    const some = await runBackup([], async ({ finish, onEvent }, io) => {
      onEvent({ type: 'messages-removed', mailbox: 'INBOX', side: 'destination', messages: 1 });
      io.send('SIGTERM');
      throw finish.reason;
    });
    expect(some.io.out).toContain('Interrupted after 0 s: removed 1 message; all of it is saved.');
  });
});

describe('a backup that a person must decide about', () => {
  it('names the problems, once for all that share it the way out, and exits with 6', async () => {
    const held = {
      message: '512 of 600 messages are gone at the source',
      hint: 'allow it by --max-delete 86%',
    };
    const { io, exitCode } = await runBackup(
      [],
      reporting(
        problem('REMOVALS_HELD', held),
        problem('FOREIGN_MESSAGES', { mailbox: 'INBOX', message: '3 messages were there before' }),
        problem('REMOVALS_HELD', { ...held, mailbox: 'Sent' }),
      ),
    );
    expect(exitCode).toBe(6);
    expect(io.out).toBe(
      [
        '  mailboxes  12 seen',
        '  problem    "Work": 512 of 600 messages are gone at the source',
        '  problem    "Sent": 512 of 600 messages are gone at the source',
        '  fix        allow it by --max-delete 86%',
        '  problem    "INBOX": 3 messages were there before',
        '  fix        --keep-extra leaves them there for good, --remove-foreign removes them',
        'Incomplete: copied 0 messages (0 B) in 0 s; a decision is needed.',
        'Next: decide about the problems above (see fix), then run it again.',
        '',
      ].join('\n'),
    );
  });

  it('tells of it before anything else that was not done', async () => {
    const refused = Array.from({ length: 20 }, (_, n) =>
      problem('MESSAGE_REJECTED', { mailbox: `Box ${n}` }),
    );
    const { io } = await runBackup([], reporting(...refused, problem('DRIFT')));
    expect(io.out.split('\n')[1]).toBe('  problem    "Work": what was seen');
    expect(io.out).toContain('and 11 problems more');
  });

  it('about a whole account says what and where, and how to decide', async () => {
    const whole = problem('REMOVALS_HELD', { scope: 'account', account: 'ann@new.example.com' });
    const { mailbox: _mailbox, ...nowhere } = whole;
    const { io, exitCode } = await runBackup([], reporting(nowhere));
    expect(exitCode).toBe(6);
    expect(io.err).toContain('error: more would be removed at ann@new.example.com than');
    expect(io.err).toContain('  seen:   what was seen\n');
    expect(io.err).toMatch(/^ {2}fix: {4}.*--max-delete$/m);
  });
});

describe('a backup that is not perfect', () => {
  it('repeats the command where another run can help', async () => {
    const { io, exitCode } = await runBackup(
      [],
      reporting(problem('REMOVALS_WAITING', { permanent: false })),
    );
    expect(exitCode).toBe(2);
    expect(io.out).toContain(`Next: mailferry backup ${SOURCE} ${DESTINATION} --state-dir /nowhere/state\n`);
  });

  it('says what has to be mended where it cannot', async () => {
    const hint = 'remove the mailbox there by hand';
    const { io, exitCode } = await runBackup([], reporting(problem('MAILBOX_KEPT', { hint })));
    expect(exitCode).toBe(2);
    expect(io.out).toContain(`  fix        ${hint}\n`);
    expect(io.out).toContain('until then running again will not help');
  });
});

describe('how much a backup says', () => {
  it('is a line a mailbox with -v', async () => {
    const { io } = await runBackup(['-v'], carry);
    expect(io.err.split('\n').slice(2)).toEqual([
      'Work: renamed from Old work at the destination',
      'Work: 3 messages copied (1 MiB), 2 messages moved, 2 messages removed',
      'INBOX: 6 messages removed at the destination',
      'Lists/old: 4 messages removed at the destination',
      'Lists/old: mailbox removed at the destination',
      '',
    ]);
  });

  it('is a line a message with -vv', async () => {
    const { io } = await runBackup(['-vv'], carry);
    expect(io.err).toContain('Work uid 8: moved\nWork uid 9: moved\nWork uid 4: copied\n');
    expect(io.err).toContain('Work uid 7: copied\nWork: 2 messages removed at the destination\n');
  });

  it('with --json is an object for all that was renamed, moved and removed', async () => {
    const { io } = await runBackup(['--json'], carry);
    expect(io.json.slice(2)).toEqual([
      { type: 'mailbox-renamed', mailbox: 'Work', from: 'Old work', side: 'destination' },
      { type: 'removed', mailbox: 'Work', side: 'destination', messages: 2 },
      expect.objectContaining({
        ...{ type: 'mailbox', mailbox: 'Work' },
        messages: {
          ...{ copied: 3, moved: 2, removed: 2, paired: 0, skipped: 0, failed: 0 },
          atSource: { copied: 0, moved: 0, removed: 0 },
        },
      }),
      { type: 'removed', mailbox: 'INBOX', side: 'destination', messages: 6 },
      { type: 'removed', mailbox: 'Lists/old', side: 'destination', messages: 4 },
      { type: 'mailbox-removed', mailbox: 'Lists/old', side: 'destination' },
      expect.objectContaining({
        ...{ type: 'summary', verb: 'backup', verdict: 'complete' },
        mailboxes: { seen: 12, changed: 1, created: 0, removed: 1, renamed: 1, failed: 0 },
        messages: {
          ...{ copied: 3, moved: 2, removed: 12, skipped: 0, failed: 0, paired: 0 },
          atSource: { copied: 0, moved: 0, removed: 0 },
        },
      }),
    ]);
    const every = await runBackup(['--json', '-vv'], carry);
    expect(every.io.json).toContainEqual({ type: 'moved', mailbox: 'Work', uids: [8, 9] });
  });

  it('is nothing but errors with -q', async () => {
    expect((await runBackup(['-q'], carry)).io.everything).toBe('');
  });
});
