import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { MailferryErrorInit } from '../../src/errors.js';
import type { MailStore, StoreFacts } from '../../src/index.js';
import { MemoryServer } from '../../src/index.js';
import { FakeIo } from './support/fake-io.js';
import { StandInEngine } from './support/stand-in-engine.js';

const URL = 'imap://ann@localhost?tls=none';
const TLS = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', certificate: null };
const PASSWORD = { MAILFERRY_PASSWORD: 'correct-horse' };

class OneServer extends StandInEngine {
  readonly server: MemoryServer;
  readonly tls: StoreFacts['tls'];

  constructor(server: MemoryServer, tls: StoreFacts['tls'] = null) {
    super();
    this.server = server;
    this.tls = tls;
  }

  override createStore(options: Parameters<StandInEngine['createStore']>[0]): MailStore {
    super.createStore(options);
    const store = this.server.store({});
    const { tls } = this;
    const lease: MailStore['lease'] = async (signal) => {
      const session = await store.lease(signal);
      return new Proxy(session, {
        get: (target, key) => {
          if (key === 'facts') return { ...target.facts, tls };
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    return {
      account: store.account,
      connect: (signal) => store.connect(signal),
      lease,
      close: () => store.close(),
    };
  }
}

async function check(
  server: MemoryServer,
  args: readonly string[] = [],
): Promise<{ io: FakeIo; exitCode: number }> {
  const io = new FakeIo({ env: PASSWORD });
  return { io, exitCode: await main(['check', URL, ...args], io, new OneServer(server).load) };
}

function filled(options: ConstructorParameters<typeof MemoryServer>[0]): MemoryServer {
  const server = new MemoryServer({ account: 'ann@localhost', software: 'Test \x1b[1mserver', ...options });
  server.createMailbox('Sent', '\\sent');
  server.createMailbox('Entw&APw-rfe', '\\drafts');
  server.deliver('INBOX', { body: Buffer.from('Subject: one\r\n\r\n') });
  server.deliver('Sent', { body: Buffer.from('Subject: two\r\n\r\n') });
  return server;
}

describe('check', () => {
  it('tells what the server is, what will be used of it, and how much mail there is', async () => {
    const { io, exitCode } = await check(filled({}));
    expect(exitCode).toBe(0);
    expect(io.err).toBe('');
    expect(io.out.split('\n').slice(0, 9)).toEqual([
      'ann@localhost: logged in',
      '  server         Test \\x1b[1mserver',
      '  connection     clear text',
      '  mailboxes      3, 0 subscribed',
      '  messages       2 (32 B)',
      '  role drafts    Entwürfe',
      '  role sent      Sent',
      '  own names      no prefix, "/" between levels',
      '  size limit     none told',
    ]);
    expect(io.out).toContain('(QRESYNC)');
    expect(io.out).toContain(
      [
        '  new mailboxes  get their role when they are made (CREATE-SPECIAL-USE)',
        '  renames        are known by the ids of mailboxes (OBJECTID)',
        '  moved mail     is known by its header and date',
        '  copied mail    is known by its ids (EMAILID)',
        '  searches       are answered in ranges (ESEARCH)',
      ].join('\n'),
    );
    expect(io.out).toMatch(/Ready: mailferry can use this account\.\n$/);
  });

  it('tells what is missing and what that costs', async () => {
    const features = { qresync: false, condstore: false, uidplus: false, listStatus: false } as const;
    const newer = { createSpecialUse: false, objectId: false, emailId: false, esearch: false } as const;
    const { io } = await check(
      filled({ features: { ...features, ...newer, multiAppend: 'none' }, delimiter: '.', prefix: 'INBOX.' }),
    );
    expect(io.out).toContain('no mod-sequences: the flags of all messages are compared in every run');
    expect(io.out).toContain('at each mailbox by its own STATUS');
    expect(io.out).toContain('one message an APPEND');
    expect(io.out).toContain('messages are found by their contents');
    expect(io.out).toContain('prefix "INBOX.", "." between levels');
    expect(io.out).toContain('new mailboxes  are made without a role');
    expect(io.out).toContain('renames        are known by UIDVALIDITY and what the mailboxes hold');
    expect(io.out).toContain('copied mail    is not known: it is carried like new mail');
    expect(io.out).toContain('searches       are answered with every single UID');
  });

  it('tells the largest message the server takes, and the names that belong to others', async () => {
    const others = {
      other: [{ prefix: 'Users/', delimiter: '/' }],
      shared: [{ prefix: 'Public.', delimiter: '.' }],
    };
    const { io } = await check(filled({ features: { appendLimitBytes: 35_651_584 }, ...others }));
    expect(io.out).toContain('  size limit     34 MiB a message\n');
    expect(io.out).toContain('  others’        prefix "Users/", "/" between levels\n');
    expect(io.out).toContain('  shared         prefix "Public.", "." between levels\n');
    expect(io.out).toMatch(/^ {2}capabilities .*IMAP4REV1 NAMESPACE/m);
    expect(io.out).toContain('APPENDLIMIT=35651584');
  });

  it('tells it as JSON', async () => {
    const { io } = await check(filled({}), ['--json']);
    expect(io.json).toEqual([
      expect.objectContaining({
        type: 'account',
        account: 'ann@localhost',
        security: 'none',
        roles: { '\\sent': 'Sent', '\\drafts': 'Entwürfe' },
        mailboxes: { seen: 3, selectable: 3, subscribed: 0 },
        messages: 2,
        listingComplete: true,
      }),
      expect.objectContaining({ type: 'summary', verb: 'check', verdict: 'complete', exitCode: 0 }),
    ]);
  });

  it.each([
    [
      'imap://ann@mail.example.net',
      ['--tunnel', 'ssh mail imapd'],
      null,
      'tunnel',
      'the tunnel alone, no TLS in it',
    ],
    ['imap://ann@mail.example.net', ['--tunnel', 'ssh mail imapd'], TLS, 'starttls', 'TLS by STARTTLS'],
    ['imaps://ann@mail.example.net', ['--tunnel', 'nc mail 993'], TLS, 'tls', 'TLS from the first octet'],
    ['imap://ann@mail.example.net', [], TLS, 'starttls', 'TLS by STARTTLS'],
    ['imap://ann@mail.example.net?tls=none', ['--insecure'], null, 'none', 'clear text'],
  ] as const)('tells what protects %s %j in the end', async (url, args, tls, security, words) => {
    const run = async (...more: string[]): Promise<FakeIo> => {
      const io = new FakeIo({ env: PASSWORD });
      expect(await main(['check', url, ...args, ...more], io, new OneServer(filled({}), tls).load)).toBe(0);
      return io;
    };
    expect((await run()).out).toContain(`  connection     ${words}\n`);
    expect((await run('--json')).json[0]).toMatchObject({ security, tls });
  });

  it('tells of a certificate what was seen and what was wanted, once, and names its own options', async () => {
    const server = filled({});
    const hint = 'if it is right, trust it by --ca FILE or --fingerprint SHA256';
    const refuse: MailferryErrorInit = {
      ...{
        code: 'TLS_UNTRUSTED',
        scope: 'account',
        retry: 'never',
        hint,
        at: { account: 'ann@localhost' },
      },
      message: 'it has the SHA-256 fingerprint 12:34; wanted the one that was given, AB:CD',
    } as const;
    server.onOperation = ({ kind }) => (kind === 'login' ? { refuse } : 'go');
    const { io, exitCode } = await check(server);
    expect(exitCode).toBe(4);
    expect(io.err).toContain(
      [
        'error: the certificate of ann@localhost is not trusted',
        '  seen:   it has the SHA-256 fingerprint 12:34',
        '  wanted: the one that was given, AB:CD',
        '  fix:    if it is right, trust it by --ca FILE or --fingerprint SHA256',
      ].join('\n'),
    );
  });

  it('writes nothing to the account', async () => {
    const server = filled({});
    server.forgetOperations();
    await check(server);
    expect(server.writes).toEqual([]);
  });

  it('uses the password and the options of the one account', async () => {
    const io = new FakeIo({
      env: { MAILFERRY_PASSWORD: 'correct-horse', MAILFERRY_SOURCE_PASSWORD: 'other' },
    });
    const engine = new OneServer(filled({}));
    await main(['check', URL, '--admin', 'root', '--timeout', '5'], io, engine.load);
    const [options] = engine.accounts;
    expect(options).toMatchObject({ account: 'ann@localhost', admin: 'root', timeoutMs: 5000 });
    expect(await options?.password()).toBe('correct-horse');
  });

  it('fails with the sentence and the exit code of what failed', async () => {
    const server = filled({});
    server.onOperation = ({ kind }) =>
      kind === 'login'
        ? {
            refuse: {
              code: 'AUTH_FAILED',
              scope: 'account',
              retry: 'never',
              message: 'no',
              at: { account: 'ann@localhost' },
            },
          }
        : 'go';
    const { io, exitCode } = await check(server, ['--json']);
    expect(exitCode).toBe(4);
    expect(io.err).toContain('error: ann@localhost refused the login');
    expect(io.json).toEqual([
      expect.objectContaining({ type: 'problem', code: 'AUTH_FAILED' }),
      expect.objectContaining({ type: 'summary', verdict: 'failed', exitCode: 4 }),
    ]);
  });
});
