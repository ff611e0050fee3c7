import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import {
  type AccountEditor,
  type BackupRun,
  type BackupStage,
  besidesLogin,
  editAccount,
  expectEqual,
  onStage,
  openingsIn,
  smallMessage,
  smallMessages,
  writesIn,
} from '../support/backup/index.js';
import { fingerprintServer } from '../support/compare/index.js';
import { loginOf } from '../support/imap-client/index.js';
import {
  DOVECOT_CAPABILITY,
  type MailServer,
  MICROSOFT_365_CAPABILITY,
  ServerSet,
  startCourier,
  startCyrus,
  startDovecot,
  usersNamed,
} from '../support/servers/index.js';
import { MAIL_GID, MAIL_UID } from '../support/servers/system-users.js';

const MAILBOXES = ['INBOX', 'Idle', 'Flags', 'Added', 'Removed', 'Highest', 'Swapped', 'HighestSwapped'];
const MESSAGES = 8;

/** What is said to a server when mailboxes are surveyed. */
interface Manners {
  readonly says: readonly RegExp[];
  readonly neverSays: readonly RegExp[];
}

interface Kind {
  readonly start: () => Promise<MailServer>;
  readonly keepsModseq: boolean;
  readonly removes: boolean;
  readonly manners: Manners;
}

