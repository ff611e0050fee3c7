import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { assertSameAccounts, carriedOf, fingerprintServer, readAccount } from '../support/compare/index.js';
import { type AccountLogin, loginOf } from '../support/imap-client/index.js';
import { copy } from '../support/program/index.js';
import { startProxy, type TcpProxy } from '../support/proxy/index.js';
import { SERVER_KINDS, ServerSet, startServer, usersNamed } from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

/** One account to read, and for each pair one to write, so that a server may be both sides. */
const USERS = usersNamed(['reader', ...SERVER_KINDS.map((kind) => `from-${kind}`)]);
const ACCOUNT = generateAccount({ seed: 'pairs', messages: 320, mailboxes: 14, maxSizeBytes: 20_000_000 });

/** At none of the three these names need to change: levels stay levels, whatever prefix and delimiter are. */
const nameMap = (path: readonly string[]): readonly string[] => path;
/** All commands that change an account. */
const WRITES =
  / (?:APPEND|(?:UID )?(?:STORE|COPY|MOVE|EXPUNGE)|CLOSE|CREATE|DELETE|RENAME|SUBSCRIBE|UNSUBSCRIBE)\b/i;

const servers = new ServerSet();
let folder = '';

beforeAll(async () => {
  folder = makeTestFolder('pairs');
  for (const kind of SERVER_KINDS) {
    const server = await servers.add(kind, startServer(kind, { users: USERS }));
    await fillAccount(loginOf(server, 'reader'), ACCOUNT);
  }
});

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Counts what a run does to a server by putting a proxy before it. */
async function behindProxy(login: AccountLogin): Promise<{ login: AccountLogin; proxy: TcpProxy }> {
  const proxy = await startProxy({ targetPort: login.port });
  return { proxy, login: { ...login, port: proxy.port } };
}

describe.each(SERVER_KINDS)('from %s', (from) => {
  test.each(SERVER_KINDS)('to %s: everything arrives, and a second run does nothing', async (to) => {
    const source = loginOf(servers.get(from), 'reader');
    const target = loginOf(servers.get(to), `from-${from}`);
    const [sourceSide, targetSide] = [await behindProxy(source), await behindProxy(target)];
    try {
      const untouched = await fingerprintServer(source);
      const request = {
        source: sourceSide.login,
        destination: targetSide.login,
        stateDir: join(folder, `${from}-${to}`),
      };
      const first = await copy(request);
      expect(first.summary, first.stderr).toMatchObject({ verdict: 'complete', exitCode: 0, problems: [] });
      const expected = carriedOf(await readAccount(source));
      assertSameAccounts(expected, await readAccount(target), { nameMap, ignoreExtraMailboxes: 'empty' });
      const total = expected.mailboxes.reduce((sum, { messages }) => sum + messages.length, 0);
      expect(total).toBeGreaterThanOrEqual(300);
      expect(first.summary.messages.copied).toBe(total);
      expect(await fingerprintServer(source)).toEqual(untouched);

      const settled = await fingerprintServer(target);
      const [readBefore, writtenBefore] = [
        sourceSide.proxy.commands.length,
        targetSide.proxy.commands.length,
      ];
      const second = await copy(request);
      expect(second.summary, second.stderr).toMatchObject({
        verdict: 'complete',
        exitCode: 0,
        mailboxes: { created: 0, changed: 0 },
        messages: { copied: 0 },
        flags: { updated: 0 },
        problems: [],
      });
      const said = [
        ...sourceSide.proxy.commands.slice(readBefore),
        ...targetSide.proxy.commands.slice(writtenBefore),
      ].map(({ line }) => line);
      expect(said.filter((line) => WRITES.test(line))).toEqual([]);
      if (servers.get(from).facts.persistentModseq) {
        expect(said.filter((line) => / (?:SELECT|EXAMINE) /i.test(line))).toEqual([]);
      }
      expect(await fingerprintServer(target)).toEqual(settled);
      expect(await fingerprintServer(source)).toEqual(untouched);
    } finally {
      await Promise.all([sourceSide.proxy.stop(), targetSide.proxy.stop()]);
    }
  });
});
