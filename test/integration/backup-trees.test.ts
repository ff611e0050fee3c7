import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import {
  type AccountEditor,
  type BackupStage,
  bodyFetchesIn,
  editAccount,
  onStage,
  smallMessage,
  smallMessages,
  writesIn,
} from '../support/backup/index.js';
import { compareAccounts, fingerprintServer } from '../support/compare/index.js';
import { type AccountLogin, listMailboxes, loginOf, withLogin } from '../support/imap-client/index.js';
import {
  type MailServer,
  type ServerKind,
  startCourier,
  startCyrus,
  startDovecot,
} from '../support/servers/index.js';

const KINDS: readonly ServerKind[] = ['dovecot', 'cyrus', 'courier'];
const START = { dovecot: startDovecot, cyrus: startCyrus, courier: startCourier };
const PAIRS: readonly (readonly [from: ServerKind, to: ServerKind])[] = [
  ['dovecot', 'dovecot'],
  ['dovecot', 'cyrus'],
  ['cyrus', 'dovecot'],
  ['courier', 'dovecot'],
  ['dovecot', 'courier'],
];
const TREE = [
  ...['INBOX', 'Projects', 'Projects/Alpha', 'Projects/Alpha/Notes', 'Projects/Beta'],
  ...['Doomed', 'Doomed/Child'],
];
const ROUND = ['Swap One', 'Swap Two', 'Chain A', 'Chain B', 'Chain C'];
const SUBSCRIBED = 'Quiet';
const MESSAGES = 4;

const servers = new Map<ServerKind, MailServer>();
/** So many on each server that each test has two of its own. */
const users = Array.from({ length: 60 }, (_, index) => ({ name: `user${index}`, password: `pass ${index}` }));
const used = new Map<ServerKind, number>();

beforeAll(async () => {
  await Promise.all(KINDS.map(async (kind) => servers.set(kind, await START[kind]({ users }))));
});

afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

function newLogin(kind: ServerKind): AccountLogin {
  const server = servers.get(kind);
  const user = users[used.get(kind) ?? 0];
  if (!server || !user) throw new Error(`no ${kind}, or nobody left there`);
  used.set(kind, (used.get(kind) ?? 0) + 1);
  return loginOf(server, user.name);
}

/** Two accounts after a first backup. */
async function backedUp(
  [from, to]: readonly [from: ServerKind, to: ServerKind],
  names: readonly string[],
  work: (stage: BackupStage) => Promise<void>,
  messages = MESSAGES,
): Promise<void> {
  const source = newLogin(from);
  if (from === 'cyrus') await createApart(source, names);
  await fill(source, names, messages);
  await onStage(source, newLogin(to), async (stage) => {
    const first = await stage.run();
    expect(first.summary, first.stderr).toMatchObject({
      exitCode: 0,
      messages: { copied: names.length * messages },
    });
    await work(stage);
  });
}

/** Cyrus takes the second for UIDVALIDITY: mailboxes of the same second could not be told from each other. */
async function createApart(login: AccountLogin, names: readonly string[]): Promise<void> {
  await editAccount(login, async (editor) => {
    for (const name of names.filter((other) => other !== 'INBOX')) {
      await editor.tree('CREATE', name);
      await sleep(1050);
    }
  });
}

async function fill(login: AccountLogin, names: readonly string[], messages: number): Promise<void> {
  const mailboxes = names.map((name) => ({
    path: name.split('/'),
    subscribed: name === SUBSCRIBED,
    messages: smallMessages(name, messages),
  }));
  await fillAccount(login, { mailboxes });
}

async function expectEqual(stage: BackupStage, options: { readonly ignoreOrder?: boolean } = {}) {
  const [source, destination] = await stage.images();
  expect(compareAccounts(source, destination, { ...options, ignoreExtraMailboxes: 'empty' })).toEqual([]);
}

async function expectNothingToDo(stage: BackupStage): Promise<void> {
  const { summary, stderr, said } = await stage.run();
  expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied: 0, removed: 0 } });
  expect(Object.values(said).flatMap(writesIn)).toEqual([]);
}

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
  await editor.tree('UNSUBSCRIBE', 'Quiet');
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

