import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createImapStore } from '../../../src/store/imap/imap-store.js';
import { startProxy } from '../../support/proxy/index.js';
import type { MailServer } from '../../support/servers/index.js';
import type { ExpectedFacts, StoreFixture } from './fixture.js';
import { connectPeer } from './imap-peer.js';

export const USER = { name: 'ann', password: 'secret of ann' };

/** An account on a real server that has the user {@link USER}; the stores go through a proxy, the peer does not. */
export async function imapFixture(
  server: MailServer,
  expected: Omit<ExpectedFacts, 'delimiter' | 'prefix' | 'hasModseq' | 'hasUidNext'>,
  place?: StoreFixture['place'],
): Promise<StoreFixture> {
  const { host, port, facts } = server;
  const proxy = await startProxy({ targetPort: port });
  const peer = await connectPeer({ host, port, user: USER.name, password: USER.password });
  return {
    store: ({ connections = 4 } = {}) =>
      createImapStore({
        account: `${USER.name}@${server.kind}`,
        host: proxy.host,
        port: proxy.port,
        security: 'none',
        user: USER.name,
        password: async () => USER.password,
        connections,
        timeoutMs: 60_000,
      }),
    peer,
    expected: {
      ...expected,
      delimiter: facts.delimiter,
      prefix: facts.prefix,
      hasModseq: facts.persistentModseq,
      hasUidNext: true,
    },
    ...(place ? { place } : {}),
    loseNextAppendAnswer: () => {
      proxy.addRule({ on: { command: / APPEND /i }, do: { kind: 'drop-answer', thenClose: true } });
    },
    cut: () => proxy.cutAll(),
    receivedBytes: () => proxy.counters.bytesToClient,
    async cleanup() {
      await peer.close();
      await proxy.stop();
      await server.stop();
    },
  };
}

/** Puts a file into the new/ folder of a Dovecot's Maildir, where its user may read and move it. */
export function placeInMaildir(server: MailServer): NonNullable<StoreFixture['place']> {
  const maildir = join(server.rootDir, 'mail', USER.name, 'Maildir');
  return async (mailbox, body) => {
    const file = join(maildir, `.${mailbox}`, 'new', '1000000000.M1P1.elsewhere');
    const { uid, gid } = await stat(maildir);
    await writeFile(file, body);
    await chown(file, uid, gid);
  };
}
