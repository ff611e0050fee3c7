import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { type AccountImage, assertSameAccounts, readAccount } from '../support/compare/index.js';
import { type AccountLogin, loginOf } from '../support/imap-client/index.js';
import { copy, type Summary } from '../support/program/index.js';
import { type Rule, startProxy } from '../support/proxy/index.js';
import {
  SERVER_KINDS,
  type ServerKind,
  ServerSet,
  startServer,
  usersNamed,
} from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const USERS = usersNamed(['many', 'few', 'quiet', 'cut']);
const MESSAGES = { many: 1500, few: 250 } as const;
/** Courier takes one message an APPEND, and its time for each. */
const SOURCE_OF = { dovecot: 'many', cyrus: 'many', courier: 'few' } as const;

const servers = new ServerSet();
const expected = new Map<'many' | 'few', AccountImage>();
let folder = '';

beforeAll(async () => {
  folder = makeTestFolder('batches');
  await Promise.all(SERVER_KINDS.map((kind) => servers.add(kind, startServer(kind, { users: USERS }))));
  for (const user of ['many', 'few'] as const) {
    const options = { seed: user, messages: MESSAGES[user], maxSizeBytes: 60_000, deleted: false };
    const messages = generateAccount(options).mailboxes.flatMap((mailbox) => mailbox.messages);
    const source = login('dovecot', user);
    await fillAccount(source, { mailboxes: [{ path: ['INBOX'], subscribed: true, messages }] });
    expected.set(user, await readAccount(source));
  }
});

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

function login(kind: ServerKind, user: string): AccountLogin {
  return loginOf(servers.get(kind), user);
}

function sourceOf(kind: ServerKind): AccountImage {
  return expected.get(SOURCE_OF[kind]) as AccountImage;
}

interface Copied {
  readonly summary: Summary;
  readonly stderr: string;
  /** What was said to the destination. */
  readonly lines: readonly string[];
}

/** Copies the one large mailbox through a proxy before the destination. */
async function copyTo(kind: ServerKind, user: string, rules: readonly Rule[] = []): Promise<Copied> {
  const target = login(kind, user);
  const proxy = await startProxy({ targetPort: target.port, rules });
  try {
    const destination = { ...target, host: proxy.host, port: proxy.port };
    const source = login('dovecot', SOURCE_OF[kind]);
    const stateDir = join(folder, `${kind}-${user}`);
    const { summary, stderr } = await copy({ source, destination, stateDir });
    return { summary, stderr, lines: proxy.commands.map(({ line }) => line) };
  } finally {
    await proxy.stop();
  }
}

/** The commands that began an APPEND: what follows in a MULTIAPPEND is no line of its own. */
function appendsIn(lines: readonly string[]): number {
  return lines.filter((line) => /^\S+ APPEND /.test(line)).length;
}

describe.concurrent.each(SERVER_KINDS)('a mailbox of several batches, to %s', (kind) => {
  const copied = MESSAGES[SOURCE_OF[kind]];

  test('arrives whole and in order', async () => {
    const { summary, stderr, lines } = await copyTo(kind, 'quiet');
    expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied } });
    assertSameAccounts(sourceOf(kind), await readAccount(login(kind, 'quiet')), {
      ignoreExtraMailboxes: 'empty',
    });
    expect(appendsIn(lines)).toBeGreaterThan(2);
  });

  test('arrives once and in order although the connection breaks in the middle and near the end', async () => {
    const sizes = sourceOf(kind).mailboxes.flatMap(({ messages }) =>
      messages.map(({ sizeBytes }) => sizeBytes),
    );
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    const cuts: number[] = [];
    const rules = [0.3, 0.95].map(
      (share): Rule => ({
        on: { afterBytes: Math.round(totalBytes * share), direction: 'toServer', over: 'proxy' },
        do: { kind: 'cut' },
        onFire: () => cuts.push(share),
      }),
    );
    const { summary, stderr } = await copyTo(kind, 'cut', rules);
    expect(cuts).toEqual([0.3, 0.95]);
    expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied } });
    assertSameAccounts(sourceOf(kind), await readAccount(login(kind, 'cut')), {
      ignoreExtraMailboxes: 'empty',
    });
  });
});
