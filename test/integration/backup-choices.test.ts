import { describe, expect, test } from 'vitest';
import {
  type BackupPair,
  backupServers,
  editAccount,
  expectEqual,
  expectNothingToDo,
  fillMailboxes,
  MESSAGES,
  onStage,
  smallMessage,
  writesIn,
} from '../support/backup/index.js';
import { fingerprintServer } from '../support/compare/index.js';

const PAIRS: readonly BackupPair[] = [
  ['cyrus', 'dovecot'],
  ['dovecot', 'courier'],
];

const { backedUp, newLogin } = backupServers(16);

describe.concurrent.each(PAIRS)('choices, from %s to %s', (from, to) => {
  test('what the destination had before stays until somebody decides', async () => {
    const source = newLogin(from);
    const destination = newLogin(to);
    await fillMailboxes(source, ['INBOX', 'Shared']);
    await fillMailboxes(destination, ['Own'], 3);
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
        const limit = /--max-delete (\d+)/.exec(held.summary.problems[0]?.hint ?? held.stderr)?.[1] ?? 'none';
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
    await backedUp([from, to], ['INBOX', 'Named', 'Named/Below', 'Other', 'Other/Renamed'], async (stage) => {
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
    });
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
});
