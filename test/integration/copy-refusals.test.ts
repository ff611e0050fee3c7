import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FillableMailbox, fillAccount } from '../support/accounts/index.js';
import { type AccountImage, readAccount } from '../support/compare/index.js';
import { loginOf, withLogin } from '../support/imap-client/index.js';
import { type CopyRequest, copy } from '../support/program/index.js';
import { startProxy } from '../support/proxy/index.js';
import {
  type DovecotOptions,
  GMAIL_CAPABILITY,
  type MailServer,
  startCourier,
  startDovecot,
  usersNamed,
} from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const READERS = ['keywords', 'quota', 'limit', 'unreadable', 'unopenable', 'names', 'plain'];

let folder = '';
let source: MailServer;

beforeAll(async () => {
  folder = makeTestFolder('refusals');
  source = await startDovecot({ users: usersNamed(READERS) });
});

afterAll(async () => {
  await source.stop();
  rmSync(folder, { recursive: true, force: true });
});

function message(text: string, sizeBytes = 500) {
  const body = Buffer.from(
    `Message-ID: <${text}@example.net>\r\nSubject: ${text}\r\n\r\n${'x'.repeat(sizeBytes)}\r\n`,
  );
  return { flags: ['\\Seen'], internalDate: ' 1-Feb-2003 04:05:06 +0000', body: () => body };
}

function mailbox(name: string, count: number, sizeBytes = 500): FillableMailbox {
  const messages = Array.from({ length: count }, (_, index) => message(`${name}.${index + 1}`, sizeBytes));
  return { path: [name], subscribed: false, messages };
}

/** How many messages each mailbox holds. */
function counts({ mailboxes }: AccountImage): Record<string, number> {
  return Object.fromEntries(mailboxes.map(({ path, messages }) => [path.join('/'), messages.length]));
}

/** Starts a Dovecot, copies into it, and stops it. */
async function withDestination(
  user: string,
  options: DovecotOptions,
  work: (request: CopyRequest, server: MailServer) => Promise<void>,
): Promise<void> {
  const server = await startDovecot({ ...options, users: usersNamed(['writer']) });
  try {
    const stateDir = join(folder, `${user}-${server.port}`);
    await work({ source: loginOf(source, user), destination: loginOf(server, 'writer'), stateDir }, server);
  } finally {
    await server.stop();
  }
}

test('a full destination stops copying at once, is told once, and flags go on', async () => {
  const login = loginOf(source, 'quota');
  await fillAccount(login, { mailboxes: ['A', 'B', 'C'].map((name) => mailbox(name, 3, 5000)) });
  await withDestination('quota', { quota: { storageKilobytes: 200 } }, async (request) => {
    expect((await copy(request)).summary).toMatchObject({ exitCode: 0, messages: { copied: 9 } });
    await fillAccount(login, { mailboxes: ['A', 'B', 'C'].map((name) => mailbox(name, 30, 10_000)) });
    await withLogin(login, {}, async (imap) => {
      await imap.run(['SELECT A']);
      await imap.run(['UID STORE 1 +FLAGS (\\Flagged)']);
    });
    const { summary, stderr } = await copy(request);
    expect(summary, stderr).toMatchObject({ exitCode: 2, verdict: 'incomplete', planned: { messages: 90 } });
    expect(stderr).not.toContain('waiting 0 s');
    expect(summary.problems).toMatchObject([
      {
        code: 'OVER_QUOTA',
        serverText: expect.stringMatching(/quota/i),
        hint: expect.stringContaining('room'),
      },
    ]);
    const { mailboxes } = await readAccount(request.destination);
    const flagged = mailboxes.find(({ path }) => path[0] === 'A')?.messages[0]?.flags;
    expect(flagged).toEqual(['\\Flagged', '\\Seen']);
  });
});

test('what is over the limit that is told is not sent; the rest arrives', async () => {
  await fillAccount(loginOf(source, 'limit'), {
    mailboxes: [mailbox('INBOX', 5), mailbox('Large', 2, 20_000)],
  });
  const capability = GMAIL_CAPABILITY.replace(/APPENDLIMIT=\d+/, 'APPENDLIMIT=10000');
  await withDestination('limit', { capability }, async (request) => {
    const { summary } = await copy(request);
    expect(summary).toMatchObject({ exitCode: 2, messages: { copied: 5, failed: 2 } });
    expect(summary.problems).toMatchObject([
      { code: 'MESSAGE_TOO_LARGE', mailbox: 'Large', uid: 1, message: expect.stringContaining('10000') },
      { code: 'MESSAGE_TOO_LARGE', mailbox: 'Large', uid: 2 },
    ]);
    expect((await copy(request)).summary).toMatchObject({ exitCode: 2, messages: { copied: 0, failed: 0 } });
    const accepting = await copy({ ...request, options: ['--accept-skipped'] });
    expect(accepting.summary).toMatchObject({ exitCode: 0, problems: [] });
    expect((await copy(request)).summary).toMatchObject({ exitCode: 0, problems: [] });
    const retrying = await copy({ ...request, options: ['--retry-skipped'] });
    expect(retrying.summary).toMatchObject({ exitCode: 2, messages: { failed: 2 } });
  });
});

