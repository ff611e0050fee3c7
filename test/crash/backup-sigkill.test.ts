import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { assertSameAccounts, fingerprintServer, readAccount } from '../support/compare/index.js';
import { loginOf, withLogin } from '../support/imap-client/index.js';
import { backup, type CopyRequest, startVerb, summaryOf } from '../support/program/index.js';
import { ServerSet, startDovecot, startServer } from '../support/servers/index.js';
import { makeQuickTestFolder } from '../support/test-folder.js';

const KINDS = ['dovecot', 'cyrus'] as const;
/** Kills that have to come about with each server; the journal grows a few times more in a run. */
const KILLS = 5;
const MOST_ROUNDS = 4 * KILLS;

const servers = new ServerSet<'source' | (typeof KINDS)[number]>();
let folder = '';

beforeAll(async () => {
  folder = makeQuickTestFolder('sigkill');
  const users = KINDS.map((kind) => ({ name: `to-${kind}`, password: 'pass' }));
  const targets = KINDS.map((kind) => servers.add(kind, startServer(kind, { users })));
  await Promise.all([servers.add('source', startDovecot({ users })), ...targets]);
});

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

function requestFor(kind: (typeof KINDS)[number]): CopyRequest {
  const login = (name: 'source' | typeof kind) => loginOf(servers.get(name), `to-${kind}`);
  return { source: login('source'), destination: login(kind), stateDir: join(folder, kind) };
}

/** Octets in the journals of a state folder. */
function journalBytes(stateDir: string): number {
  const paths = readdirSync(stateDir, { recursive: true, encoding: 'utf8' });
  const journals = paths.filter((path) => path.endsWith('journal.ndjson'));
  return journals.reduce((sum, path) => sum + statSync(join(stateDir, path)).size, 0);
}

/** New mail, mail gone, moved and flagged, in every round other. */
async function changeSource({ source }: CopyRequest, round: number): Promise<void> {
  await fillAccount(source, {
    mailboxes: generateAccount({
      seed: `round ${round}`,
      messages: 12,
      mailboxes: 3,
      maxSizeBytes: 4000,
    }).mailboxes,
  });
  await withLogin(source, {}, async (imap) => {
    if (round === 1) await imap.run(['CREATE Moved']);
    await imap.run(['SELECT INBOX']);
    await imap.run([`STORE 1 +FLAGS.SILENT (Round${round})`]);
    await imap.run(['STORE 2 +FLAGS.SILENT (\\Deleted)']);
    await imap.run(['EXPUNGE']);
    await imap.run(['MOVE 2:3 Moved']);
  });
}

/** Ends the program by SIGKILL when the journal has grown so many times. False: the run was over before. */
async function killAtJournalStep(request: CopyRequest, step: number): Promise<boolean> {
  const program = startVerb('backup', request);
  let bytes = journalBytes(request.stateDir);
  let steps = 0;
  let isOver = false;
  const done = program.done.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const now = journalBytes(request.stateDir);
    if (now !== bytes && ++steps === step) program.process.kill('SIGKILL');
    bytes = now;
    await sleep(1);
  }
  const { exitCode } = await done;
  return exitCode === null;
}

test.each(KINDS)(
  'S140 a backup to %s that is killed at a step of its journal is whole after the next',
  async (kind) => {
    const request = requestFor(kind);
    await changeSource(request, 1);
    expect((await backup(request)).summary).toMatchObject({ exitCode: 0 });
    let kills = 0;
    for (let round = 2; kills < KILLS; round++) {
      expect(round, 'hardly any run comes to its kill').toBeLessThan(MOST_ROUNDS);
      await changeSource(request, round);
      const untouched = await fingerprintServer(request.source);
      const step = 1 + (round % 6);
      if (await killAtJournalStep(request, step)) kills++;
      const what = `round ${round}, killed at step ${step}`;
      const result = await backup(request);
      expect(summaryOf(result), `${what}: ${result.stderr}`).toMatchObject({ exitCode: 0 });
      assertSameAccounts(await readAccount(request.source), await readAccount(request.destination));
      expect(await fingerprintServer(request.source), what).toEqual(untouched);
    }
  },
);
