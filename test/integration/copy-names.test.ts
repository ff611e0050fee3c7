import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import { readMessages } from '../support/control/index.js';
import { loginOf, withLogin } from '../support/imap-client/index.js';
import { type CopyRequest, type CopyResult, copy } from '../support/program/index.js';
import {
  type MailServer,
  ServerSet,
  startCourier,
  startCyrus,
  startDovecot,
  usersNamed,
} from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

type Path = readonly string[];

/** What the source, a Dovecot with `/` between levels, is asked to hold. */
const NAMES: readonly Path[] = [
  ['INBOX'],
  ['INBOX', 'child'],
  ['INBOX', 'child', 'below'],
  ['日本語', 'Фото с моря'],
  ['R&D'],
  ['a "quoted" name'],
  ['back\\slash'],
  [' both sides '],
  ['100 % * wild'],
  ['[Gmail]', 'All Mail'],
  ['NIL'],
  ['v1.2'],
  ['v1.2', 'notes'],
  ['v1_2'],
  ['🎉 Party'],
  ['x'.repeat(200)],
  ['Ж'.repeat(80)],
  ['Archive'],
  ['archive'],
  ['child'],
  ['no mailbox', 'below'],
  ['pipe | <angle> {1} ; ^ ` !'],
  ['a~home', '#news'],
];

let folder = '';
let source: MailServer;
const servers = new ServerSet<string>();

beforeAll(async () => {
  folder = makeTestFolder('names');
  source = await startDovecot({ users: usersNamed(['reader', 'returned', 'later']), nestedFolders: true });
  await fillAccount(loginOf(source, 'reader'), {
    mailboxes: NAMES.map((path) => ({ path, subscribed: true, messages: [messageOf(path)] })),
  });
  const writer = { users: usersNamed(['writer', 'later', 'between', 'roles']) };
  await servers.add('Cyrus', startCyrus(writer));
  await servers.add('Courier', startCourier(writer));
  await servers.add('Dovecot with dots', startDovecot(writer));
  await servers.add('Dovecot below INBOX.', startDovecot({ ...writer, prefix: 'INBOX.', separator: '.' }));
  await servers.add('Dovecot with slashes', startDovecot({ ...writer, mailFormat: 'sdbox' }));
});

