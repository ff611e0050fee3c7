import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { type AccountLogin, loginOf } from '../support/imap-client/index.js';
import { copy } from '../support/program/index.js';
import { startProxy } from '../support/proxy/index.js';
import { type MailServer, startDovecot, usersNamed } from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const MAILBOXES = 30;
const MESSAGES = 120;
const USERS = usersNamed(['source', 'target']);

let server: MailServer;
let folder = '';

beforeAll(async () => {
  folder = makeTestFolder('roundtrips');
  server = await startDovecot({ users: USERS });
  const options = { seed: 'round trips', messages: MESSAGES, mailboxes: MAILBOXES, spread: 'even' } as const;
  await fillAccount(
    loginOf(server, 'source'),
    generateAccount({ ...options, maxSizeBytes: 20_000, deleted: false }),
  );
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function throughProxy<T>(
  login: AccountLogin,
  run: (login: AccountLogin) => Promise<T>,
): Promise<{ result: T; roundTrips: number }> {
  const proxy = await startProxy({ targetPort: login.port });
  try {
    const result = await run({ ...login, host: proxy.host, port: proxy.port });
    return { result, roundTrips: proxy.counters.roundTrips };
  } finally {
    await proxy.stop();
  }
}

describe('a first copy of many small mailboxes', () => {
  test('asks the source twice for each: what it holds, and the messages', async () => {
    const { result, roundTrips } = await throughProxy(loginOf(server, 'source'), (source) =>
      copy({
        source,
        destination: loginOf(server, 'target'),
        stateDir: join(folder, 'state'),
        options: ['--connections', '1'],
      }),
    );
    expect(result.summary, result.stderr).toMatchObject({ exitCode: 0, messages: { copied: MESSAGES } });
    // Greeting, login, what the server is, LIST and the farewell are each asked for once.
    expect(roundTrips).toBeLessThanOrEqual(2 * MAILBOXES + 6);
    expect(roundTrips).toBeGreaterThan(MAILBOXES);
  });
});