describe.concurrent.each(PAIRS)('from %s to %s', (from, to) => {
  // Courier numbers messages anew in a renamed mailbox, in an order of its own.
  const options = { ignoreOrder: to === 'courier' };

  test('renames with inferiors, deletions and subscriptions are followed without a body', async () => {
    await backedUp([from, to], [...TREE, 'Quiet', 'Loud'], async (stage) => {
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

describe.concurrent.each([PAIRS[2], PAIRS[4]].filter((pair) => pair !== undefined))(
  'choices, from %s to %s',
  (from, to) => {
    test('what the destination had before stays until somebody decides', async () => {
      const source = newLogin(from);
      const destination = newLogin(to);
      await fill(source, ['INBOX', 'Shared'], MESSAGES);
      await fill(destination, ['Own'], 3);
      await editAccount(destination, async (editor) => {
        await editor.tree('CREATE', 'Shared');
        await editor.append('Shared', smallMessage('foreign', 1), smallMessage('shared.2', 2));
      });
      const own = { path: ['Own'], count: 3 };
      await onStage(source, destination, async (stage) => {
        const counts = async (): Promise<(number | undefined)[]> => {
          const [, { mailboxes }] = await stage.images();
          return [own.path.join(), 'Shared'].map(
            (name) => mailboxes.find(({ path }) => path.join() === name)?.messages.length,
          );
        };
        for (const _ of [1, 2]) {
          const asked = await stage.run();
          expect(asked.summary, asked.stderr).toMatchObject({
            exitCode: 6,
            problems: [{ code: 'FOREIGN_MESSAGES', mailbox: 'Shared' }],
          });
          expect(await counts()).toEqual([own.count, MESSAGES + 1]);
        }
        for (const options of [['--keep-extra'], []]) {
          expect((await stage.run(...options)).summary).toMatchObject({ exitCode: 0, problems: [] });
          expect(await counts()).toEqual([own.count, MESSAGES + 1]);
        }
        const removing = await stage.run('--remove-foreign');
        expect(removing.summary, removing.stderr).toMatchObject({ exitCode: 0, messages: { removed: 1 } });
        expect(await counts()).toEqual([own.count, MESSAGES]);
        await expectNothingToDo(stage);
      });
    });

    test('--max-delete: too many removals wait for the number that is named', async () => {
      const many = 40;
      await backedUp(
        [from, to],
        ['INBOX', 'Many'],
        async (stage) => {
          await editAccount(stage.source, async (editor) => {
            await editor.remove('Many', '3:32');
            await editor.append('Many', smallMessage('many.new', 2));
          });
          const held = await stage.run();
          expect(held.summary, held.stderr).toMatchObject({
            exitCode: 6,
            messages: { copied: 1, removed: 0 },
            problems: [{ code: 'REMOVALS_HELD', mailbox: 'Many' }],
          });
          const limit =
            /--max-delete (\d+)/.exec(held.summary.problems[0]?.hint ?? held.stderr)?.[1] ?? 'none';
          expect(limit).toBe('30');
          const run = await stage.run('--max-delete', limit);
          expect(run.summary, run.stderr).toMatchObject({
            exitCode: 0,
            messages: { copied: 0, removed: 30 },
          });
          await expectEqual(stage);
          await expectNothingToDo(stage);
        },
        many,
      );
    });

    test('--on-drift stop leaves a changed destination as it is; otherwise it is put right', async () => {
      await backedUp([from, to], ['INBOX', 'Drifting'], async (stage) => {
        await editAccount(stage.destination, async (editor) => {
          await editor.inMailbox('Drifting', 'UID STORE 1 +FLAGS (\\Flagged)');
          await editor.remove('Drifting', '2');
          await editor.append('Drifting', smallMessage('not there', 3));
        });
        const before = await fingerprintServer(stage.destination);
        const stopped = await stage.run('--on-drift', 'stop');
        expect(stopped.summary, stopped.stderr).toMatchObject({
          exitCode: 6,
          problems: [{ code: 'DRIFT', mailbox: 'Drifting' }],
        });
        expect(await fingerprintServer(stage.destination)).toEqual(before);
        const run = await stage.run();
        expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, messages: { copied: 1, removed: 1 } });
        // What is brought back comes last.
        await expectEqual(stage, { ignoreOrder: true });
        await expectNothingToDo(stage);
      });
    });

    test('--dry-run writes nothing anywhere and tells what would be done', async () => {
      await backedUp([from, to], ['INBOX', 'Old', 'Doomed', 'Busy'], async (stage) => {
        await editAccount(stage.source, async (editor) => {
          await editor.rename('Old', 'New');
          await editor.tree('DELETE', 'Doomed');
          await editor.append('Busy', smallMessage('busy.new', 1));
          await editor.remove('Busy', '2');
          await editor.inMailbox('Busy', 'UID STORE 1 +FLAGS (Later)');
        });
        const before = [await fingerprintServer(stage.destination), stage.stateFiles()];
        const run = await stage.run('--dry-run');
        expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [], flags: { updated: 1 } });
        expect(
          Object.values(run.said)
            .flatMap(writesIn)
            .filter((line) => !/^SELECT/.test(line)),
        ).toEqual([]);
        expect([await fingerprintServer(stage.destination), stage.stateFiles()]).toEqual(before);
        const real = await stage.run();
        expect(real.summary, real.stderr).toMatchObject({ exitCode: 0, messages: { copied: 1 } });
        await expectEqual(stage, { ignoreOrder: to === 'courier' });
      });
    });

    test('--mailbox touches nothing that it does not name', async () => {
      await backedUp(
        [from, to],
        ['INBOX', 'Named', 'Named/Below', 'Other', 'Other/Renamed'],
        async (stage) => {
          await editAccount(stage.source, async (editor) => {
            for (const name of ['Named', 'Named/Below', 'Other']) {
              await editor.append(name, smallMessage(`${name}.new`, 1));
              await editor.remove(name, '1');
            }
            await editor.rename('Other/Renamed', 'Other/Anew');
            await editor.tree('DELETE', 'Other/Anew');
          });
          const others = async (): Promise<readonly string[]> =>
            (await fingerprintServer(stage.destination)).filter((line) => !line.includes('Named'));
          const before = await others();
          const run = await stage.run('--mailbox', 'Named*');
          expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, messages: { copied: 2, removed: 2 } });
          expect(await others()).toEqual(before);
          for (const said of Object.values(run.said)) {
            expect(said.filter((line) => /Other/.test(line) && !/^STATUS/.test(line))).toEqual([]);
          }
          expect((await stage.run()).summary).toMatchObject({ exitCode: 0, messages: { copied: 1 } });
          await expectEqual(stage);
        },
      );
    });

    test('--reverse makes the first account equal to the second; --full looks at everything and finds nothing', async () => {
      await backedUp([from, to], ['INBOX', 'One', 'Two'], async (stage) => {
        await editAccount(stage.destination, async (editor) => {
          await editor.append('One', smallMessage('one.new', 1));
          await editor.remove('One', '1');
          await editor.inMailbox('Two', 'UID STORE 2 +FLAGS (Later)');
        });
        const untouched = await fingerprintServer(stage.destination);
        const back = await stage.run('--reverse');
        expect(back.summary, back.stderr).toMatchObject({
          exitCode: 0,
          messages: { copied: 1, removed: 1 },
          flags: { updated: 1 },
        });
        await expectEqual(stage);
        expect(await fingerprintServer(stage.destination)).toEqual(untouched);
        const full = await stage.run('--full');
        expect(full.summary, full.stderr).toMatchObject({
          exitCode: 0,
          problems: [],
          messages: { copied: 0 },
        });
        expect(Object.values(full.said).flatMap(writesIn)).toEqual([]);
        await expectNothingToDo(stage);
      });
    });
  },
);

test('a special use goes along with the mailbox that has it, and stays with it', async () => {
  const server = await startDovecot({ users, mailboxes: { Filed: '\\Archive' } });
  try {
    const source = loginOf(server, 'user0');
    await fill(source, ['INBOX', 'Filed'], MESSAGES);
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
