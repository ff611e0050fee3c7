import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, type RefusedMessage } from '../support/accounts/index.js';
import {
  type AccountImage,
  assertSameAccounts,
  carriedOf,
  fingerprintServer,
  readAccount,
} from '../support/compare/index.js';
import {
  difficultAccount,
  peakMemoryKib,
  type ReadMailbox,
  readMessages,
  withoutClock,
} from '../support/control/index.js';
import { type AppendableMessage, loginOf } from '../support/imap-client/index.js';
import { type CopyResult, copy, startCopy, summaryOf } from '../support/program/index.js';
import { startProxy } from '../support/proxy/index.js';
import {
  type MailServer,
  SERVER_KINDS,
  type ServerKind,
  ServerSet,
  startServer,
  usersNamed,
} from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const PAIRS: readonly (readonly [from: ServerKind, to: ServerKind])[] = [
  ['dovecot', 'cyrus'],
  ['dovecot', 'courier'],
  ['dovecot', 'dovecot'],
  ['courier', 'dovecot'],
  ['courier', 'cyrus'],
];
const NAMES = ['reader', ...['dovecot', 'courier'].flatMap((from) => [`from-${from}`, `control-${from}`])];
/** Two for each copy of large messages. */
const LARGE = Array.from({ length: 10 }, (_, index) => `large${index + 1}`);
const USERS = usersNamed([...NAMES, ...LARGE]);
const startedMs = Date.now();

const servers = new ServerSet();
let folder = '';

beforeAll(async () => {
  folder = makeTestFolder('mail');
  for (const kind of SERVER_KINDS) await servers.add(kind, startServer(kind, { users: USERS }));
  for (const kind of ['dovecot', 'courier'] as const) {
    await fillAccount(loginOf(servers.get(kind), 'reader'), difficultAccount('difficult'), {
      skipRefused: true,
    });
  }
});

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What another client was refused, in the words of this program: one line a message. */
function refusalLines(source: readonly ReadMailbox[], refused: readonly RefusedMessage[]): string[] {
  const lines = refused.map(({ path, index, text }) => {
    const mailbox = source.find((candidate) => candidate.path.join('/') === path.join('/'));
    return `${path.join('/')} ${mailbox?.messages[index]?.uid}: ${text.replace(/^\S+ (?:\[[^\]]*\] )?/, '')}`;
  });
  return lines.sort();
}

function reportedLines({ summary }: CopyResult): string[] {
  return summary.problems.map(({ mailbox, uid, serverText }) => `${mailbox} ${uid}: ${serverText}`).sort();
}

async function imageOf(server: MailServer, user: string): Promise<AccountImage> {
  return withoutClock(await readAccount(loginOf(server, user)), startedMs);
}

describe.each(PAIRS)('from %s to %s', (from, to) => {
  test('difficult mail arrives as from any other client; what is refused is told and stops nothing', async () => {
    const [reader, writer] = [servers.get(from), servers.get(to)];
    const source = loginOf(reader, 'reader');
    const read = carriedOf({ mailboxes: await readMessages(source) });
    const control = await fillAccount(loginOf(writer, `control-${from}`), read, { skipRefused: true });
    const untouched = await fingerprintServer(source);
    const proxy = await startProxy({ targetPort: writer.port });
    try {
      const request = {
        source,
        destination: { ...loginOf(writer, `from-${from}`), port: proxy.port },
        stateDir: join(folder, `${from}-${to}`),
      };
      const first = await copy(request);
      const target = await imageOf(writer, `from-${from}`);
      const expected = await imageOf(writer, `control-${from}`);
      assertSameAccounts(expected, target);
      expect(reportedLines(first)).toEqual(refusalLines(read.mailboxes, control.refused));
      const exitCode = control.refused.length > 0 ? 2 : 0;
      expect(first.summary, first.stderr).toMatchObject({ exitCode, messages: { copied: control.appended } });

      const said = proxy.commands.length;
      const second = await copy(request);
      expect(second.summary, second.stderr).toMatchObject({ exitCode, messages: { copied: 0 } });
      expect(proxy.commands.slice(said).filter(({ line }) => / (?:APPEND|UID STORE) /i.test(line))).toEqual(
        [],
      );
      expect(await fingerprintServer(source)).toEqual(untouched);
    } finally {
      await proxy.stop();
    }
  });
});

/** A message of about so many octets that no server has a reason to change; made of few objects. */
function largeMessage(sizeBytes: number): AppendableMessage {
  const header = `Message-ID: <large-${sizeBytes}@example.net>\r\nSubject: large\r\n\r\n`;
  const line = `${'0123456789abcdef'.repeat(4)}\r\n`;
  const text = Buffer.alloc(sizeBytes - (sizeBytes % line.length), line, 'latin1');
  return {
    flags: ['\\Seen'],
    internalDate: ' 1-Feb-2003 04:05:06 +0000',
    body: () => Buffer.concat([Buffer.from(header), text]),
  };
}

describe('large messages', () => {
  let accounts = 0;
  const INBOX = { path: ['INBOX'], subscribed: true };

  test.each(PAIRS.slice(0, 4))('60 MB from %s to %s', async (from, to) => {
    await expectLarge(from, to, [60_000_000]);
  });

  test('200 MB need no more memory than a small one', async () => {
    const peakKib = await expectLarge('dovecot', 'dovecot', [200_000_000, 1000, 60_000_000]);
    expect(peakKib).toBeGreaterThan(20 * 1024);
    expect(peakKib).toBeLessThan(220 * 1024);
  });

  /** Returns the most memory the program has had, in KiB. */
  async function expectLarge(from: ServerKind, to: ServerKind, sizes: readonly number[]): Promise<number> {
    const [reader, writer] = [servers.get(from), servers.get(to)];
    const users = [`large${++accounts}`, `large${++accounts}`] as const;
    const [source, destination] = [loginOf(reader, users[0]), loginOf(writer, users[1])];
    await fillAccount(source, { mailboxes: [{ ...INBOX, messages: sizes.map(largeMessage) }] });
    const running = startCopy({ source, destination, stateDir: join(folder, users[0]) });
    const peakKib = await peakMemoryKib(running);
    const summary = summaryOf(await running.done);
    expect(summary).toMatchObject({ exitCode: 0, messages: { copied: sizes.length } });
    assertSameAccounts(await readAccount(source), await readAccount(destination), {
      ignoreExtraMailboxes: 'empty',
      ignoreSubscriptions: true,
    });
    return peakKib;
  }
});
