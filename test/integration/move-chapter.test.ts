import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editAccount, smallMessage, startRandomLoad } from '../support/backup/index.js';
import { compareAccounts, readAccount } from '../support/compare/index.js';
import {
  blocksOf,
  isAsShown,
  startTwoServers,
  stepsOf,
  TerminalSession,
  type TwoServers,
} from '../support/documents/index.js';

const CHAPTER = fileURLToPath(new URL('../../docs/zero-downtime-move.md', import.meta.url));

let world: TwoServers;

beforeAll(async () => {
  world = await startTwoServers();
});

afterAll(() => world.stop());

/** What users do before the nth command of the chapter that names them: nobody waits for a mirror. */
const MEANWHILE: Readonly<Record<string, () => Promise<void>>> = {
  /** Before the second mirror everybody is on the old server. */
  'ann 1': () =>
    editAccount(world.old('ann'), async (editor) => {
      await editor.append('INBOX', smallMessage('a question', 1), smallMessage('another one', 2));
      await editor.inMailbox('INBOX', 'UID STORE 1:3 +FLAGS.SILENT (\\Seen \\Flagged)');
      await editor.move('INBOX', '5:6', 'Projects/Garden');
      await editor.remove('Drafts', '2');
    }),
  /** Before the last one they are on both. */
  'ann 2': async () => {
    await editAccount(world.fresh('ann'), async (editor) => {
      await editor.append('Sent', smallMessage('an answer', 3));
      await editor.inMailbox('INBOX', 'UID STORE 1:2 +FLAGS.SILENT (\\Answered)');
      await editor.remove('INBOX', '10');
    });
    await editAccount(world.old('ann'), async (editor) => {
      await editor.append('INBOX', smallMessage('to the telephone', 4));
      await editor.inMailbox('INBOX', 'UID STORE 3 -FLAGS.SILENT (\\Flagged)');
    });
    await editAccount(world.old('bob'), (editor) =>
      editor.append('INBOX', smallMessage('late', 5), smallMessage('later', 6)),
    );
  },
  /** Before the dry run somebody still has the old address by heart. */
  'bob 1': async () => {
    await editAccount(world.old('bob'), (editor) => editor.append('Drafts', smallMessage('a straggler', 7)));
    await editAccount(world.fresh('bob'), (editor) => editor.remove('INBOX', '4:5'));
  },
};

test('the commands of the move print what the chapter says, and both servers are equal in the end', async () => {
  const session = new TerminalSession(world);
  const named = new Map<string, number>();
  for (const block of blocksOf(readFileSync(CHAPTER, 'utf8'))) {
    const { file, language, lines } = block;
    if (file !== undefined) writeFileSync(join(world.folder, file), `${lines.join('\n')}\n`);
    else if (language === 'sh') for (const line of lines) await session.run(line);
    if (language !== 'console') continue;
    for (const { command, output, lineNumber } of stepsOf(block)) {
      const user = /imaps:\/\/(\w+)@/.exec(command)?.[1] ?? '';
      const nth = (named.get(user) ?? 0) + 1;
      named.set(user, nth);
      await MEANWHILE[`${user} ${nth}`]?.();
      const { printed } = await session.run(command);
      const shown = world.asInDocuments(printed);
      // What surrounds the lines of a terminal is not kept.
      const [first = '', ...rest] = output;
      if (isAsShown([first.trimStart(), ...rest], shown)) continue;
      expect.soft(shown.join('\n'), `line ${lineNumber}: ${command}`).toBe(output.join('\n'));
    }
  }
  expect(named.get('ann')).toBe(2);
  await expectEqual('ann');
});

test('a user who never stops working is equal too, once the work is done', async () => {
  const mailboxes = ['INBOX', 'Drafts', 'Projects/Garden'];
  const session = new TerminalSession(world);
  writeFileSync(join(world.folder, 'accounts.txt'), 'bob\n');
  const loads = [
    startRandomLoad(world.old('bob'), mailboxes, { seed: 'bob at the old server', connections: 1 }),
    startRandomLoad(world.fresh('bob'), mailboxes, { seed: 'bob at the new server', connections: 1 }),
  ];
  try {
    for (let run = 1; run <= 2; run++) {
      const { printed } = await session.run('sh mirror-all.sh');
      expect(printed.join('\n')).toMatch(
        /^(error: the accounts kept changing.*\n)?bob: (equal|not quite, once more)$/ms,
      );
    }
  } finally {
    await Promise.all(loads.map((load) => load.stop()));
  }
  let printed: readonly string[] = [];
  for (let run = 1; run <= 3 && printed[0] !== 'bob: equal'; run++) {
    ({ printed } = await session.run('sh mirror-all.sh'));
  }
  expect(printed).toEqual(['bob: equal', 'accounts not equal: 0']);
  await expectEqual('bob');
});

async function expectEqual(user: string): Promise<void> {
  const [from, to] = [await readAccount(world.old(user)), await readAccount(world.fresh(user))];
  const nameMap = (path: readonly string[]) => (path[0] === 'Gesendet' ? ['Sent'] : path);
  expect(compareAccounts(from, to, { nameMap, ignoreOrder: true })).toEqual([]);
}
