import { describe, expect, test } from 'vitest';
import {
  type BackupRun,
  editAccount,
  expectEqual,
  onStage,
  openingsIn,
  smallMessage,
  writesIn,
} from '../support/backup/index.js';
import { fillWith, MIRROR_PAIRS, mirrorServers } from '../support/mirror/index.js';

const servers = mirrorServers(['edits']);

/** Both sides hold the same messages, each in its own order. */
function expectDone(run: BackupRun): void {
  expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [] });
}

describe.each(MIRROR_PAIRS)('between %s and %s', (...pair) => {
  test('edits of both sides end on both, and then there is nothing to do', async () => {
    const [a, b] = servers.logins(pair, 'edits');
    await fillWith(a, { INBOX: 30, One: 30, Two: 30 });
    // Both got part of the mail before anybody mirrored them.
    await fillWith(b, { INBOX: 30, Three: 30 });
    await onStage(a, b, async (stage) => {
      const first = await stage.mirror();
      expectDone(first);
      expect(first.summary.messages).toMatchObject({ copied: 90, removed: 0, paired: 30 });
      await expectEqual(stage, { ignoreOrder: true });

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
      await expectEqual(stage, { ignoreOrder: true });

      const third = await stage.mirror();
      expectDone(third);
      expect(third.summary.messages).toMatchObject({ copied: 0, moved: 0, removed: 0 });
      const said = Object.values(third.said).flat();
      expect(writesIn(said)).toEqual([]);
      const tells = pair.every((name) => servers.server(name).facts.persistentModseq);
      if (tells) expect(openingsIn(said)).toEqual([]);
    });
  });
});
