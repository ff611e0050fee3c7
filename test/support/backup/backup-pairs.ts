import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { fillAccount } from '../accounts/index.js';
import { type AccountLogin, loginOf } from '../imap-client/index.js';
import {
  type MailAccount,
  SERVER_KINDS,
  type ServerKind,
  ServerSet,
  startServer,
  usersNamed,
} from '../servers/index.js';
import { type BackupStage, onStage } from './backup-stage.js';
import { editAccount } from './edit-account.js';
import { smallMessages } from './small-mail.js';

export type BackupPair = readonly [from: ServerKind, to: ServerKind];

/** Dovecot with each, and each with Dovecot. */
export const BACKUP_PAIRS: readonly BackupPair[] = [
  ['dovecot', 'dovecot'],
  ['dovecot', 'cyrus'],
  ['cyrus', 'dovecot'],
  ['courier', 'dovecot'],
  ['dovecot', 'courier'],
];
/** In each mailbox where nothing else is said. */
export const MESSAGES = 4;
/** The one mailbox that is subscribed when it is filled. */
export const SUBSCRIBED = 'Quiet';

/** A server of each kind, started and stopped once a file. */
export interface BackupServers {
  readonly users: readonly MailAccount[];
  /** Somebody there whom no other test has. */
  newLogin(kind: ServerKind): AccountLogin;
  /** Two accounts after a first backup of mailboxes with these names. */
  backedUp(
    pair: BackupPair,
    names: readonly string[],
    work: (stage: BackupStage) => Promise<void>,
    messages?: number,
  ): Promise<void>;
}

/** @param people how many accounts there are on each server: two for each test */
export function backupServers(people: number): BackupServers {
  const users = usersNamed(Array.from({ length: people }, (_, index) => `user${index}`));
  const servers = new ServerSet();
  const used = new Map<ServerKind, number>();
  beforeAll(async () => {
    await Promise.all(SERVER_KINDS.map((kind) => servers.add(kind, startServer(kind, { users }))));
  });
  afterAll(() => servers.stop());
  const newLogin = (kind: ServerKind): AccountLogin => {
    const user = users[used.get(kind) ?? 0];
    if (!user) throw new Error(`nobody is left at ${kind}`);
    used.set(kind, (used.get(kind) ?? 0) + 1);
    return loginOf(servers.get(kind), user.name);
  };
  return {
    users,
    newLogin,
    backedUp: async ([from, to], names, work, messages = MESSAGES) => {
      const source = newLogin(from);
      if (from === 'cyrus') await createApart(source, names);
      await fillMailboxes(source, names, messages);
      await onStage(source, newLogin(to), async (stage) => {
        const { summary, stderr } = await stage.run();
        const copied = names.length * messages;
        expect(summary, stderr).toMatchObject({ exitCode: 0, messages: { copied } });
        await work(stage);
      });
    },
  };
}

export async function fillMailboxes(
  login: AccountLogin,
  names: readonly string[],
  messages = MESSAGES,
): Promise<void> {
  const mailboxes = names.map((name) => ({
    path: name.split('/'),
    subscribed: name === SUBSCRIBED,
    messages: smallMessages(name, messages),
  }));
  await fillAccount(login, { mailboxes });
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
