import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import {
  type BackupStage,
  bodyFetchesIn,
  editAccount,
  expectEqual,
  onStage,
  openingsIn,
  smallMessage,
} from '../support/backup/index.js';
import { loginOf } from '../support/imap-client/index.js';
import { type MailServer, startCyrus, startDovecot, usersNamed } from '../support/servers/index.js';

const users = usersNamed(['one', 'two']);
const LARGE_BYTES = 2 * 1024 * 1024;
const servers: MailServer[] = [];

beforeAll(async () => {
  servers.push(await startCyrus({ users }), await startDovecot({ users }));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

/** A filled account on Cyrus, which tells EMAILIDs, and one on Dovecot, which does not. */
async function fromCyrus(user: string, play: (stage: BackupStage) => Promise<void>): Promise<void> {
  const [cyrus, dovecot] = servers;
  if (!cyrus || !dovecot) throw new Error('no servers');
  const source = loginOf(cyrus, user);
  const mailboxes = ['INBOX', 'Archive', 'Plans'].map((name, index) => ({
    path: [name],
    subscribed: true,
    messages: [
      smallMessage(`${name}.small`, 1 + index),
      ...(name === 'INBOX' ? [smallMessage('large', 7, LARGE_BYTES)] : []),
    ],
  }));
  await fillAccount(source, { mailboxes });
  await onStage(source, loginOf(dovecot, user), play);
}

describe('a message of 2 MB that was copied to another mailbox', () => {
  test('is copied inside the destination by a backup, and its body is not fetched', () =>
    fromCyrus('one', async (stage) => {
      const first = await stage.run();
      expect(first.summary, first.stderr).toMatchObject({ exitCode: 0, messages: { copied: 4, moved: 0 } });
      await editAccount(stage.source, async (editor) => {
        await editor.select('INBOX');
        await editor.imap.run(['UID COPY 2 ', editor.name('Archive')]);
        await editor.inMailbox('Archive', 'UID STORE 2 FLAGS (\\Flagged Later)');
        await editor.append('Archive', smallMessage('new', 9));
      });
      const run = await stage.run();
      expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, messages: { copied: 1, moved: 1 } });
      expect(run.wireBytes).toBeLessThan(64 * 1024);
      expect(bodyFetchesIn(run.commands.source)).toEqual([{ mailbox: 'Archive', uids: [3] }]);
      await expectEqual(stage, { ignoreOrder: true });
      const last = await stage.run();
      expect([...openingsIn(last.said.source), ...openingsIn(last.said.destination)]).toEqual([]);
    }));

  test('is so by a mirror, and comes as octets from the side that tells no EMAILID', () =>
    fromCyrus('two', async (stage) => {
      expect((await stage.mirror()).summary).toMatchObject({ exitCode: 0, messages: { copied: 4 } });
      await editAccount(stage.source, async (editor) => {
        await editor.select('INBOX');
        await editor.imap.run(['UID COPY 2 ', editor.name('Archive')]);
      });
      const forth = await stage.mirror();
      expect(forth.summary, forth.stderr).toMatchObject({ exitCode: 0, messages: { copied: 0, moved: 1 } });
      expect(forth.wireBytes).toBeLessThan(64 * 1024);
      await editAccount(stage.destination, async (editor) => {
        await editor.select('INBOX');
        await editor.imap.run(['UID COPY 2 ', editor.name('Plans')]);
      });
      const back = await stage.mirror();
      expect(back.summary, back.stderr).toMatchObject({ exitCode: 0, messages: { copied: 1, moved: 0 } });
      expect(back.wireBytes).toBeGreaterThan(LARGE_BYTES);
      await expectEqual(stage, { ignoreOrder: true });
    }));
});
