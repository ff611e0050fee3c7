import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { type AccountImage, assertSameAccounts, readAccount } from '../support/compare/index.js';
import { type AccountLogin, loginOf } from '../support/imap-client/index.js';
import { type CopyRequest, copy } from '../support/program/index.js';
import { type Action, startProxy, type TcpProxy } from '../support/proxy/index.js';
import {
  SERVER_KINDS,
  type ServerKind,
  ServerSet,
  startServer,
  usersNamed,
} from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const ACCOUNT = generateAccount({
  seed: 'broken answers',
  messages: 40,
  mailboxes: 3,
  maxSizeBytes: 50_000,
  deleted: false,
});
/** Within this a server's silence has to be noticed. */
const SILENCE = ['--timeout', '3'];
/** Far below the time for which the program waits for what may still arrive. */
const SOON_MS = 3000;

/** All of them there from the start: a server may take a second to notice a new one, and slows down who comes too early. */
const USERS = usersNamed(['reader', 'late', 'silent', 'soon']);

const servers = new ServerSet();
let folder = '';
let source: AccountLogin;
let expected: AccountImage;

beforeAll(async () => {
  folder = makeTestFolder('broken');
  for (const kind of SERVER_KINDS) await servers.add(kind, startServer(kind, { users: USERS }));
  source = loginOf(servers.get('dovecot'));
  await fillAccount(source, ACCOUNT);
  expected = await readAccount(source);
});

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Stage {
  readonly target: AccountLogin;
  readonly proxy: TcpProxy;
  readonly request: CopyRequest;
}

/** An account to write to behind a proxy that does something at the end of an APPEND in the middle of the copy. */
async function onStage(
  kind: ServerKind,
  name: string,
  action: Action,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const server = servers.get(kind);
  const target = loginOf(server, name);
  const proxy = await startProxy({ targetPort: server.port });
  let appends = 0;
  let isDone = false;
  const command = (line: string): boolean => / APPEND /.test(line) && ++appends > 2;
  proxy.addRule({
    on: { command },
    do: action,
    onFire: () => {
      isDone = true;
    },
  });
  const destination = { ...target, port: proxy.port };
  try {
    await work({
      target,
      proxy,
      request: { source, destination, stateDir: join(folder, name), options: SILENCE },
    });
    expect(isDone).toBe(true);
  } finally {
    await proxy.stop();
  }
}

function messagesIn(image: AccountImage): number {
  return image.mailboxes.reduce((sum, { messages }) => sum + messages.length, 0);
}

async function arrivedOnce(target: AccountLogin): Promise<AccountImage> {
  const actual = await readAccount(target);
  assertSameAccounts(expected, actual, { ignoreExtraMailboxes: 'empty' });
  return actual;
}

/** Nothing was ever stored twice and taken away again: the UIDs have no gaps. */
function expectNoGaps(actual: AccountImage): void {
  for (const { path, messages } of actual.mailboxes) {
    expect(
      messages.map(({ uid }) => uid),
      path.join('/'),
    ).toEqual(messages.map((_, index) => index + 1));
  }
}

async function expectNothingToDo(request: CopyRequest): Promise<void> {
  const { summary } = await copy(request);
  expect(summary).toMatchObject({ verdict: 'complete', messages: { copied: 0 }, problems: [] });
}

describe.concurrent.each(SERVER_KINDS)('a %s', (kind) => {
  test('that stores and never answers is given up in time, and what it stored is found', async () => {
    await onStage(kind, 'silent', { kind: 'drop-answer' }, async ({ target, request }) => {
      const { summary, stderr } = await copy(request);
      expect(summary, stderr).toMatchObject({ verdict: 'complete', exitCode: 0, problems: [] });
      expect(summary.messages.copied).toBe(messagesIn(expected));
      expectNoGaps(await arrivedOnce(target));
      await expectNothingToDo(request);
    });
  });
});

// Courier stores a message as soon as its literal is complete, so the end of the command cannot be held back from it.
describe.concurrent.each(['dovecot', 'cyrus'] as const)('a %s', (kind) => {
  test('that stores only after the program has come back is waited for', async () => {
    const action = { kind: 'hold-back', deliverAfterMs: SOON_MS } as const;
    await onStage(kind, 'soon', action, async ({ target, request }) => {
      const { summary, stderr } = await copy(request);
      expect(summary, stderr).toMatchObject({ verdict: 'complete', exitCode: 0, problems: [] });
      expectNoGaps(await arrivedOnce(target));
      await expectNothingToDo(request);
    });
  });

  test('that stores after all when it was given up is rid of the surplus by the next run', async () => {
    await onStage(kind, 'late', { kind: 'hold-back' }, async ({ target, proxy, request }) => {
      const first = await copy(request);
      expect(first.summary, first.stderr).toMatchObject({ verdict: 'complete', exitCode: 0 });
      await arrivedOnce(target);
      await proxy.release();
      const double = messagesIn(await readAccount(target));
      expect(double).toBeGreaterThan(messagesIn(expected));
      const second = await copy(request);
      expect(second.summary, second.stderr).toMatchObject({ verdict: 'complete', exitCode: 0 });
      await arrivedOnce(target);
      await expectNothingToDo(request);
    });
  });
});
