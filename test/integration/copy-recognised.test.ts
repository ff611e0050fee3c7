import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { assertSameAccounts, fingerprintServer, readAccount } from '../support/compare/index.js';
import { loginOf } from '../support/imap-client/index.js';
import { copy } from '../support/program/index.js';
import { SERVER_KINDS, ServerSet, startServer, usersNamed } from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const USERS = usersNamed(['reader', 'writer']);
/** With messages that are there twice, and some without Message-ID. */
const ACCOUNT = generateAccount({
  seed: 'recognised',
  messages: 90,
  mailboxes: 4,
  maxSizeBytes: 40_000,
  deleted: false,
});
/** So many more of its first message each mailbox of the source holds. */
const COPIES = 3;

let folder = '';
const servers = new ServerSet();

beforeAll(async () => {
  folder = makeTestFolder('recognised');
  await Promise.all(SERVER_KINDS.map((kind) => servers.add(kind, startServer(kind, { users: USERS }))));
});

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The account with so many more copies of the first message of each mailbox. */
function withCopies(count: number) {
  return ACCOUNT.mailboxes.map((mailbox) => {
    const [first] = mailbox.messages;
    return { ...mailbox, messages: [...mailbox.messages, ...(first ? Array(count).fill(first) : [])] };
  });
}

/** What the destination holds before: two of three messages, copies among them, all without flags. */
function someOf(mailboxes: ReturnType<typeof withCopies>) {
  return mailboxes.map((mailbox) => ({
    ...mailbox,
    messages: mailbox.messages
      .filter((_, index) => index % 3 !== 1)
      .map((message) => ({ flags: [], internalDate: message.internalDate, body: () => message.body() })),
  }));
}

function countOf(mailboxes: readonly { readonly messages: readonly unknown[] }[]): number {
  return mailboxes.reduce((sum, { messages }) => sum + messages.length, 0);
}

describe.each([
  ['dovecot', 'cyrus'],
  ['cyrus', 'courier'],
  ['courier', 'dovecot'],
] as const)('from %s to %s', (from, to) => {
  test('what the destination holds is recognised, k copies as k, and only the rest is carried', async () => {
    const source = loginOf(servers.get(from), 'reader');
    const destination = loginOf(servers.get(to), 'writer');
    const all = withCopies(COPIES);
    const there = someOf(all);
    await fillAccount(source, { mailboxes: all });
    await fillAccount(destination, { mailboxes: there });
    const untouched = await fingerprintServer(source);
    const request = { source, destination, stateDir: join(folder, `${from}-${to}`) };

    const first = await copy(request);
    expect(first.summary, first.stderr).toMatchObject({
      verdict: 'complete',
      problems: [],
      messages: { copied: countOf(all) - countOf(there), paired: countOf(there) },
    });
    const options = { ignoreExtraMailboxes: 'empty', ignoreOrder: true } as const;
    assertSameAccounts(await readAccount(source), await readAccount(destination), options);

    const settled = await fingerprintServer(destination);
    const withoutState = await copy({ ...request, stateDir: join(folder, `${from}-${to}-lost`) });
    expect(withoutState.summary, withoutState.stderr).toMatchObject({
      verdict: 'complete',
      problems: [],
      messages: { copied: 0, paired: countOf(all) },
    });
    expect(await fingerprintServer(destination)).toEqual(settled);
    expect(await fingerprintServer(source)).toEqual(untouched);
  });
});
