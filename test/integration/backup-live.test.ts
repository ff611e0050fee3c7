import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillAccount } from '../support/accounts/index.js';
import { onStage, smallMessages, startRandomLoad, writesIn } from '../support/backup/index.js';
import { compareAccounts } from '../support/compare/index.js';
import { loginOf } from '../support/imap-client/index.js';
import { ServerSet, startDovecot, startServer, usersNamed } from '../support/servers/index.js';

const KINDS = ['dovecot', 'cyrus'] as const;
const MAILBOXES = ['INBOX', 'One', 'Two', 'Three', 'Four'];
const RUNS = 10;
const users = usersNamed(KINDS.map((kind) => `to-${kind}`));

const servers = new ServerSet<'source' | (typeof KINDS)[number]>();

beforeAll(async () => {
  const targets = KINDS.map((kind) => servers.add(kind, startServer(kind, { users })));
  await Promise.all([servers.add('source', startDovecot({ users })), ...targets]);
});

afterAll(async () => {
  await servers.stop();
});

test.each(KINDS)(
  'while others change the source at random, run after run into %s loses nothing and doubles nothing',
  async (kind) => {
    const login = loginOf(servers.get('source'), `to-${kind}`);
    const mailboxes = MAILBOXES.map((name) => ({
      path: [name],
      subscribed: true,
      messages: smallMessages(name, 40),
    }));
    await fillAccount(login, { mailboxes });
    await onStage(login, loginOf(servers.get(kind), `to-${kind}`), async (stage) => {
      const load = startRandomLoad(login, MAILBOXES, { seed: `live ${kind}`, connections: 3 });
      try {
        for (let run = 1; run <= RUNS; run++) {
          const { summary, stderr } = await stage.run();
          expect([0, 2], `run ${run}: ${JSON.stringify(summary)} ${stderr}`).toContain(summary.exitCode);
        }
      } finally {
        await load.stop();
      }
      expect(load.changes).toBeGreaterThan(RUNS);
      let quiet = await stage.run();
      if (quiet.summary.exitCode === 2) quiet = await stage.run();
      expect(quiet.summary, quiet.stderr).toMatchObject({ exitCode: 0, problems: [] });
      const [expected, actual] = await stage.images();
      expect(compareAccounts(expected, actual)).toEqual([]);
      const last = await stage.run();
      expect(last.summary, last.stderr).toMatchObject({ exitCode: 0, messages: { copied: 0, removed: 0 } });
      expect(Object.values(last.said).flatMap(writesIn)).toEqual([]);
    });
  },
);
