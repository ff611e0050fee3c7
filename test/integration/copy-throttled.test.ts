import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { loginOf } from '../support/imap-client/index.js';
import { copy } from '../support/program/index.js';
import { type MailServer, startDovecot, usersNamed } from '../support/servers/index.js';
import { makeTestFolder } from '../support/test-folder.js';

const USERS = ['no-from', 'no-to', 'bad-from', 'bad-to', 'list-from', 'list-to', 'bye-from', 'bye-to'];

let folder = '';
let dovecot: MailServer;
const throttles: Throttle[] = [];

beforeAll(async () => {
  folder = makeTestFolder('throttled');
  dovecot = await startDovecot({ users: usersNamed(USERS) });
});

afterEach(() => {
  for (const throttle of throttles.splice(0)) throttle.close();
});

afterAll(async () => {
  await dovecot.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Throttle {
  readonly port: number;
  readonly refused: number;
  readonly connections: number;
  close(): void;
}

/** Answers the first so many commands that match in the server's stead; all else goes through. */
async function startThrottle(answer: string, matches: RegExp, times: number): Promise<Throttle> {
  const counts = { refused: 0, connections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    counts.connections++;
    const upstream = connect(dovecot.port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    const refused = new Set<string>();
    upstream.on('close', () => client.end());
    client.on('close', () => upstream.destroy());
    // What the server says to a command it does not know comes in its turn, and is put into other words.
    upstream.on('data', (chunk: Buffer) => {
      let text = chunk.toString('latin1');
      for (const tag of refused)
        text = text.replace(new RegExp(`^${tag} BAD .*$`, 'm'), answer.replace('%T', tag));
      client.write(text, 'latin1');
      if (answer.startsWith('* BYE') && text.includes(answer)) client.end();
    });
    let rest = '';
    client.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      for (let at = rest.indexOf('\r\n'); at >= 0; at = rest.indexOf('\r\n')) {
        const line = rest.slice(0, at);
        const [tag = ''] = line.split(' ');
        rest = rest.slice(at + 2);
        const isRefused = matches.test(line) && counts.refused < times;
        if (isRefused) {
          counts.refused++;
          refused.add(tag);
        }
        upstream.write(`${isRefused ? `${tag} THROTTLE` : line}\r\n`, 'latin1');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const throttle = {
    port,
    close,
    get refused() {
      return counts.refused;
    },
    get connections() {
      return counts.connections;
    },
  };
  throttles.push(throttle);
  return throttle;
}

const BODIES = /UID FETCH .*BODY\.PEEK\[\]/;

test.each([
  ['no', '%T NO Request is throttled. Suggested Backoff Time: 1500 milliseconds', BODIES],
  ['bad', '%T BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds', BODIES],
  ['list', '%T NO [THROTTLED] slow down', /UID FETCH .*RFC822\.SIZE\)/],
  ['bye', '* BYE [UNAVAILABLE] Account exceeded command or bandwidth limits.', BODIES],
])('a source that throttles for a moment is waited for (%s)', async (name, answer, matches) => {
  const source = loginOf(dovecot, `${name}-from`);
  await fillAccount(source, generateAccount({ seed: name, messages: 60, mailboxes: 2, deleted: false }));
  const throttle = await startThrottle(answer, matches, 2);
  const { summary, stderr } = await copy({
    source: { ...source, port: throttle.port },
    destination: loginOf(dovecot, `${name}-to`),
    stateDir: join(folder, name),
  });
  expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied: 60 } });
  expect(throttle.refused).toBe(2);
  expect(throttle.connections).toBeLessThan(10);
});
