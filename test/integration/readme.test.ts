import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editAccount, smallMessage } from '../support/backup/index.js';
import { assertSameAccounts, readAccount } from '../support/compare/index.js';
import {
  type Block,
  blocksOf,
  isAsShown,
  type Step,
  startTwoServers,
  stepsOf,
  TerminalSession,
  type TwoServers,
} from '../support/documents/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'SECURITY.md',
  'docs/README.md',
  'docs/copying.md',
  'docs/backup.md',
  'docs/sync-model.md',
  'docs/zero-downtime-move.md',
];

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What eve does before her accounts are mirrored. */
async function beforeMirror(world: TwoServers): Promise<void> {
  await editAccount(world.old('eve'), (editor) => editor.append('INBOX', smallMessage('a question', 1)));
  await editAccount(world.fresh('eve'), async (editor) => {
    await editor.append('Sent', smallMessage('an answer', 2));
    await editor.inMailbox('INBOX', 'UID STORE 3 +FLAGS.SILENT (\\Answered)');
  });
}

/** Runs one command of a document and compares what it prints. */
async function follow(step: Step, session: TerminalSession, world: TwoServers): Promise<void> {
  const { printed } = await session.run(step.command);
  const named = step.command.startsWith('npm') ? printed : world.asInDocuments(printed);
  const lines = named.join('\n') === '' ? [] : named;
  if (isAsShown(step.output, lines)) return;
  // Fails, and shows where the two part.
  expect(lines.join('\n'), `line ${step.lineNumber}: ${step.command}`).toBe(step.output.join('\n'));
}

async function followAll(blocks: readonly Block[], world: TwoServers): Promise<number> {
  const session = new TerminalSession(world);
  let steps = 0;
  for (const block of blocks) {
    const { file, language, lines } = block;
    if (file !== undefined) writeFileSync(join(world.folder, file), `${lines.join('\n')}\n`);
    else if (language === 'console') {
      for (const step of stepsOf(block)) {
        if (step.command.startsWith('mailferry mirror')) await beforeMirror(world);
        await follow(step, session, world);
        steps += 1;
      }
    }
  }
  return steps;
}

describe.each([
  { document: 'README.md', complete: ['ann', 'bob', 'eve'] },
  { document: 'docs/copying.md', complete: ['ann', 'bob', 'eve'] },
])('$document', ({ document, complete }) => {
  let world: TwoServers;

  beforeAll(async () => {
    world = await startTwoServers();
  });

  afterAll(() => world.stop());

  it('shows commands that print what it says they print', async () => {
    expect(await followAll(blocksOf(read(document)), world)).toBeGreaterThan(2);
  });

  it.each(complete)('has then carried the whole account of %s', async (user) => {
    const [from, to] = [await readAccount(world.old(user)), await readAccount(world.fresh(user))];
    const nameMap = (path: readonly string[]) => (path[0] === 'Gesendet' ? ['Sent'] : path);
    assertSameAccounts(from, to, { nameMap });
    expect(to.mailboxes.flatMap((mailbox) => mailbox.messages).length).toBeGreaterThan(100);
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  it('links to nothing that is not there', () => {
    const targets = [...read(document).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = targets.filter(([, path = '', anchor]) => {
      const file = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

/** What the headings of a document are linked by. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
