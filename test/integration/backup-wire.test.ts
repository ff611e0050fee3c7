import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, writeMaildir } from '../support/accounts/index.js';
import {
  type AccountEditor,
  BACKUP_PAIRS,
  type BackupRun,
  BackupStage,
  bodyFetchesIn,
  editAccount,
  openingsIn,
  smallMessages,
  writesIn,
} from '../support/backup/index.js';
import { type AccountImage, compareAccounts, readAccount } from '../support/compare/index.js';
import { loginOf } from '../support/imap-client/index.js';
import {
  type MailServer,
  SERVER_KINDS,
  type ServerKind,
  ServerSet,
  startServer,
  usersNamed,
} from '../support/servers/index.js';

/** Pairs of which the destination is filled by the first backup; the others have the same mail on both sides from the start. */
const COPIED = ['dovecot dovecot', 'dovecot cyrus'];
const users = usersNamed(['source', 'from-dovecot', 'from-cyrus', 'from-courier']);

const MAILBOXES = ['INBOX', ...Array.from({ length: 9 }, (_, index) => `Box ${index + 1}`)];
const MESSAGES_EACH = 1000;
const SIZE_BYTES = 1500;
/** Of each kind of change: one message in a hundred. */
const EACH = 100;
const RENAMED = { from: 'Box 9', to: 'Renamed' } as const;

const ACCOUNT = MAILBOXES.map((name) => ({
  path: [name],
  subscribed: true,
  messages: smallMessages(name, MESSAGES_EACH, { sizeBytes: SIZE_BYTES }),
}));

const servers = new ServerSet();
const stages = new Map<string, BackupStage>();
/** What each account to read holds after the changes; nothing writes there from then on. */
const sources = new Map<ServerKind, AccountImage>();

/** One account to read on each server, backed up everywhere, and then changed. */
beforeAll(async () => {
  await Promise.all(SERVER_KINDS.map((kind) => servers.add(kind, startServer(kind, { users }))));
  await Promise.all(SERVER_KINDS.map(fill));
  await Promise.all(SERVER_KINDS.map(backUpAndChange));
});

afterAll(async () => {
  for (const stage of stages.values()) await stage.close();
  await servers.stop();
});

/** Fills the account to read, and those that have the same mail from the start. */
async function fill(kind: ServerKind): Promise<void> {
  const server = servers.get(kind);
  const others = BACKUP_PAIRS.filter(([from, to]) => to === kind && !COPIED.includes(`${from} ${to}`));
  const names = others.map(([from]) => `from-${from}`);
  if (kind === 'courier') {
    for (const name of ['source', ...names]) await fillCourier(server, name);
    return;
  }
  await fillAccount(loginOf(server, 'source'), { mailboxes: ACCOUNT }, { connections: 4 });
  const home = (name: string): string => join(server.rootDir, 'mail', name);
  for (const name of names) await promisify(execFile)('cp', ['-a', home('source'), home(name)]);
}

async function fillCourier(server: MailServer, name: string): Promise<void> {
  const empty = ACCOUNT.map((mailbox) => ({ ...mailbox, messages: [] }));
  await fillAccount(loginOf(server, name), { mailboxes: empty });
  const maildir = join(server.rootDir, 'mail', name, 'Maildir');
  for (const [index, { messages }] of ACCOUNT.entries()) {
    await writeMaildir(index === 0 ? maildir : join(maildir, `.${MAILBOXES[index]}`), messages);
  }
  // Courier writes the UIDs down when a mailbox is selected, not when it is examined.
  await editAccount(loginOf(server, name), async (editor) => {
    for (const mailbox of MAILBOXES) await editor.select(mailbox);
  });
}

async function backUpAndChange(kind: ServerKind): Promise<void> {
  const source = loginOf(servers.get(kind), 'source');
  for (const [from, to] of BACKUP_PAIRS) {
    if (from !== kind) continue;
    const stage = await BackupStage.open(source, loginOf(servers.get(to), `from-${from}`));
    stages.set(`${from} ${to}`, stage);
    const first = await stage.run();
    const all = MAILBOXES.length * MESSAGES_EACH;
    const [copied, paired] = COPIED.includes(`${from} ${to}`) ? [all, 0] : [0, all];
    expect(first.summary, first.stderr).toMatchObject({ exitCode: 0, messages: { copied, paired } });
  }
  await editAccount(source, changeAll);
  sources.set(kind, await readAccount(source));
}

