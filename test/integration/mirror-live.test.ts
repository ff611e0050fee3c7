import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import {
  type BackupStage,
  editAccount,
  onStage,
  smallMessage,
  smallMessages,
  startRandomLoad,
  writesIn,
} from '../support/backup/index.js';
import { compareAccounts } from '../support/compare/index.js';
import { type AccountLogin, loginOf } from '../support/imap-client/index.js';
import { type MailServer, startDovecot, usersNamed } from '../support/servers/index.js';

/** How long others edit while mirrors run; `MAILFERRY_LIVE_SECONDS=600` for a long look, which then tells what it saw. */
const { MAILFERRY_LIVE_SECONDS } = process.env;
const LIVE_MS = 1000 * Number(MAILFERRY_LIVE_SECONDS ?? 8);
/** What is edited at random. */
const MAILBOXES = ['INBOX', 'One', 'Two'];
/** Left alone by the random edits, so that what arrives here has to stay. */
const CALM = 'Calm';

const users = usersNamed(['live', 'moving']);
let one: MailServer;
let other: MailServer;

beforeAll(async () => {
  [one, other] = await Promise.all([startDovecot({ users }), startDovecot({ users, mailFormat: 'sdbox' })]);
});

afterAll(async () => {
  await Promise.all([one, other].map((server) => server.stop()));
});

async function fill(login: AccountLogin): Promise<void> {
  const mailboxes = [...MAILBOXES, CALM].map((name) => ({
    path: [name],
    subscribed: true,
    messages: smallMessages(name, 30),
  }));
  await fillAccount(login, { mailboxes });
}

/** Runs on as long as a run says that it is to be run again; then both sides are equal, and a run writes nothing. */
async function expectPeace(stage: BackupStage): Promise<void> {
  let run = await stage.mirror('--max-delete', '100%');
  for (let more = 1; more <= 2 && run.summary.exitCode === 2; more++) {
    run = await stage.mirror('--max-delete', '100%');
  }
  expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, problems: [] });
  const [a, b] = await stage.images();
  expect(compareAccounts(a, b, { ignoreOrder: true })).toEqual([]);
  const last = await stage.mirror();
  expect(last.summary, last.stderr).toMatchObject({ exitCode: 0, problems: [] });
  expect(Object.values(last.said).flatMap(writesIn)).toEqual([]);
}

/** One run among people at work. Returns its exit code. */
async function mirrorAmong(stage: BackupStage): Promise<number> {
  const { summary, stderr } = await stage.mirror('--max-delete', '100%');
  expect([0, 2], `${JSON.stringify(summary)} ${stderr}`).toContain(summary.exitCode);
  return summary.exitCode;
}

test('two clients a side edit at random while mirrors run: afterwards both are equal', async () => {
  const [a, b] = [loginOf(one, 'live'), loginOf(other, 'live')];
  await fill(a);
  await onStage(a, b, async (stage) => {
    expect(await mirrorAmong(stage)).toBe(0);
    const seed = MAILFERRY_LIVE_SECONDS === undefined ? 'live' : `live ${Date.now()}`;
    const loads = [
      startRandomLoad(a, MAILBOXES, { seed: `${seed} a`, connections: 2 }),
      startRandomLoad(b, MAILBOXES, { seed: `${seed} b`, connections: 2 }),
    ];
    const end = Date.now() + LIVE_MS;
    const codes: number[] = [];
    try {
      while (Date.now() < end) codes.push(await mirrorAmong(stage));
    } finally {
      await Promise.all(loads.map((load) => load.stop()));
    }
    const changes = loads.map((load) => load.changes);
    for (const made of changes) expect(made).toBeGreaterThan(codes.length);
    if (MAILFERRY_LIVE_SECONDS !== undefined) {
      console.log(`${seed}: exit codes ${codes.join(' ')}; changes ${changes.join(' and ')}`);
    }
    await expectPeace(stage);
  });
});

test('mirror, mirror again, let everybody use the other side, mirror once more: nobody misses a message', async () => {
  const [a, b] = [loginOf(one, 'moving'), loginOf(other, 'moving')];
  await fill(a);
  await onStage(a, b, async (stage) => {
    const before = startRandomLoad(a, MAILBOXES, { seed: 'before the switch', connections: 2 });
    try {
      await mirrorAmong(stage);
      await editAccount(a, (editor) => editor.append(CALM, smallMessage('during the move', 101)));
      await mirrorAmong(stage);
      await sleep(500);
    } finally {
      await before.stop();
    }
    // What came to the old server since the second run, and what people do at the new one meanwhile.
    await editAccount(a, (editor) => editor.append(CALM, smallMessage('the last at the old server', 102)));
    const after = startRandomLoad(b, MAILBOXES, { seed: 'after the switch', connections: 2 });
    try {
      await editAccount(b, (editor) => editor.append(CALM, smallMessage('the first at the new one', 103)));
      await mirrorAmong(stage);
      await editAccount(a, (editor) => editor.append(CALM, smallMessage('a straggler', 104)));
      await sleep(500);
    } finally {
      await after.stop();
    }
    await expectPeace(stage);
    for (const { mailboxes } of await stage.images()) {
      const calm = mailboxes.find(({ path }) => path.join('/') === CALM);
      expect(calm?.messages).toHaveLength(30 + 4);
    }
  });
});
