import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asMailferryError, type MailferryError } from '../../../../../src/errors.js';
import { type LoggedIn, login } from '../../../../../src/store/imap/login.js';
import type { ImapAccountOptions } from '../../../../../src/store/imap/options.js';
import { makeAuthority, makeCertificate } from '../../../../support/certificates/index.js';
import { readProcess } from '../../../../support/servers/processes.js';
import { makeTestFolder } from '../../../../support/test-folder.js';
import { accountOn, type PlayedServer, playServer } from './played-server.js';

/** An IMAP server past its login, in shell. */
const PREAUTH = `
printf '* PREAUTH [CAPABILITY IMAP4rev1] in as ann\\r\\n'
while read -r tag command; do
  case $command in LOGOUT*) exit 0;; CAPABILITY*) printf '* CAPABILITY IMAP4rev1\\r\\n';; esac
  printf '%s OK done\\r\\n' "$tag"
done`;

let folder = '';
const servers: PlayedServer[] = [];

beforeEach(() => {
  folder = makeTestFolder('tunnel');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

function enter(
  tunnel: string,
  more: Partial<ImapAccountOptions> = {},
  signal = new AbortController().signal,
): Promise<LoggedIn> {
  const options = { security: 'starttls', tunnel, host: 'mail.example.net', ...more } as const;
  return login(accountOn(143, options), 1, signal);
}

async function failure(tunnel: string, more: Partial<ImapAccountOptions> = {}): Promise<MailferryError> {
  const outcome = await enter(tunnel, more).catch((error: unknown) => error);
  if (outcome instanceof Error) return asMailferryError(outcome);
  throw new Error('it got in');
}

/** A command that connects to a port of this machine. */
function connectTo(port: number): string {
  const script = `const s=require('net').connect(${port},'127.0.0.1');s.on('close',()=>process.exit());process.stdin.pipe(s).pipe(process.stdout)`;
  return `exec '${process.execPath}' -e "${script}"`;
}

async function serve(play: Parameters<typeof playServer>[0]): Promise<PlayedServer> {
  const server = await playServer(play);
  servers.push(server);
  return server;
}

/** Resolves when none of the processes whose numbers are in the folder is there any more. */
async function allGone(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const pid = Number(readFileSync(join(folder, name), 'utf8'));
    expect(pid).toBeGreaterThan(1);
    while (readProcess(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a tunnel', () => {
  it('to a server past its login needs no password', async () => {
    const { connection, facts } = await enter(PREAUTH, {
      password: () => Promise.reject(new Error('asked for')),
    });
    expect(facts.capabilities).toContain('IMAP4REV1');
    const status = await connection.execute(['NOOP'], null, new AbortController().signal);
    expect(status.status).toBe('OK');
    connection.logout();
  });

  it.each(['none', 'starttls'] as const)(
    'carries a login in the clear to a server without TLS (%s)',
    async (security) => {
      const server = await serve({});
      const { connection } = await enter(connectTo(server.port), { security });
      connection.logout();
      expect(server.heard).toContain(Buffer.from('\0ann\0secret of ann').toString('base64'));
    },
  );

  it('carries TLS, by the name of the host it leads to', async () => {
    const authority = makeAuthority();
    const names = ['mail.example.net'];
    const secure = makeCertificate({ subject: 'server', names, issuer: authority });
    for (const [tls, security] of [
      ['implicit', 'tls'],
      ['starttls', 'starttls'],
    ] as const) {
      const server = await serve({ tls, secure });
      const command = `echo $$ >'${folder}/leader'; ${connectTo(server.port)}`;
      const { connection } = await enter(command, { security, ca: authority.cert });
      connection.logout();
      await allGone(['leader']);
      expect(server.names).toEqual(names);
      const error = await failure(connectTo(server.port), { security });
      expect(error).toMatchObject({ code: 'TLS_UNTRUSTED' });
    }
  });

  it('starts TLS where it is offered, and then trusts no other certificate', async () => {
    const server = await serve({ tls: 'starttls', secure: makeCertificate({ subject: 'somebody' }) });
    expect(await failure(connectTo(server.port))).toMatchObject({ code: 'TLS_UNTRUSTED' });
    expect(server.heard.join()).not.toMatch(/AUTHENTICATE/);
  });

  it('must lead to TLS when it was said what certificate to trust', async () => {
    const server = await serve({});
    const pinned = { fingerprint: 'ab'.repeat(32) };
    expect(await failure(connectTo(server.port), pinned)).toMatchObject({ code: 'TLS_UNAVAILABLE' });
    expect(await failure(PREAUTH, pinned)).toMatchObject({ code: 'TLS_UNAVAILABLE' });
    expect(server.heard.join()).not.toMatch(/AUTHENTICATE/);
  });
});

describe('a tunnel that fails', () => {
  it('tells the exit status and the last it said', async () => {
    const error = await failure('echo one >&2; printf "two\\033[31m\\n" >&2; exit 3');
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', scope: 'account', retry: 'later' });
    expect(error.message).toContain('ended with exit status 3; it said: one / two [31m');
    expect(error.hint).toMatch(/by hand/);
  });

  it('tells so at exit status 0 as well, at a signal, and for a command that is not there', async () => {
    expect((await failure('echo bye >&2')).message).toContain('exit status 0; it said: bye');
    expect((await failure('kill -9 $$')).message).toContain('signal SIGKILL');
    expect((await failure('no-such-command-anywhere')).message).toMatch(
      /exit status 127; it said: .*not found/,
    );
  });

  it('while TLS is started tells what happened to it', async () => {
    const error = await failure('read -r _; echo no route >&2; exit 1', { security: 'tls' });
    expect(error.message).toContain('exit status 1; it said: no route');
  });

  it('later on ends the connection with the same words', async () => {
    const { connection } = await enter(
      `${PREAUTH.replace('LOGOUT*) exit 0', 'NOOP*) echo cut >&2; exit 9')}`,
    );
    const answer = connection.execute(['NOOP'], null, new AbortController().signal);
    await expect(answer).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('exit status 9; it said: cut'),
    });
  });

  it('keeps what the server said last before it hung up', async () => {
    const error = await failure(`printf '* BYE [INUSE] not now\\r\\n'`);
    expect(error).toMatchObject({ code: 'SERVER_BUSY', serverText: 'not now', responseCode: 'INUSE' });
  });

  it('with words of its own before the greeting is told from a server', async () => {
    const error = await failure(`echo Welcome to this host; ${PREAUTH}`);
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', serverText: 'Welcome to this host' });
    expect(error.hint).toMatch(/print nothing/);
  });

  it('is not waited for when something in the background keeps its stderr open', async () => {
    const file = join(folder, 'background');
    const background = `setsid sh -c 'echo $$ >${file}; exec sleep 1000' >/dev/null &`;
    const error = await failure(
      `${background} while [ ! -s ${file} ]; do sleep 0.01; done; echo left >&2; exit 5`,
    );
    process.kill(Number(readFileSync(file, 'utf8')));
    expect(error.message).toContain('exit status 5; it said: left');
  });

  it('says much on stderr and is still read to its end', async () => {
    const error = await failure('head -c 3000000 /dev/zero | tr "\\0" x >&2; echo last >&2; exit 4');
    expect(error.message).toContain('exit status 4');
    expect(error.message).toMatch(/last$/);
    expect(error.message.length).toBeLessThan(3000);
  });
});

describe('the command of a tunnel', () => {
  /** Ignores that it is asked to end and the end of its input, and has a child that does too. */
  const stubborn =
    (): string => `trap '' TERM HUP INT; (trap '' TERM; echo $$ >/dev/null; sh -c 'echo $PPID' >'${folder}/child'; while :; do sleep 1; done) >/dev/null 2>&1 &
echo $$ >'${folder}/leader'`;

  it('is gone with its children after a logout', async () => {
    const { connection } = await enter(
      `${stubborn()}; ${PREAUTH.replace('exit 0', 'while :; do sleep 1; done')}`,
    );
    connection.logout();
    await allGone(['leader', 'child']);
  });

  it('is gone with its children when the login is called off', async () => {
    const stop = new AbortController();
    const attempt = enter(`${stubborn()}; echo x >'${folder}/ready'; sleep 1000`, {}, stop.signal);
    attempt.catch(() => undefined);
    while (!exists('ready') || !exists('child')) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    await expect(attempt).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await allGone(['leader', 'child']);
  });

  it('is gone with its children when the login fails', async () => {
    await failure(
      `${stubborn()}; while [ ! -s '${folder}/child' ]; do sleep 0.05; done; echo nonsense; sleep 1000`,
    );
    await allGone(['leader', 'child']);
  });

  it('is not told the passwords', async () => {
    process.env['MAILFERRY_SOURCE_PASSWORD'] = 'secret of ann';
    try {
      const error = await failure('env | grep -c secret >&2; exit 1');
      expect(error.message).toMatch(/it said: 0$/);
    } finally {
      delete process.env['MAILFERRY_SOURCE_PASSWORD'];
    }
  });

  function exists(name: string): boolean {
    try {
      return readFileSync(join(folder, name), 'utf8') !== '';
    } catch {
      return false;
    }
  }
});
