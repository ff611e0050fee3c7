import { afterEach, describe, expect, it } from 'vitest';
import { MailferryError } from '../../../../../src/errors.js';
import { login } from '../../../../../src/store/imap/login.js';
import type { ImapAccountOptions } from '../../../../../src/store/imap/options.js';
import {
  daysFromNow,
  makeAuthority,
  makeCertificate,
  type TestCertificate,
} from '../../../../support/certificates/index.js';
import { accountOn, type PlayedServer, playServer } from './played-server.js';

const authority = makeAuthority();
const good = makeCertificate({ subject: 'good', names: ['localhost', '127.0.0.1'], issuer: authority });
const servers: PlayedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(play: Parameters<typeof playServer>[0]): Promise<PlayedServer> {
  const server = await playServer(play);
  servers.push(server);
  return server;
}

/** What a login ended in: the error, or null when it got in. */
async function enter(port: number, options: Partial<ImapAccountOptions>): Promise<MailferryError | null> {
  try {
    const { connection } = await login(accountOn(port, options), 1, new AbortController().signal);
    connection.logout();
    return null;
  } catch (error) {
    if (error instanceof MailferryError) return error;
    throw error;
  }
}

/** What of the credentials a server got to hear. */
function credentials({ heard }: PlayedServer): string[] {
  const payload = Buffer.from('\0ann\0secret of ann').toString('base64');
  return heard.filter(
    (line) => line.includes('secret') || line === payload || /LOGIN|AUTHENTICATE/.test(line),
  );
}

const day = (days: number): string => daysFromNow(days).toISOString().slice(0, 10);

