import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import { smallMessages } from '../support/backup/index.js';
import { loginOf } from '../support/imap-client/index.js';
import {
  accountUrl,
  type ProgramResult,
  runProgram,
  startCopy,
  summaryOf,
} from '../support/program/index.js';
import { startProxy } from '../support/proxy/index.js';
import { type MailServer, startDovecot } from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const USERS = ['ann', 'bob'].map((name) => ({ name, password: `secret of ${name}` }));
const PASSWORDS = {
  MAILFERRY_SOURCE_PASSWORD: 'secret of ann',
  MAILFERRY_DESTINATION_PASSWORD: 'secret of bob',
};

let folder = '';
let server: MailServer;
let ann = '';
let bob = '';

beforeAll(async () => {
  folder = makeTestFolder('mistakes');
  server = await startDovecot({ users: USERS });
  [ann, bob] = [accountUrl(loginOf(server, 'ann')), accountUrl(loginOf(server, 'bob'))];
  const messages = smallMessages('INBOX', 5);
  await fillAccount(loginOf(server, 'ann'), {
    mailboxes: [{ path: ['INBOX'], subscribed: true, messages }],
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Given {
  readonly source?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly state?: string;
}

function run(
  { source = ann, env = {}, state = 'other' }: Given,
  ...options: string[]
): Promise<ProgramResult> {
  const args = ['copy', source, bob, '--state-dir', resolve(folder, state), '--no-input', ...options];
  return runProgram(args, { ...PASSWORDS, ...env });
}

/** One error, of one sentence, and the fix; with --json the same exit code in the summary. Never a secret. */
async function expectMistake(given: Given, exitCode: number, ...parts: (string | RegExp)[]): Promise<void> {
  const { exitCode: actual, stdout, stderr } = await run(given);
  expect(actual, stderr).toBe(exitCode);
  expect(stdout).toBe('');
  expect(stderr.match(/^error: /gm), stderr).toHaveLength(1);
  expect(stderr).toMatch(/^ {2}fix: {4}\S/m);
  for (const part of parts) expect(stderr).toMatch(part);
  const json = await run(given, '--json');
  expect(json.exitCode).toBe(exitCode);
  expect(summaryOf(json)).toMatchObject({ verdict: 'failed', exitCode, messages: { copied: 0 } });
  expect(stderr + json.stdout + json.stderr).not.toMatch(/secret of|another secret/);
}

describe('the program, as it is started', () => {
  test('tells a wrong password', async () => {
    const env = { MAILFERRY_SOURCE_PASSWORD: 'another secret' };
    await expectMistake({ env }, 4, /^error: ann@127\.0\.0\.1:\d+ refused the login$/m, /password/);
  });

  test('tells an unknown host', async () => {
    const source = 'imaps://ann@no-such-host.invalid';
    await expectMistake(
      { source },
      5,
      /^error: the host of ann@no-such-host\.invalid is unknown$/m,
      'spelling',
    );
  });

  test('tells a refused connection', async () => {
    const gone = await startProxy({ targetPort: server.port });
    await gone.stop();
    const source = `imap://ann@127.0.0.1:${gone.port}?tls=none`;
    await expectMistake({ source }, 5, /^error: no connection to ann@/m, 'ECONNREFUSED', 'host and port');
  });

  test('tells a bad URL', async () => {
    await expectMistake({ source: 'pop3://ann@old.example.net' }, 3, '"pop3://"', 'imaps://USER@HOST');
  });

  test('tells that another run is at it, and takes over at once when that was killed', async () => {
    const proxy = await startProxy({ targetPort: server.port });
    const source = { ...loginOf(server, 'ann'), port: proxy.port };
    const stalled = new Promise<void>((resolve) => {
      proxy.addRule({
        on: { command: / EXAMINE /, at: 'start' },
        do: { kind: 'stall' },
        onFire: () => resolve(),
      });
    });
    const first = startCopy({
      source,
      destination: loginOf(server, 'bob'),
      stateDir: join(folder, 'locked'),
    });
    const given = { source: accountUrl(source), state: 'locked' };
    try {
      await stalled;
      const pid = new RegExp(`\\b${first.process.pid}\\b`);
      await expectMistake(given, 8, /^error: another run holds these accounts/m, pid, 'run again');
    } finally {
      first.process.kill('SIGKILL');
      await first.done;
      proxy.clearRules();
    }
    const { exitCode, stderr } = await run(given);
    expect(exitCode, stderr).toBe(0);
    await proxy.stop();
  });

  test.skipIf(!existsSync('/proc/self'))('tells that the state folder cannot be made', async () => {
    const seen =
      /^error: cannot create the state folder \/proc\/mailferry-x\/.*: no folder can be made there; wanted a state folder/m;
    await expectMistake({ state: '/proc/mailferry-x' }, 3, seen, /^ {2}fix: .*--state-dir$/m);
  });

  test('tells that its state is damaged, and leaves it as it is', async () => {
    const given = { state: 'damaged' };
    expect((await run(given)).exitCode).toBe(0);
    const state = join(folder, 'damaged');
    const route = readdirSync(state).find((name) => name.includes('--')) ?? '';
    const journal = join(state, route, 'journal.ndjson');
    const damaged = readFileSync(journal, 'utf8').replace('INBOX', 'INBOY');
    expect(damaged).toContain('INBOY');
    writeFileSync(journal, damaged);
    await expectMistake(given, 1, /^error: the saved state is damaged$/m, 'journal.ndjson', 'from a backup');
    expect(readFileSync(journal, 'utf8')).toBe(damaged);
  });
});