/** One in a hundred of each: flags, additions, removals, and moves from one mailbox to another; and a rename. */
async function changeAll(editor: AccountEditor): Promise<void> {
  for (const [name, uids] of [
    ['INBOX', '101:150'],
    ['Box 1', '201,303,405,507,609:654'],
  ] as const) {
    await editor.inMailbox(name, `UID STORE ${uids} +FLAGS.SILENT (Marked)`);
  }
  for (const name of ['INBOX', 'Box 2']) {
    const added = smallMessages(name, EACH / 2, { first: 5001, sizeBytes: SIZE_BYTES });
    await editor.append(name, ...added);
  }
  await editor.remove('Box 3', '301:350');
  await editor.remove('Box 4', Array.from({ length: EACH / 2 }, (_, index) => 2 * index + 11).join());
  await editor.move('Box 5', '401:450', 'Box 6');
  await editor.move('Box 6', Array.from({ length: EACH / 2 }, (_, index) => 3 * index + 5).join(), 'INBOX');
  await editor.rename(RENAMED.from, RENAMED.to);
  await editor.tree('UNSUBSCRIBE', RENAMED.from);
  await editor.tree('SUBSCRIBE', RENAMED.to);
}

function allowedBytes(isWithoutModseq: boolean): number {
  const bodies = smallMessages('INBOX', EACH, { first: 5001, sizeBytes: SIZE_BYTES });
  const newBytes = bodies.reduce((sum, message) => sum + message.body().length, 0);
  const changed = 4 * EACH;
  const dirtyMailboxes = 8;
  const looking = isWithoutModseq ? 100 * MAILBOXES.length * MESSAGES_EACH : 0;
  return 1.05 * newBytes + 200 * changed + 64 * 1024 * dirtyMailboxes + looking;
}

function expectFree(run: BackupRun): void {
  for (const said of Object.values(run.said)) expect([...writesIn(said), ...openingsIn(said)]).toEqual([]);
}

describe.each(BACKUP_PAIRS)('from %s to %s', (from, to) => {
  test('a 10,000-message account with 1 % of flags, additions and removals, moves and renames is made equal with at most 1.05 x the new bodies + 200 bytes a changed message + 64 KiB a dirty mailbox (+ 100 bytes a message without CONDSTORE) on the wire, and no body fetched for a move', async () => {
    const stage = stages.get(`${from} ${to}`);
    if (!stage) throw new Error('the first backup failed');
    const run = await stage.run();
    // Courier numbers the messages of a renamed mailbox anew, so that nothing proves the rename: all of them have moved.
    const renumbered = from === 'courier' ? MESSAGES_EACH : 0;
    expect(run.summary, run.stderr).toMatchObject({
      exitCode: 0,
      problems: [],
      mailboxes: from === 'courier' ? { created: 1, removed: 1, renamed: 0 } : { renamed: 1 },
      messages: { copied: EACH, moved: EACH + renumbered, removed: 2 * EACH + renumbered, failed: 0 },
      flags: { updated: EACH },
    });
    const isWithoutModseq = from === 'courier' || to === 'courier';
    expect(run.wireBytes).toBeLessThan(allowedBytes(isWithoutModseq));

    const fetched = bodyFetchesIn(run.commands.source);
    expect(fetched.map(({ mailbox }) => mailbox).sort()).toEqual(['Box 2', 'INBOX'].map(onWire(from)).sort());
    expect(fetched.flatMap(({ uids }) => uids)).toHaveLength(EACH);
    expect(bodyFetchesIn(run.commands.destination)).toEqual([]);

    const [source, destination] = [sources.get(from), await readAccount(stage.destination)];
    if (!source) throw new Error(`nobody read ${from}`);
    const options = { ignoreExtraMailboxes: 'empty', ignoreOrder: to === 'courier' } as const;
    expect(compareAccounts(source, destination, options)).toEqual([]);
    const last = await stage.run();
    expect(last.summary, last.stderr).toMatchObject({ exitCode: 0, messages: { copied: 0, removed: 0 } });
    if (!isWithoutModseq) expectFree(last);
  });
});

/** How a mailbox is called on a server's wire. */
function onWire(kind: ServerKind): (name: string) => string {
  return (name) => (kind === 'courier' && name !== 'INBOX' ? `INBOX.${name}` : name);
}