describe.each([
  { tls: 'implicit', security: 'tls' },
  { tls: 'starttls', security: 'starttls' },
] as const)('a certificate seen by $tls TLS', ({ tls, security }) => {
  const serveWith = ({ cert, key }: TestCertificate): Promise<PlayedServer> =>
    serve({ tls, secure: { cert, key } });

  it('is trusted when the given authority signed it for this host', async () => {
    const server = await serveWith(good);
    expect(await enter(server.port, { security, ca: authority.cert })).toBeNull();
    expect(credentials(server)).toHaveLength(2);
  });

  it('is trusted for an address that it names', async () => {
    const server = await serveWith(good);
    expect(await enter(server.port, { security, ca: authority.cert, host: '127.0.0.1' })).toBeNull();
  });

  it('is trusted by its fingerprint however that is written, whatever else is wrong with it', async () => {
    const bad = makeCertificate({
      subject: 'old',
      names: ['elsewhere.example'],
      notAfter: daysFromNow(-0.5),
    });
    const server = await serveWith(bad);
    const plain = bad.fingerprint.replaceAll(':', '');
    for (const fingerprint of [bad.fingerprint, plain, plain.toLowerCase()]) {
      expect(await enter(server.port, { security, fingerprint })).toBeNull();
    }
  });

  it('is refused for another fingerprint even when an authority vouches for it, and tells both', async () => {
    const server = await serveWith(good);
    const fingerprint = 'ab'.repeat(32);
    const error = await enter(server.port, { security, fingerprint, ca: authority.cert });
    expect(error).toMatchObject({ code: 'TLS_UNTRUSTED', scope: 'account', retry: 'never' });
    expect(error?.message).toContain(good.fingerprint);
    expect(error?.message).toContain('AB:AB:AB');
    expect(error?.hint).toMatch(/fingerprint/);
    expect(credentials(server)).toEqual([]);
  });

  it('is refused when it has expired, and tells since when', async () => {
    const old = { notBefore: daysFromNow(-30), notAfter: daysFromNow(-10) };
    const server = await serveWith(
      makeCertificate({ subject: 'old', names: ['localhost'], issuer: authority, ...old }),
    );
    const error = await enter(server.port, { security, ca: authority.cert });
    expect(error).toMatchObject({ code: 'TLS_UNTRUSTED' });
    expect(error?.message).toContain(`expired on ${day(-10)}`);
    expect(credentials(server)).toEqual([]);
  });

  it('is refused before it is valid', async () => {
    const early = { notBefore: daysFromNow(10), notAfter: daysFromNow(30) };
    const server = await serveWith(
      makeCertificate({ subject: 'early', names: ['localhost'], issuer: authority, ...early }),
    );
    const error = await enter(server.port, { security, ca: authority.cert });
    expect(error?.message).toContain(`valid only from ${day(10)}`);
    expect(credentials(server)).toEqual([]);
  });

  it('is refused for another host, and tells the names in it', async () => {
    const names = ['mail.example.net', '*.example.com', '10.1.2.3'];
    const server = await serveWith(makeCertificate({ subject: 'other', names, issuer: authority }));
    for (const host of ['localhost', '127.0.0.1']) {
      const error = await enter(server.port, { security, ca: authority.cert, host });
      expect(error).toMatchObject({ code: 'TLS_UNTRUSTED' });
      expect(error?.message).toContain(`mail.example.net, *.example.com, 10.1.2.3 and not for ${host}`);
    }
    expect(credentials(server)).toEqual([]);
  });

  it('is refused when it signed itself', async () => {
    const own = makeCertificate({ subject: 'me myself', names: ['localhost'] });
    const server = await serveWith(own);
    const error = await enter(server.port, { security });
    expect(error).toMatchObject({ code: 'TLS_UNTRUSTED' });
    expect(error?.message).toContain('self-signed ("me myself")');
    expect(error?.message).toContain(own.fingerprint);
    expect(credentials(server)).toEqual([]);
  });

  it('is refused when nobody here knows its authority', async () => {
    const server = await serveWith(good);
    for (const ca of [undefined, makeAuthority('Another Authority').cert]) {
      const error = await enter(server.port, { security, ...(ca === undefined ? {} : { ca }) });
      expect(error).toMatchObject({ code: 'TLS_UNTRUSTED' });
      expect(error?.message).toContain('issuer "Test Authority"');
    }
    expect(credentials(server)).toEqual([]);
  });

  it('is asked for by name, but not by address', async () => {
    const server = await serveWith(good);
    await enter(server.port, { security, ca: authority.cert });
    await enter(server.port, { security, ca: authority.cert, host: '127.0.0.1' });
    expect(server.names).toEqual(['localhost']);
  });

  it('does not come to be when the server knows only TLS 1.0', async () => {
    const { cert, key } = good;
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const server = await serve({ tls, secure: { cert, key, ...old } });
    const error = await enter(server.port, { security, ca: authority.cert });
    expect(error).toMatchObject({ code: 'TLS_UNAVAILABLE', retry: 'never' });
    expect(error?.message).toMatch(/no TLS 1\.2 or newer/);
    expect(credentials(server)).toEqual([]);
  });
});

describe('TLS that is not there', () => {
  it('is missed at a server that speaks in the clear where TLS is due', async () => {
    const server = await serve({});
    const error = await enter(server.port, { security: 'tls' });
    expect(error).toMatchObject({ code: 'TLS_UNAVAILABLE' });
    expect(error?.message).toMatch(/does not speak TLS/);
    expect(credentials(server)).toEqual([]);
  });

  it('ends a handshake that the server hangs up on', async () => {
    const server = await serve({ raw: (socket) => socket.once('data', () => socket.destroy()) });
    const error = await enter(server.port, { security: 'tls' });
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retry: 'later' });
  });

  it('ends a handshake that never ends, from the first octet or after STARTTLS', async () => {
    const silent = await serve({ raw: () => undefined });
    const begun = await serve({
      tls: 'starttls',
      answer: (command) => (command === 'STARTTLS' ? '%T OK go\r\n' : null),
    });
    for (const [server, security] of [
      [silent, 'tls'],
      [begun, 'starttls'],
    ] as const) {
      const error = await enter(server.port, { security, timeoutMs: 1000 });
      expect(error).toMatchObject({ code: 'CONNECT_FAILED', retry: 'later' });
      expect(error?.message).toMatch(/no TLS .* within 1 s/);
    }
  });

  it('says so when the given authorities are none', async () => {
    const server = await serve({ tls: 'implicit', secure: { cert: good.cert, key: good.key } });
    const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(await enter(server.port, { security: 'tls', ca })).toMatchObject({ code: 'USAGE' });
  });
});
