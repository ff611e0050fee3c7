import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import {
  type BackupRun,
  type BackupStage,
  editAccount,
  onStage,
  openingsIn,
  smallMessage,
  smallMessages,
  writesIn,
} from '../support/backup/index.js';
import { compareAccounts } from '../support/compare/index.js';
import { type AccountLogin, loginOf } from '../support/imap-client/index.js';
import { type MailServer, startCourier, startCyrus, startDovecot } from '../support/servers/index.js';

const START = {
  dovecot: () => startDovecot({ users }),
  'dovecot-sdbox': () => startDovecot({ users, mailFormat: 'sdbox' }),
  cyrus: () => startCyrus({ users }),
  courier: () => startCourier({ users }),
};
type Name = keyof typeof START;

const PAIRS: readonly (readonly [Name, Name])[] = [
  ['dovecot', 'dovecot-sdbox'],
  ['dovecot', 'cyrus'],
  ['cyrus', 'courier'],
];
const MAILBOXES = ['INBOX', 'One', 'Two'];

/** An account of its own for every pair of servers. */
const users = PAIRS.map((pair) => ({ name: pair.join('-'), password: `pass ${pair.join(' ')}` }));
const servers = new Map<string, MailServer>();

beforeAll(async () => {
  await Promise.all(Object.entries(START).map(async ([name, start]) => servers.set(name, await start())));
});

afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

function loginAt(name: Name, user: string): AccountLogin {
  const server = servers.get(name);
  if (!server) throw new Error(`no ${name}`);
  return loginOf(server, user);
}

async function fill(login: AccountLogin, ...mailboxes: readonly string[]): Promise<void> {
  await fillAccount(login, {
    mailboxes: mailboxes.map((name) => ({
      path: [name],
      subscribed: true,
      messages: smallMessages(name, 30),
    })),
  });
}

/** Both sides hold the same messages, each in its own order. */
async function expectEqual(stage: BackupStage): Promise<void> {
  const [a, b] = await stage.images();
  expect(compareAccounts(a, b, { ignoreOrder: true, ignoreExtraMailboxes: 'empty' })).toEqual([]);
}

function expectDone(run: BackupRun): void {
  expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [] });
}

describe.each(PAIRS)('between %s and %s', (from, to) => {
  test('edits of both sides end on both, and then there is nothing to do', async () => {
    const [a, b] = [loginAt(from, `${from}-${to}`), loginAt(to, `${from}-${to}`)];
    await fill(a, ...MAILBOXES);
    // Both got part of the mail before anybody mirrored them.
    await fill(b, 'INBOX', 'Three');
    await onStage(a, b, async (stage) => {
      const first = await stage.mirror();
      expectDone(first);
      expect(first.summary.messages).toMatchObject({ copied: 90, removed: 0, paired: 30 });
      await expectEqual(stage);

      await editAccount(a, async (editor) => {
        await editor.append('INBOX', smallMessage('new at a', 101), smallMessage('at both', 103));
        await editor.remove('INBOX', '3:5');
        await editor.inMailbox(
          'One',
          'UID STORE 1:9 +FLAGS.SILENT (\\Flagged)',
          'UID STORE 11 -FLAGS.SILENT (\\Seen)',
        );
        await editor.move('One', '20:24', 'Two');
      });
      await editAccount(b, async (editor) => {
        await editor.append('INBOX', smallMessage('new at b', 102), smallMessage('at both', 103));
        await editor.remove('INBOX', '5:7');
        await editor.inMailbox('One', 'UID STORE 5:12 +FLAGS.SILENT (\\Answered)');
        await editor.move('Two', '1:3', 'INBOX');
      });
      const second = await stage.mirror();
      expectDone(second);
      expect(second.summary.messages).toMatchObject({ copied: 2, paired: 1 });
      await expectEqual(stage);

      const third = await stage.mirror();
      expectDone(third);
      expect(third.summary.messages).toMatchObject({ copied: 0, moved: 0, removed: 0 });
      const said = Object.values(third.said).flat();
      expect(writesIn(said)).toEqual([]);
      const tells = [from, to].every((name) => servers.get(name)?.facts.persistentModseq);
      if (tells) expect(openingsIn(said)).toEqual([]);
    });
  });
});