afterAll(async () => {
  await Promise.all([source.stop(), servers.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A message that tells where it came from. */
function messageOf(path: Path) {
  const text = JSON.stringify(path);
  const id = Buffer.from(text).toString('hex').slice(0, 200);
  const body = Buffer.from(`Message-ID: <${id}@example.net>\r\nSubject: name\r\n\r\n${text}\r\n`);
  return { flags: ['\\Seen'], internalDate: ' 1-Feb-2003 04:05:06 +0000', body: () => body };
}

/** Where each mailbox of the source was found at the destination, levels joined by ` > `. */
async function arrivedAt(server: MailServer, user: string): Promise<Record<string, string>> {
  const arrived: [string, string][] = [];
  for (const { path, messages } of await readMessages(loginOf(server, user))) {
    for (const message of messages) {
      const text = message.body().toString('utf8').split('\r\n\r\n')[1] ?? '';
      arrived.push([(JSON.parse(text) as string[]).join(' > '), path.join(' > ')]);
    }
  }
  expect(new Set(arrived.map(([from]) => from)).size).toBe(arrived.length);
  return Object.fromEntries(arrived);
}

/** Source to destination as the run told it. */
function toldBy({ stdout }: CopyResult): Record<string, string> {
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const mailboxes = lines.filter((line) => (line as { type: string }).type === 'mailbox');
  return Object.fromEntries(
    (mailboxes as { mailbox: string; destination: string }[]).map((line) => [line.mailbox, line.destination]),
  );
}

/** Copies twice: the second run must have nothing to do; without mod-sequences it has to look. */
async function copyTwice(request: CopyRequest, hasModseq = true): Promise<CopyResult> {
  const first = await copy(request);
  expect(first.summary.problems, first.stderr).toEqual([]);
  expect(first.summary.exitCode).toBe(0);
  const second = await copy(request);
  expect(second.summary, second.stderr).toMatchObject({
    exitCode: 0,
    messages: { copied: 0 },
    mailboxes: { created: 0 },
  });
  expect(toldBy(second)).toEqual(hasModseq ? {} : toldBy(first));
  return first;
}

/** What differs from the source, for each kind of destination. */
const CHANGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Cyrus: {
    'a "quoted" name': 'a _quoted_ name',
    'back\\slash': 'back_slash',
    '100 % * wild': '100 _ _ wild',
    'pipe | <angle> {1} ; ^ ` !': 'pipe _ _angle_ _1_ _ _ _ _',
  },
  Courier: {
    'INBOX > child': 'child_2',
    'INBOX > child > below': 'child_2 > below',
    'v1.2': 'v1_2_2',
    'v1.2 > notes': 'v1_2_2 > notes',
    '🎉 Party': '_ Party',
  },
  'Dovecot with dots': { 'v1.2': 'v1_2_2', 'v1.2 > notes': 'v1_2_2 > notes' },
  'Dovecot below INBOX.': {
    'INBOX > child': 'child_2',
    'INBOX > child > below': 'child_2 > below',
    'v1.2': 'v1_2_2',
    'v1.2 > notes': 'v1_2_2 > notes',
  },
  'Dovecot with slashes': {},
};

function expectedAt(kind: string): Record<string, string> {
  const names = NAMES.map((path) => path.join(' > '));
  return Object.fromEntries(names.map((name) => [name, CHANGED[kind]?.[name] ?? name]));
}

test.each(Object.keys(CHANGED))('to %s: a dry run tells where each goes, and it goes there', async (kind) => {
  const server = servers.get(kind);
  const request = {
    source: loginOf(source, 'reader'),
    destination: loginOf(server, 'writer'),
    stateDir: join(folder, kind),
  };
  const plan = await copy({ ...request, options: ['--dry-run'] });
  expect(await arrivedAt(server, 'writer')).toEqual({});
  const first = await copyTwice(request);
  expect(toldBy(plan)).toEqual(toldBy(first));
  expect(await arrivedAt(server, 'writer')).toEqual(expectedAt(kind));
  const { subscribed } =
    (await readMessages(request.destination)).find(({ path }) => path[0] === 'NIL') ?? {};
  expect(subscribed).toBe(true);
});

test('names that need not change come back as they were', async () => {
  const middle = servers.get('Courier');
  const kept = NAMES.filter((path) => !['INBOX', 'v1.2', '🎉 Party'].includes(path[0] ?? '')).concat([
    ['INBOX'],
  ]);
  await fillAccount(loginOf(middle, 'between'), {
    mailboxes: kept.map((path) => ({ path, subscribed: true, messages: [messageOf(path)] })),
  });
  const request = {
    source: loginOf(middle, 'between'),
    destination: loginOf(source, 'returned'),
    stateDir: join(folder, 'returned'),
  };
  await copyTwice(request, false);
  const names = kept.map((path) => path.join(' > '));
  expect(await arrivedAt(source, 'returned')).toEqual(Object.fromEntries(names.map((name) => [name, name])));
});

test('a mailbox that comes later does not move one that is there', async () => {
  const server = servers.get('Dovecot with dots');
  const [from, destination] = [loginOf(source, 'later'), loginOf(server, 'later')];
  const request = { source: from, destination, stateDir: join(folder, 'later') };
  const give = (path: Path) =>
    fillAccount(from, { mailboxes: [{ path, subscribed: false, messages: [messageOf(path)] }] });
  await give(['v1.2']);
  await copyTwice(request);
  expect(await arrivedAt(server, 'later')).toEqual({ 'v1.2': 'v1_2' });
  await give(['v1_2']);
  await copyTwice(request);
  expect(await arrivedAt(server, 'later')).toEqual({ 'v1.2': 'v1_2', v1_2: 'v1_2_2' });
});

describe('roles', () => {
  const roles = { 'Sent Items': '\\Sent', 'Deleted Items': '\\Trash', 'Junk E-mail': '\\Junk' };
  const paths: readonly Path[] = [
    ['INBOX'],
    ['Sent Items'],
    ['Sent Items', '2023'],
    ['Deleted Items'],
    ['Junk E-mail'],
  ];
  let exchange: MailServer;

  beforeAll(async () => {
    exchange = await startDovecot({ users: usersNamed(['reader']), mailFormat: 'sdbox', mailboxes: roles });
    await fillAccount(loginOf(exchange, 'reader'), {
      mailboxes: paths.map((path) => ({ path, subscribed: false, messages: [messageOf(path)] })),
    });
  });

  afterAll(() => exchange.stop());

  test('mail goes to the mailbox of its role with all below, in a server that names them otherwise', async () => {
    const mailboxes = { Sent: '\\Sent', Trash: '\\Trash', Spam: '\\Junk' };
    const server = await startDovecot({ users: usersNamed(['writer']), mailboxes });
    try {
      const destination = loginOf(server, 'writer');
      await copyTwice({ source: loginOf(exchange, 'reader'), destination, stateDir: join(folder, 'roles') });
      expect(await arrivedAt(server, 'writer')).toEqual({
        INBOX: 'INBOX',
        'Sent Items': 'Sent',
        'Sent Items > 2023': 'Sent > 2023',
        'Deleted Items': 'Trash',
        'Junk E-mail': 'Spam',
      });
    } finally {
      await server.stop();
    }
  });

  test('a mailbox is created with its role where the server gives roles', async () => {
    const server = servers.get('Cyrus');
    const destination = loginOf(server, 'roles');
    await copyTwice({
      source: loginOf(exchange, 'reader'),
      destination,
      stateDir: join(folder, 'roles-cyrus'),
    });
    expect(await arrivedAt(server, 'roles')).toMatchObject({ 'Junk E-mail': 'Junk E-mail' });
    const { untagged } = await withLogin(destination, {}, (imap) => imap.run(['LIST (SPECIAL-USE) "" "*"']));
    const listed = JSON.stringify(untagged);
    for (const role of ['\\Sent', '\\Trash', '\\Junk']) expect(listed).toContain(JSON.stringify(role));
  });
});
