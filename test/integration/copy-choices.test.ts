import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import { readAccount } from '../support/compare/index.js';
import { loginOf, withLogin } from '../support/imap-client/index.js';
import { type CopyResult, copy } from '../support/program/index.js';
import {
  type MailServer,
  ServerSet,
  startCourier,
  startCyrus,
  startDovecot,
  usersNamed,
} from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const MAIL = [
  { label: 'old', internalDate: '31-Dec-2023 12:00:00 +0000', sizeBytes: 500, flags: ['\\Seen'] },
  { label: 'middle', internalDate: '15-Jan-2024 12:00:00 +0000', sizeBytes: 20_000, flags: [] },
  { label: 'large', internalDate: '16-Jan-2024 12:00:00 +0000', sizeBytes: 900_000, flags: ['\\Flagged'] },
  { label: 'deleted', internalDate: '17-Jan-2024 12:00:00 +0000', sizeBytes: 500, flags: ['\\Deleted'] },
  { label: 'new', internalDate: '15-Feb-2024 12:00:00 +0000', sizeBytes: 500, flags: ['\\Answered'] },
];
const TESTS = ['dates', 'sizes', 'deleted', 'stop', 'restore', 'alt'];
const users = usersNamed(TESTS);

let folder = '';
let source: MailServer;
const servers = new ServerSet<string>();

beforeAll(async () => {
  folder = makeTestFolder('choices');
  source = await startDovecot({ users, nestedFolders: true });
  await servers.add('Dovecot', startDovecot({ users }));
  await servers.add('Cyrus', startCyrus({ users }));
  await servers.add('Courier', startCourier({ users }));
  for (const { name } of users) {
    const boxes = name === 'alt' ? ['INBOX', 'v1.2'] : ['INBOX'];
    await fillAccount(loginOf(source, name), {
      mailboxes: boxes.map((box) => ({ path: [box], subscribed: false, messages: MAIL.map(message) })),
    });
  }
});

afterAll(async () => {
  await Promise.all([source.stop(), servers.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function message({ label, internalDate, sizeBytes, flags }: (typeof MAIL)[number]) {
  const text = `Message-ID: <${label}@example.net>\r\nSubject: ${label}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(text),
    Buffer.alloc(sizeBytes, 'line of text\r\n'),
    Buffer.from('\r\n'),
  ]);
  return { flags, internalDate, body: () => body };
}

describe.each(['Dovecot', 'Cyrus', 'Courier'])('into %s', (kind) => {
  const server = (): MailServer => servers.get(kind);

  const run = (user: (typeof TESTS)[number], ...options: readonly string[]): Promise<CopyResult> => {
    const destination = loginOf(server(), user);
    return copy({
      source: loginOf(source, user),
      destination,
      stateDir: join(folder, `${kind}-${user}`),
      options,
    });
  };

  /** Subjects in the INBOX of the destination. */
  const held = async (user: string): Promise<readonly string[]> => {
    const { mailboxes } = await readAccount(loginOf(server(), user));
    const inbox = mailboxes.find(({ path }) => path.join() === 'INBOX');
    return (inbox?.messages ?? []).map(({ label }) => /<(\w+)@/.exec(label)?.[1] ?? label);
  };

  test('--since and --before', async () => {
    const first = await run('dates', '--since', '2024-01-01', '--before', '2024-02-01');
    expect(first.summary, first.stderr).toMatchObject({ exitCode: 0, messages: { copied: 2, skipped: 3 } });
    expect(await held('dates')).toEqual(['middle', 'large']);
    expect((await run('dates')).summary).toMatchObject({ exitCode: 0, messages: { copied: 2 } });
    expect(await held('dates')).toEqual(['middle', 'large', 'old', 'new']);
  });

  test('--min-size and --max-size', async () => {
    const first = await run('sizes', '--min-size', '10K', '--max-size', '100K');
    expect(first.summary, first.stderr).toMatchObject({ exitCode: 0, messages: { copied: 1 } });
    expect(await held('sizes')).toEqual(['middle']);
  });

  test('--include-deleted, also after a run without', async () => {
    expect((await run('deleted')).summary).toMatchObject({
      exitCode: 0,
      messages: { copied: 4, skipped: 1 },
    });
    const second = await run('deleted', '--include-deleted');
    expect(second.summary, second.stderr).toMatchObject({ exitCode: 0, messages: { copied: 1 } });
    expect(await held('deleted')).toEqual(['old', 'middle', 'large', 'new', 'deleted']);
  });

  test('--stop-after', async () => {
    const first = await run('stop', '--stop-after', '1K');
    expect(first.summary, first.stderr).toMatchObject({ exitCode: 2, verdict: 'incomplete' });
    expect(first.summary.problems).toMatchObject([{ code: 'STOPPED_EARLY' }]);
    const some = await held('stop');
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(4);
    expect((await run('stop')).summary).toMatchObject({ exitCode: 0, problems: [] });
    expect(await held('stop')).toEqual(['old', 'middle', 'large', 'new']);
  });

  test('--restore', async () => {
    await run('restore');
    await withLogin(loginOf(server(), 'restore'), {}, async (imap) => {
      await imap.run(['SELECT INBOX']);
      await imap.run(['STORE 2 +FLAGS (\\Deleted)']);
      await imap.run(['EXPUNGE']);
    });
    expect((await run('restore', '--full')).summary).toMatchObject({ exitCode: 0, messages: { copied: 0 } });
    expect(await held('restore')).toEqual(['old', 'large', 'new']);
    expect((await run('restore', '--restore')).summary).toMatchObject({
      exitCode: 0,
      messages: { copied: 1 },
    });
    expect(await held('restore')).toEqual(['old', 'large', 'new', 'middle']);
  });

  test('--alt-char', async () => {
    expect((await run('alt', '--alt-char', '-')).summary).toMatchObject({ exitCode: 0 });
    const { mailboxes } = await readAccount(loginOf(server(), 'alt'));
    const expected = kind === 'Cyrus' ? 'v1.2' : 'v1-2';
    expect(mailboxes.map(({ path }) => path.join('/'))).toContain(expected);
  });
});