test('a message that the source cannot read is told, and all others arrive', async () => {
  const login = loginOf(source, 'unreadable');
  await fillAccount(login, { mailboxes: [mailbox('INBOX', 30), mailbox('Other', 3)] });
  const files = join(source.rootDir, 'mail/unreadable/Maildir');
  const broken = ['new', 'cur'].flatMap((part) =>
    readdirSync(join(files, part)).map((file) => join(files, part, file)),
  );
  truncateSync(broken.sort()[11] ?? '', 40);
  await withDestination('unreadable', {}, async (request) => {
    const { summary, stderr } = await copy(request);
    expect(summary, stderr).toMatchObject({ exitCode: 2, messages: { copied: 32, failed: 1 } });
    expect(summary.problems).toMatchObject([{ code: 'MESSAGE_UNREADABLE', mailbox: 'INBOX', uid: 12 }]);
    expect(counts(await readAccount(request.destination))).toEqual({ INBOX: 29, Other: 3 });
  });
});

test('a mailbox that is listed but cannot be opened is told, and all others arrive', async () => {
  await fillAccount(loginOf(source, 'unopenable'), { mailboxes: [mailbox('ok', 3)] });
  const files = join(source.rootDir, 'mail/unopenable/Maildir');
  // Dovecot lists what is no valid name as one that it then does not find.
  cpSync(join(files, '.ok'), join(files, '.A&B'), { recursive: true });
  await withDestination('unopenable', {}, async (request) => {
    const { summary, stderr } = await copy(request);
    expect(summary, stderr).toMatchObject({ exitCode: 2, messages: { copied: 3 }, mailboxes: { failed: 1 } });
    expect(summary.problems).toMatchObject([
      { mailbox: 'A&B', serverText: expect.stringContaining("doesn't exist") },
    ]);
  });
});

describe('a server that takes few connections', () => {
  test.each([1, 2])('%i: the run makes do with them', async (most) => {
    await fillAccount(loginOf(source, 'plain'), {
      mailboxes: ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => mailbox(name, 4)),
    });
    await withDestination(
      'plain',
      { extraConfig: `mail_max_userip_connections = ${most}` },
      async (request, server) => {
        const proxy = await startProxy({ targetPort: server.port, latencyMs: 80 });
        try {
          const destination = { ...request.destination, port: proxy.port };
          const { summary, stderr } = await copy({ ...request, destination });
          expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [] });
          // With more than one it depends on what is quicker whether another is asked for.
          if (most === 1) expect(stderr).toMatch(/takes no more than 1 connections?: Maximum number/);
          const total = counts(await readAccount(request.source));
          expect(counts(await readAccount(request.destination, { connections: 1 }))).toEqual(total);
        } finally {
          await proxy.stop();
        }
      },
    );
  });
});

test('a mailbox that the destination does not create is told, and all others arrive', async () => {
  await fillAccount(loginOf(source, 'names'), { mailboxes: [mailbox('blocked', 2), mailbox('fine', 3)] });
  await withDestination('names', {}, async (request, server) => {
    await withLogin(request.destination, {}, (imap) => imap.run(['STATUS INBOX (MESSAGES)']));
    // Where Dovecot wants a folder there is a file.
    writeFileSync(join(server.rootDir, 'mail/writer/Maildir/.blocked'), '');
    const { summary, stderr } = await copy(request);
    expect(summary, stderr).toMatchObject({ exitCode: 2, messages: { copied: 3 }, mailboxes: { failed: 1 } });
    expect(summary.problems).toMatchObject([{ mailbox: 'blocked', serverText: expect.any(String) }]);
  });
});

test('Courier: a keyword it refuses is told and left out; everything else arrives', async () => {
  const odd = { ...message('odd'), flags: ['\\Seen', 'odd[keyword', 'fine'] };
  const messages = [message('first'), odd, message('last')];
  await fillAccount(loginOf(source, 'keywords'), {
    mailboxes: [{ path: ['INBOX'], subscribed: false, messages }],
  });
  const server = await startCourier({ users: usersNamed(['writer']) });
  try {
    const request = {
      source: loginOf(source, 'keywords'),
      destination: loginOf(server, 'writer'),
      stateDir: join(folder, 'keywords'),
    };
    for (const options of [[], ['--full']]) {
      const { summary, stderr } = await copy({ ...request, options });
      expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [] });
      expect(stderr).toContain('cannot keep odd[keyword');
      const { mailboxes } = await readAccount(request.destination);
      expect(mailboxes[0]?.messages.map(({ flags }) => flags)).toEqual([
        ['\\Seen'],
        ['\\Seen', 'fine'],
        ['\\Seen'],
      ]);
    }
  } finally {
    await server.stop();
  }
});