const CHANGES = /^UID FETCH .*CHANGEDSINCE/;
const VANISHED = /^UID FETCH .*CHANGEDSINCE \d+ VANISHED/;
const ESEARCH = /^UID SEARCH RETURN/;
const LIST_STATUS = /^LIST .*RETURN .*STATUS \(/;
const STATUS = /^STATUS /;

/** All that Dovecot offers but these. */
function dovecotWithout(...words: readonly string[]): () => Promise<MailServer> {
  const capability = DOVECOT_CAPABILITY.split(' ').filter((word) => !words.includes(word));
  return () => startDovecot({ users, capability: capability.join(' ') });
}

const whole = { keepsModseq: true, removes: true };
const KINDS: Readonly<Record<string, Kind>> = {
  'Dovecot (QRESYNC)': {
    ...whole,
    start: () => startDovecot({ users }),
    manners: { says: [VANISHED, LIST_STATUS], neverSays: [STATUS] },
  },
  'Cyrus (QRESYNC)': {
    ...whole,
    start: () => startCyrus({ users }),
    manners: { says: [VANISHED, LIST_STATUS], neverSays: [STATUS] },
  },
  'a server with CONDSTORE alone': {
    ...whole,
    start: dovecotWithout('QRESYNC'),
    manners: { says: [CHANGES], neverSays: [VANISHED] },
  },
  'a server without ESEARCH': {
    ...whole,
    start: dovecotWithout('ESEARCH', 'ESORT', 'SEARCHRES', 'CONTEXT=SEARCH'),
    manners: { says: [VANISHED], neverSays: [ESEARCH] },
  },
  'a server without LIST-STATUS': {
    ...whole,
    start: dovecotWithout('LIST-STATUS'),
    manners: { says: [VANISHED, STATUS], neverSays: [LIST_STATUS] },
  },
  'a server without UIDPLUS': {
    ...whole,
    removes: false,
    start: dovecotWithout('UIDPLUS'),
    manners: { says: [VANISHED], neverSays: [/^(?:UID )?EXPUNGE/, /^CLOSE/] },
  },
  'a server like Microsoft 365': {
    ...whole,
    keepsModseq: false,
    start: () => startDovecot({ users, capability: MICROSOFT_365_CAPABILITY }),
    manners: { says: [STATUS], neverSays: [CHANGES, ESEARCH, LIST_STATUS] },
  },
  Courier: {
    ...whole,
    keepsModseq: false,
    start: () => startCourier({ users }),
    manners: { says: [STATUS], neverSays: [CHANGES, ESEARCH, LIST_STATUS] },
  },
};

const PAIRS = Object.keys(KINDS).flatMap((kind, index) => [
  { from: kind, to: 'Dovecot (QRESYNC)', number: 2 * index },
  ...(index === 0 ? [] : [{ from: 'Dovecot (QRESYNC)', to: kind, number: 2 * index + 1 }]),
]);
const names = [
  ...PAIRS.flatMap(({ number }) => [`from${number}`, `to${number}`]),
  'source-plain',
  'destination-plain',
];
const users = usersNamed(names);
const servers = new ServerSet<string>();

beforeAll(async () => {
  await Promise.all(Object.entries(KINDS).map(([name, { start }]) => servers.add(name, start())));
});

afterAll(async () => {
  await servers.stop();
});

function kindOf(name: string): Kind {
  const kind = KINDS[name];
  if (!kind) throw new Error(`no ${name}`);
  return kind;
}

async function changeEverything(editor: AccountEditor): Promise<void> {
  await editor.inMailbox(
    'Flags',
    'UID STORE 1:2 +FLAGS (\\Flagged)',
    'UID STORE 3 -FLAGS (Work)',
    'UID STORE 6 FLAGS (Later \\Answered)',
    'UID STORE 7 -FLAGS (\\Seen)',
  );
  await editor.append('Added', ...smallMessages('Added', 2, { first: 100 }));
  await editor.remove('Removed', '3');
  await editor.remove('Highest', `${MESSAGES}`);
  await editor.remove('Swapped', '4');
  await editor.append('Swapped', smallMessage('swapped.new', 7));
  await editor.remove('HighestSwapped', `${MESSAGES}`);
  await editor.append('HighestSwapped', smallMessage('highest.new', 3));
}

/** A run after which nothing is to be done. */
async function expectNothingToDo(stage: BackupStage, isFree: boolean): Promise<BackupRun> {
  const before = stage.stateFiles();
  const run = await stage.run();
  for (const said of Object.values(run.said)) {
    expect(writesIn(said)).toEqual([]);
    if (!isFree) continue;
    expect(openingsIn(said)).toEqual([]);
    const work = besidesLogin(said);
    expect(work.filter((line) => !/^(?:LIST|STATUS) /.test(line))).toEqual([]);
    expect(work.filter((line) => /^LIST /.test(line))).toHaveLength(1);
  }
  if (isFree) expect(stage.stateFiles()).toEqual(before);
  return run;
}

function expectManners(said: readonly string[], { says, neverSays }: Manners): void {
  for (const pattern of says) expect(said, `${pattern}`).toContainEqual(expect.stringMatching(pattern));
  for (const pattern of neverSays) {
    expect(said, `not ${pattern}`).not.toContainEqual(expect.stringMatching(pattern));
  }
}

describe.concurrent.each(PAIRS)('from $from to $to', ({ from, to, number }) => {
  test('flags, additions and removals arrive, and then nothing is left to do', async () => {
    const source = loginOf(servers.get(from), `from${number}`);
    const destination = loginOf(servers.get(to), `to${number}`);
    const { removes } = kindOf(to);
    const isFree = kindOf(from).keepsModseq && kindOf(to).keepsModseq;
    const mailboxes = MAILBOXES.map((name) => ({
      path: [name],
      subscribed: name !== 'Idle',
      messages: smallMessages(name, MESSAGES),
    }));
    await fillAccount(source, { mailboxes });
    await onStage(source, destination, async (stage) => {
      const first = await stage.run();
      expect(first.summary, first.stderr).toMatchObject({ exitCode: 0, problems: [] });
      await expectEqual(stage);
      await expectNothingToDo(stage, isFree);

      await editAccount(source, changeEverything);
      const untouched = await fingerprintServer(source);
      const second = await stage.run();
      const removed = removes ? 4 : 0;
      expect(second.summary, second.stderr).toMatchObject({
        exitCode: removes ? 0 : 2,
        messages: { copied: 4, removed, failed: 0, moved: 0 },
        flags: { updated: 5 },
      });
      const problems = removes ? [] : new Array(4).fill('REMOVAL_UNSUPPORTED');
      expect(second.summary.problems.map(({ code }) => code)).toEqual(problems);
      expectManners(second.said.source, kindOf(from).manners);
      expectManners(second.said.destination, kindOf(to).manners);
      if (isFree) expect(openingsIn(second.said.source).join()).not.toMatch(/Idle|INBOX/);
      await expectEqual(stage, { ignoreExtraMessages: !removes });
      expect(await fingerprintServer(source)).toEqual(untouched);

      const last = await expectNothingToDo(stage, isFree && removes);
      expect(last.summary, last.stderr).toMatchObject({
        exitCode: removes ? 0 : 2,
        messages: { copied: 0, removed: 0 },
        flags: { updated: 0 },
      });
    });
  });
});

// An index that cannot be written lives in memory, and its mod-sequences with it: Dovecot says NOMODSEQ.
test.each(['source', 'destination'] as const)(
  'a mailbox of the %s that keeps no mod-sequences is always looked at, the others are not',
  async (side) => {
    const server = await startDovecot({
      users,
      extraConfig: 'mail_location = maildir:~/Maildir:INDEX=~/index',
    });
    try {
      const plain = loginOf(servers.get('Dovecot (QRESYNC)'), `${side}-plain`);
      const mixed = loginOf(server, `${side}-plain`);
      forgetIndexOf(server, mixed.user, 'Odd');
      const [source, destination] = side === 'source' ? [mixed, plain] : [plain, mixed];
      const mailboxes = ['Good', 'Odd'].map((name) => ({
        path: [name],
        subscribed: true,
        messages: smallMessages(name, 5),
      }));
      await fillAccount(source, { mailboxes });
      await onStage(source, destination, async (stage) => {
        expect((await stage.run()).summary).toMatchObject({ exitCode: 0, messages: { copied: 10 } });
        await expectEqual(stage);
        await editAccount(source, async (editor) => {
          for (const name of ['Good', 'Odd']) {
            await editor.inMailbox(name, 'UID STORE 2 +FLAGS (\\Deleted)', 'UID STORE 1 FLAGS (Later)');
            await editor.append(name, smallMessage(`${name}.new`, 9));
            await editor.remove(name, '3');
          }
        });
        const run = await stage.run();
        expect(run.summary, run.stderr).toMatchObject({ exitCode: 0, messages: { copied: 2, removed: 4 } });
        await expectEqual(stage);
        const last = await stage.run();
        for (const said of Object.values(last.said)) {
          expect(writesIn(said)).toEqual([]);
          expect(openingsIn(said)).toEqual([expect.stringContaining('Odd')]);
        }
      });
    } finally {
      await server.stop();
    }
  },
);

/** Puts a folder that its user cannot write to where Dovecot keeps the index of a mailbox. */
function forgetIndexOf({ rootDir }: MailServer, user: string, mailbox: string): void {
  const home = join(rootDir, 'mail', user);
  for (const folder of [home, join(home, 'index')]) {
    mkdirSync(folder);
    chownSync(folder, MAIL_UID, MAIL_GID);
  }
  mkdirSync(join(home, 'index', `.${mailbox}`), { mode: 0o555 });
}
