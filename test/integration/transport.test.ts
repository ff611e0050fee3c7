import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asMailferryError, type MailferryError } from '../../src/errors.js';
import { createImapStore } from '../../src/store/imap/imap-store.js';
import { login } from '../../src/store/imap/login.js';
import type { ImapAccountOptions, TraceEvent } from '../../src/store/imap/options.js';
import {
  type CertificateFiles,
  makeAuthority,
  makeCertificate,
  writeCertificate,
} from '../support/certificates/index.js';
import { startProxy, type TcpProxy } from '../support/proxy/index.js';
import {
  type MailServer,
  provision,
  startCourier,
  startCyrus,
  startDovecot,
} from '../support/servers/index.js';

const ANN = { name: 'ann', password: 'pa:ss "1" of änn' };
const BOSS = { name: 'boss', password: 'boss password' };

const authority = makeAuthority();
const certificate = makeCertificate({ subject: 'dovecot', names: ['localhost'], issuer: authority });
let files: CertificateFiles;
const servers: MailServer[] = [];
const proxies: TcpProxy[] = [];

async function running(start: Promise<MailServer>): Promise<MailServer> {
  const server = await start;
  servers.push(server);
  return server;
}

async function stopAll(): Promise<void> {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

beforeAll(() => {
  files = writeCertificate(certificate);
});

afterEach(stopAll);
afterAll(() => files.remove());

function account(port: number, more: Partial<ImapAccountOptions> = {}): ImapAccountOptions {
  return {
    account: `${ANN.name}@localhost`,
    host: 'localhost',
    port,
    security: 'none',
    user: ANN.name,
    password: async () => ANN.password,
    connections: 2,
    timeoutMs: 60_000,
    ...more,
  };
}

/** The names of the mailboxes that a store finds. */
async function mailboxes(options: ImapAccountOptions): Promise<string[]> {
  const store = createImapStore(options);
  const { signal } = new AbortController();
  try {
    const session = await store.lease(signal);
    const listing = await session.list(signal);
    session.release();
    return listing.mailboxes.map(({ name }) => name).sort();
  } finally {
    await store.close();
  }
}

async function failure(options: ImapAccountOptions): Promise<MailferryError> {
  const outcome = await mailboxes(options).catch((error: unknown) => error);
  if (outcome instanceof Error) return asMailferryError(outcome);
  throw new Error('it got in');
}

describe.each([
  { mode: 'implicit', security: 'tls' },
  { mode: 'starttls', security: 'starttls' },
] as const)('Dovecot with $mode TLS', ({ mode, security }) => {
  let server: MailServer;

  beforeAll(async () => {
    server = await startDovecot({ users: [ANN], mailboxes: { Sent: '' }, tls: { ...files, mode } });
  });

  afterAll(() => server.stop());

  it('is entered by its authority or by its fingerprint', async () => {
    const { port } = server;
    const fingerprint = certificate.fingerprint;
    expect(await mailboxes(account(port, { security, ca: authority.cert }))).toEqual(['INBOX', 'Sent']);
    expect(await mailboxes(account(port, { security, fingerprint, host: '127.0.0.1' }))).toEqual([
      'INBOX',
      'Sent',
    ]);
  });

  it('hears no password from somebody who does not trust it', async () => {
    const seenBefore = server.logTail();
    const wrong = [{}, { fingerprint: 'ab'.repeat(32) }, { ca: authority.cert, host: '127.0.0.1' }];
    for (const trust of wrong) {
      let asked = false;
      const password = async (): Promise<string> => {
        asked = true;
        return ANN.password;
      };
      const error = await failure(account(server.port, { security, password, ...trust }));
      expect(error).toMatchObject({ code: 'TLS_UNTRUSTED', retry: 'never' });
      expect(error.message).toContain(certificate.fingerprint);
      expect(asked).toBe(false);
    }
    expect(server.logTail().slice(seenBefore.length)).not.toMatch(/user=<ann>/);
  });
});

describe('a tunnel', () => {
  it('into a process of Dovecot that is past its login needs no password', async () => {
    const server = await running(startDovecot({ users: [ANN], mailboxes: { Sent: '' } }));
    const { root, libraryPath } = await provision();
    const imap = `'${root}/usr/bin/doveadm' -c '${server.rootDir}/dovecot.conf' exec imap -u ${ANN.name}`;
    // What a program of Node starts has sockets for stdin and stdout, and Dovecot's imap refuses to write to one.
    const tunnel = `LD_LIBRARY_PATH='${libraryPath}' ${imap} | cat`;
    const password = (): Promise<string> => Promise.reject(new Error('asked for'));
    const options = account(1, { security: 'starttls', tunnel, password });
    expect(await mailboxes(options)).toEqual(['INBOX', 'Sent']);
  });
});

describe('a login as admin', () => {
  it('opens the mailboxes of the user at Dovecot, by SASL PLAIN or by name', async () => {
    const server = await running(
      startDovecot({ users: [ANN, BOSS], masterUser: BOSS, mailboxes: { Sent: '' } }),
    );
    const password = async (): Promise<string> => BOSS.password;
    const store = createImapStore(account(server.port));
    const { signal } = new AbortController();
    const session = await store.lease(signal);
    await session.create('Only Ann', null, signal);
    session.release();
    await store.close();
    const names = ['INBOX', 'Only Ann', 'Sent'];
    expect(await mailboxes(account(server.port, { admin: BOSS.name, password }))).toEqual(names);
    expect(await mailboxes(account(server.port, { user: 'ann*boss', password }))).toEqual(names);
  });

  it('opens the mailboxes of the user at Cyrus', async () => {
    const admin = { name: 'cyrus', password: 'admin password' };
    const server = await running(startCyrus({ users: [ANN, admin], mailboxes: { Sent: '\\Sent' } }));
    // The first login makes the mailboxes.
    expect(await mailboxes(account(server.port))).toEqual(['INBOX', 'Sent']);
    const password = async (): Promise<string> => admin.password;
    const asAnn = account(server.port, { admin: admin.name, password });
    expect(await mailboxes(asAnn)).toEqual(['INBOX', 'Sent']);
  });

  it('that the server refuses does not open the account of the admin instead', async () => {
    const server = await running(startDovecot({ users: [ANN, BOSS] }));
    const password = async (): Promise<string> => BOSS.password;
    const error = await failure(account(server.port, { admin: BOSS.name, password }));
    expect(error).toMatchObject({ code: 'AUTH_FAILED', retry: 'never' });
  });
});

describe('a server', () => {
  it('that wants TLS before a password is told none in the clear, and is entered by TLS', async () => {
    const tls = { ...files, mode: 'starttls' } as const;
    const server = await running(
      startDovecot({ users: [ANN], tls, extraConfig: 'disable_plaintext_auth = yes' }),
    );
    // Dovecot takes who comes from its own address to be safe, so this comes from another.
    const from = `{port:${server.port},host:'127.0.0.1',localAddress:'127.0.0.2'}`;
    const script = `const s=require('net').connect(${from});process.stdin.pipe(s).pipe(process.stdout)`;
    const tunnel = `exec '${process.execPath}' -e "${script}"`;
    const password = (): Promise<string> => Promise.reject(new Error('asked for'));
    const error = await failure(account(1, { tunnel, password }));
    expect(error).toMatchObject({ code: 'TLS_UNAVAILABLE', retry: 'never' });
    expect(error.message).toMatch(/LOGINDISABLED/);
    expect(await mailboxes(account(1, { tunnel, security: 'starttls', ca: authority.cert }))).toEqual([
      'INBOX',
    ]);
  });

  it('is entered by the way it offers', async () => {
    const sasl = 'auth_mechanisms = login';
    const ways = [
      { start: () => startDovecot({ users: [ANN] }), login: /^\S+ AUTHENTICATE PLAIN/ },
      { start: () => startDovecot({ users: [ANN], extraConfig: sasl }), login: /^\S+ AUTHENTICATE LOGIN/ },
      { start: () => startCyrus({ users: [ANN] }), login: /^\S+ AUTHENTICATE PLAIN/ },
      { start: () => startCourier({ users: [ANN] }), login: /^\S+ LOGIN/ },
    ];
    for (const way of ways) {
      const server = await running(way.start());
      const proxy = await startProxy({ targetPort: server.port });
      proxies.push(proxy);
      expect(await mailboxes(account(proxy.port))).toContain('INBOX');
      const lines = proxy.commands.map(({ line }) => line);
      expect(lines.filter((line) => way.login.test(line))).toHaveLength(1);
      for (const line of lines) expect(line).not.toMatch(/ ID (?!\("name" "mailferry"\)$)/);
    }
  });

  it('that refuses a password is asked once', async () => {
    for (const start of [startDovecot, startCyrus, startCourier]) {
      const server = await running(start({ users: [ANN] }));
      const proxy = await startProxy({ targetPort: server.port });
      proxies.push(proxy);
      const error = await failure(account(proxy.port, { password: async () => 'wrong password' }));
      expect(error).toMatchObject({ code: 'AUTH_FAILED', scope: 'account', retry: 'never' });
      expect(error.serverText).toMatch(/\w/);
      const logins = proxy.commands.filter(({ line }) => /LOGIN|AUTHENTICATE/.test(line));
      expect(logins).toHaveLength(1);
    }
  });
});

it('keeps credentials out of the trace of every server', async () => {
  const forms = [ANN.password, '\\"1\\"', Buffer.from(ANN.password).toString('base64')];
  forms.push(Buffer.from(`\0ann\0${ANN.password}`).toString('base64'));
  for (const start of [startDovecot, startCyrus, startCourier]) {
    const server = await running(start({ users: [ANN] }));
    const events: TraceEvent[] = [];
    const traced = account(server.port, { trace: (event) => events.push(event) });
    const { connection } = await login(traced, 1, new AbortController().signal);
    connection.logout();
    const text = events.map((event) => event.text).join('\n');
    expect(text).toMatch(/AUTHENTICATE|LOGIN/);
    for (const form of forms) expect(text).not.toContain(form);
  }
});
