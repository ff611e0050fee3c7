import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { RunEvent, TraceEvent } from '../../src/index.js';
import { MailferryError } from '../../src/index.js';
import { UidSet } from '../../src/model/uid-set.js';
import { makeTestFolder } from '../support/test-folder.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, runCopy, runMirror, SOURCE } from './support/run-verb.js';
import { StandInEngine } from './support/stand-in-engine.js';

let folder = '';
beforeEach(() => {
  folder = makeTestFolder('cli');
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

function refused(uid: number, serverText: string): RunEvent {
  const given = {
    code: 'MESSAGE_REJECTED',
    scope: 'message',
    mailbox: 'In, "box"',
    permanent: true,
  } as const;
  return {
    type: 'problem',
    problem: { ...given, uid, message: 'the server refused to take the message', serverText },
  };
}

function left(uids: UidSet | null): Extract<RunEvent, { type: 'messages-left' }> {
  const why = { code: 'OVER_QUOTA', scope: 'account', permanent: false } as const;
  const problem = { ...why, message: 'no room is left', serverText: 'Quota exceeded', hint: 'make room' };
  return { type: 'messages-left', mailbox: 'Archive', uids, problem };
}

const LEFT_OUT: RunEvent = {
  type: 'messages-skipped',
  mailbox: 'INBOX',
  messages: 2,
  uids: UidSet.of(1, 2),
  reason: 'flagged \\Deleted',
};

describe('--report', () => {
  it('lists as JSON every message that was not carried, and the summary', async () => {
    const { exitCode } = await runCopy(['--report', join(folder, 'run.json')], async ({ onEvent }) => {
      onEvent(refused(7, 'too odd'));
      onEvent(LEFT_OUT);
      onEvent(left(UidSet.of(1, 2, 3, 4, 5, 9)));
      onEvent(left(null));
    });
    expect(exitCode).toBe(2);
    const report = JSON.parse(read('run.json'));
    expect(report.notCarried).toEqual([
      {
        kind: 'problem',
        code: 'MESSAGE_REJECTED',
        mailbox: 'In, "box"',
        side: 'source',
        uid: 7,
        uids: null,
        messages: 1,
        reason: 'the server refused to take the message',
        serverText: 'too odd',
        fix: 'look at it with a mail program; --accept-skipped stops telling of what has to stay behind',
        permanent: true,
      },
      {
        ...{ kind: 'left-out', code: 'LEFT_OUT', mailbox: 'INBOX', side: 'source', uid: null, uids: '1:2' },
        ...{ messages: 2, reason: 'flagged \\Deleted', serverText: '', fix: '', permanent: false },
      },
      {
        ...{ kind: 'not-reached', code: 'OVER_QUOTA', mailbox: 'Archive', side: 'source', uid: null },
        ...{ uids: '1:5,9', messages: 6, reason: 'no room is left', serverText: 'Quota exceeded' },
        ...{ fix: 'make room', permanent: false },
      },
      expect.objectContaining({
        ...{ kind: 'not-reached', mailbox: 'Archive', side: null, uids: null, messages: null },
        reason: 'not looked at: no room is left',
      }),
    ]);
    expect(report.summary).toMatchObject({ type: 'summary', exitCode: 2 });
    expect(statSync(join(folder, 'run.json')).mode & 0o777).toBe(0o600);
  });

  it('tells of what a mirror was to carry the other way the UIDs of the destination', async () => {
    await runMirror(['--report', join(folder, 'run.json')], async ({ onEvent }) => {
      for (const event of [refused(7, 'no'), LEFT_OUT, left(UidSet.of(3))])
        onEvent({ ...event, to: 'source' } as RunEvent);
    });
    const sides = JSON.parse(read('run.json')).notCarried.map((row: { side: string }) => row.side);
    expect(sides).toEqual(['destination', 'destination', 'destination']);
  });

  it('is whole JSON also when there is nothing to list', async () => {
    await runCopy(['--report', join(folder, 'run.json')]);
    expect(JSON.parse(read('run.json'))).toMatchObject({ notCarried: [], summary: { exitCode: 0 } });
  });

  it('lists them as CSV, in which no text of a stranger becomes a formula', async () => {
    await runCopy(['--report', join(folder, 'run.csv')], async ({ onEvent }) => {
      onEvent(refused(7, '=HYPERLINK("http://x")\r\n'));
      onEvent(left(UidSet.of(1, 2, 9)));
    });
    expect(read('run.csv').split('\r\n')).toEqual([
      'kind,code,mailbox,side,uid,uids,messages,reason,serverText,fix,permanent',
      `problem,MESSAGE_REJECTED,"In, ""box""",source,7,,1,the server refused to take the message,"'=HYPERLINK(""http://x"")\\r\\n",look at it with a mail program; --accept-skipped stops telling of what has to stay behind,true`,
      'not-reached,OVER_QUOTA,Archive,source,,"1:2,9",3,no room is left,Quota exceeded,make room,false',
      '',
    ]);
  });

  it('holds more than what is kept in memory', async () => {
    await runCopy(['--report', join(folder, 'run.csv')], async ({ onEvent }) => {
      for (let uid = 1; uid <= 5000; uid += 1) onEvent(refused(uid, 'no'));
    });
    expect(read('run.csv').split('\r\n')).toHaveLength(5002);
  });

  it('is refused before the run begins when it cannot be written', async () => {
    for (const [name, seen] of [
      ['run.txt', '.json or .csv'],
      ['none/run.csv', 'cannot be written'],
    ] as const) {
      const { io, engine, exitCode } = await runCopy(['--report', join(folder, name)]);
      expect(exitCode).toBe(3);
      expect(io.err).toContain(seen);
      expect(engine.opened).toEqual([]);
    }
  });
});

describe('--log-file', () => {
  it('gets a line a mailbox with the time, and the end of the run, and is added to', async () => {
    const run = (): Promise<unknown> =>
      runCopy(['--log-file', join(folder, 'log')], async ({ onEvent }) => {
        onEvent({ type: 'listed', seen: 1, dirty: 1 });
        onEvent({ type: 'mailbox-finished', mailbox: 'INBOX', changed: false, failed: false });
      });
    await run();
    const once = read('log');
    expect(once).toBe(
      [
        '1 mailbox, 1 to open',
        'INBOX: nothing to do',
        '  mailboxes  1 seen',
        'Complete: nothing to copy; looked at 1 mailbox in 0 s.',
        'Next: run it again whenever there is new mail; only what is missing is added.',
      ]
        .map((line) => `2026-01-02T03:04:05.000Z ${line}\n`)
        .join(''),
    );
    await run();
    expect(read('log')).toBe(once + once);
  });

  it('is refused when it cannot be written', async () => {
    const { io, exitCode } = await runCopy(['--log-file', join(folder, 'none', 'log')]);
    expect(exitCode).toBe(3);
    expect(io.err).toContain('--log-file names');
  });

  it('gets what ended the run', async () => {
    const error = new MailferryError({
      code: 'STATE_LOCKED',
      scope: 'run',
      retry: 'later',
      message: 'pid 7 has it',
    });
    await runCopy(['--log-file', join(folder, 'log')], async () => Promise.reject(error));
    expect(read('log')).toContain('seen:   pid 7 has it');
  });
});

describe('--trace', () => {
  const lines: readonly TraceEvent[] = [
    { connection: 1, direction: 'sent', text: '1 LOGIN ann [hidden]', data: false },
    {
      connection: 1,
      direction: 'received',
      text: `1 NO wrong: ${PASSWORDS.MAILFERRY_SOURCE_PASSWORD}\x1b[2J`,
      data: false,
    },
    { connection: 1, direction: 'received', text: 'Subject: private', data: true },
  ];

  async function traced(args: readonly string[]): Promise<string> {
    const io = new FakeIo({ env: PASSWORDS });
    const engine = new StandInEngine();
    engine.run = async () => {
      for (const { trace } of engine.accounts.slice(0, 1)) for (const line of lines) trace?.(line);
      // Only what happens after the passwords are known can hold them.
      await Promise.all(engine.accounts.map(({ password }) => password()));
    };
    await main(['copy', SOURCE, DESTINATION, '--state-dir', folder, ...args], io, engine.load);
    return io.err;
  }

  it('shows the protocol without secrets, even those a server sends back, and without power over the terminal', async () => {
    expect(await traced(['--trace', 'imap'])).toBe(
      'source 1 > 1 LOGIN ann [hidden]\nsource 1 < 1 NO wrong: [hidden]\\x1b[2J\n',
    );
  });

  it('shows the mail as well when asked to', async () => {
    expect(await traced(['--trace', 'imap-data'])).toContain('source 1 < Subject: private\n');
  });

  it('goes to the log file where there is one', async () => {
    expect(await traced(['--trace', 'imap', '--log-file', join(folder, 'log')])).toBe('');
    expect(read('log')).toContain('Z source 1 > 1 LOGIN ann [hidden]\n');
  });

  it('is not asked of the store without the option', async () => {
    const { engine } = await runCopy([]);
    expect(engine.accounts.map((account) => 'trace' in account)).toEqual([false, false]);
  });
});

describe('a secret', () => {
  it('that a server repeats reaches neither the terminal, nor the log, nor the report, nor JSON', async () => {
    const secret = PASSWORDS.MAILFERRY_SOURCE_PASSWORD;
    const payload = Buffer.from(`\0ann\0${secret}`).toString('base64');
    const files = ['--log-file', join(folder, 'log'), '--report', join(folder, 'run.json'), '--json', '-vv'];
    const { io } = await runCopy(files, async ({ onEvent }) => {
      onEvent(refused(1, `no ${secret}`));
      onEvent({ type: 'note', level: 'warning', text: `got AUTHENTICATE PLAIN ${payload}` });
      onEvent(refused(2, `no ${payload}`));
      const { problem } = left(null);
      onEvent({ ...left(null), problem: { ...problem, serverText: secret, message: secret } });
      onEvent({ type: 'note', level: 'warning', text: `hm ${secret}` });
      onEvent({ type: 'waiting', reason: `hm ${secret}`, delayMs: 1 });
      const error = {
        code: 'AUTH_FAILED',
        scope: 'account',
        retry: 'never',
        message: `bad ${secret}`,
      } as const;
      throw new MailferryError({ ...error, serverText: secret });
    });
    for (const text of [io.out, io.err, read('log'), read('run.json')]) {
      expect(text).toContain('[hidden]');
      expect(text).not.toContain(secret);
      expect(text).not.toContain(payload);
    }
  });
});
