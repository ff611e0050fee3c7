import { describe, expect, test } from 'vitest';
import {
  type AccountEditor,
  BACKUP_PAIRS,
  backupServers,
  bodyFetchesIn,
  editAccount,
  expectEqual,
  expectNothingToDo,
  fillMailboxes,
  MESSAGES,
  onStage,
  SUBSCRIBED,
  smallMessage,
  smallMessages,
} from '../support/backup/index.js';
import { type AccountLogin, listMailboxes, loginOf, withLogin } from '../support/imap-client/index.js';
import { startDovecot } from '../support/servers/index.js';

const TREE = [
  ...['INBOX', 'Projects', 'Projects/Alpha', 'Projects/Alpha/Notes', 'Projects/Beta'],
  ...['Doomed', 'Doomed/Child'],
];
const ROUND = ['Swap One', 'Swap Two', 'Chain A', 'Chain B', 'Chain C'];

const { backedUp, newLogin, users } = backupServers(50);

/** Empties and fills a mailbox anew with the same messages: another UIDVALIDITY, other UIDs. */
async function replace(login: AccountLogin, name: string): Promise<void> {
  await editAccount(login, async (editor) => {
    await editor.tree('DELETE', name);
    await editor.tree('CREATE', name);
    // Some servers take the time in seconds for UIDVALIDITY, others count.
    await editor.append(name, smallMessage('gone at once', 0));
    await editor.remove(name, '1');
    await editor.append(name, ...smallMessages(name, MESSAGES));
  });
}

async function changeTree(editor: AccountEditor): Promise<void> {
  await editor.rename('Projects', 'Work');
  await editor.tree('DELETE', 'Doomed/Child');
  await editor.tree('DELETE', 'Doomed');
  await editor.tree('UNSUBSCRIBE', SUBSCRIBED);
  await editor.tree('SUBSCRIBE', 'Loud');
}

async function changeNamesAround(editor: AccountEditor): Promise<void> {
  await editor.rename('Swap One', 'Swap Three');
  await editor.rename('Swap Two', 'Swap One');
  await editor.rename('Swap Three', 'Swap Two');
  await editor.rename('Chain C', 'Chain D');
  await editor.rename('Chain B', 'Chain C');
  await editor.rename('Chain A', 'Chain B');
}

describe.concurrent.each(BACKUP_PAIRS)('from %s to %s', (from, to) => {
  // Courier numbers messages anew in a renamed mailbox, in an order of its own.
  const options = { ignoreOrder: to === 'courier' };

  test('renames with inferiors, deletions and subscriptions are followed without a body', async () => {
    await backedUp([from, to], [...TREE, SUBSCRIBED, 'Loud'], async (stage) => {
      await editAccount(stage.source, changeTree);
      const run = await stage.run();
      expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied: 0 } });
      if (from !== 'courier') expect(run.summary.messages.removed).toBe(2 * MESSAGES);
      expect(bodyFetchesIn(run.commands.source)).toEqual([]);
      await expectEqual(stage, options);
      const [, { mailboxes }] = await stage.images();
      const names = mailboxes.map(({ path }) => path.join('/'));
      for (const gone of ['Projects', 'Projects/Alpha', 'Doomed', 'Doomed/Child']) {
        expect(names).not.toContain(gone);
      }
      await expectNothingToDo(stage);
    });
  });

  test('a swap and a chain of renames are followed', async () => {
    await backedUp([from, to], ROUND, async (stage) => {
      await editAccount(stage.source, changeNamesAround);
      const run = await stage.run();
      if (from === 'courier') {
        // As they are numbered anew, they cannot be told from mailboxes that were replaced by others: a person decides.
        expect(run.summary, run.stderr).toMatchObject({ exitCode: 6 });
        const decided = await stage.run('--remove-foreign');
        expect(decided.summary, decided.stderr).toMatchObject({ exitCode: 0, problems: [] });
      } else {
        expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied: 0 } });
        expect(bodyFetchesIn(run.commands.source)).toEqual([]);
      }
      await expectEqual(stage, options);
      await expectNothingToDo(stage);
    });
  });

  test('a mailbox made anew with other mail: what was there before waits for a person', async () => {
    await backedUp([from, to], ['INBOX', 'Reborn'], async (stage) => {
      await editAccount(stage.source, async (editor) => {
        await editor.tree('DELETE', 'Reborn');
        await editor.tree('CREATE', 'Reborn');
        await editor.append('Reborn', smallMessage('reborn.new', 1));
      });
      const asked = await stage.run();
      expect(asked.summary, asked.stderr).toMatchObject({ exitCode: 6, messages: { copied: 1, removed: 0 } });
      const run = await stage.run('--remove-foreign');
      expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, messages: { removed: MESSAGES } });
      await expectEqual(stage);
      await expectNothingToDo(stage);
    });
  });

  test.each(['source', 'destination', 'both'] as const)(
    'a mailbox replaced by its like at %s is recognised',
    async (where) => {
      await backedUp([from, to], ['INBOX', 'Replaced'], async (stage) => {
        if (where !== 'destination') await replace(stage.source, 'Replaced');
        if (where !== 'source') await replace(stage.destination, 'Replaced');
        const run = await stage.run();
        expect(run.summary, run.stderr).toMatchObject({
          exitCode: 0,
          problems: [],
          messages: { copied: 0, removed: 0 },
        });
        await expectEqual(stage);
        await expectNothingToDo(stage);
      });
    },
  );

  test('without its state it recognises what is there, and copies nothing', async () => {
    await backedUp([from, to], ['INBOX', 'One', 'One/Two'], async (stage) => {
      stage.forgetState();
      const run = await stage.run();
      expect(run.summary, run.stderr).toMatchObject({
        exitCode: 0,
        messages: { copied: 0, removed: 0, paired: 3 * MESSAGES },
      });
      await expectNothingToDo(stage);
    });
  });
});

test('a special use goes along with the mailbox that has it, and stays with it', async () => {
  const server = await startDovecot({ users, mailboxes: { Filed: '\\Archive' } });
  try {
    const source = loginOf(server, 'user0');
    await fillMailboxes(source, ['INBOX', 'Filed']);
    await onStage(source, newLogin('cyrus'), async (stage) => {
      for (const copied of [2 * MESSAGES, 0]) {
        const run = await stage.run();
        expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied } });
        const { mailboxes } = await withLogin(stage.destination, {}, listMailboxes);
        expect(mailboxes.find(({ path }) => path.join() === 'Filed')?.attributes).toContain('\\archive');
      }
      await expectEqual(stage);
    });
  } finally {
    await server.stop();
  }
});
