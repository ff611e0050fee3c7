import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MailferryError } from '../../../../../src/errors.js';
import { login } from '../../../../../src/store/imap/login.js';
import type { ImapAccountOptions } from '../../../../../src/store/imap/options.js';
import { accountOn, type Play, type PlayedServer, playServer } from './played-server.js';

const servers: PlayedServer[] = [];
const MIB = 1024 * 1024;
/** Short, but long enough for a busy machine to get to what is tested. */
const SHORT = { timeoutMs: 600 };

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** What a login at such a server ends in, and the server. */
async function failure(
  play: Play,
  more: Partial<ImapAccountOptions> = {},
): Promise<{ error: MailferryError; server: PlayedServer }> {
  const server = await playServer(play);
  servers.push(server);
  const attempt = login(accountOn(server.port, more), 1, new AbortController().signal);
  const error = await attempt.then(
    () => new Error('it got in'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof MailferryError) return { error, server };
  throw error;
}

/** Writes as long as it is read; resolves to the octets written when the client has gone. */
function flood(socket: Socket, piece: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let written = 0;
    const write = (): void => {
      while (!socket.destroyed && socket.writableLength < MIB) {
        written += piece.length;
        socket.write(piece);
      }
    };
    socket.on('drain', write).on('close', () => resolve(written - socket.writableLength));
    socket.resume();
    write();
  });
}

describe('a greeting', () => {
  it('that turns away makes the server busy, with its words and code', async () => {
    const { error } = await failure({ greeting: '* BYE [UNAVAILABLE] Too many connections from your IP' });
    expect(error).toMatchObject({
      code: 'SERVER_BUSY',
      scope: 'account',
      retry: 'later',
      serverText: 'Too many connections from your IP',
      responseCode: 'UNAVAILABLE',
    });
  });

  it('that never comes is waited for as long as was said', async () => {
    const { error } = await failure({ raw: () => undefined }, SHORT);
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retry: 'later' });
    expect(error.message).toMatch(/did not greet within 0\.6 s/);
    expect(error.hint).toMatch(/imaps:/);
  });

  it('that trickles and never ends is cut off', async () => {
    const trickle = (socket: Socket): void => {
      const timer = setInterval(() => socket.write('* OK still '), 20);
      socket.on('close', () => clearInterval(timer));
    };
    const { error } = await failure({ raw: trickle }, SHORT);
    expect(error).toMatchObject({ code: 'CONNECT_FAILED' });
  });

  it('without an end is given up after a few kilobytes', async () => {
    let sent: Promise<number> = Promise.resolve(0);
    const { error } = await failure({
      raw: (socket) => {
        sent = flood(socket, Buffer.alloc(65_536, 'x'));
      },
    });
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', retry: 'never' });
    expect(error.serverText?.length).toBeLessThan(200);
    expect(await sent).toBeLessThan(16 * MIB);
  });

  it.each(['220 mail.example.net ESMTP', 'SSH-2.0-OpenSSH_9.2', 'HTTP/1.1 400 Bad Request'])(
    'of another protocol is told: %s',
    async (greeting) => {
      const { error } = await failure({ greeting });
      expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', retry: 'never', serverText: greeting });
    },
  );

  it('that is a hang-up is told', async () => {
    const { error } = await failure({ raw: (socket) => socket.end() });
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retry: 'later' });
    expect(error.message).toMatch(/hung up without a greeting/);
  });

  it('that is past the login is refused where STARTTLS is due', async () => {
    const { error, server } = await failure({ greeting: '* PREAUTH in' }, { security: 'starttls' });
    expect(error).toMatchObject({ code: 'TLS_UNAVAILABLE', retry: 'never' });
    expect(server.heard.join()).not.toMatch(/secret|NAMESPACE/);
  });
});

describe('a server that goes wrong during the login', () => {
  const stages = ['CAPABILITY', 'AUTHENTICATE PLAIN', 'NAMESPACE'];

  it.each(stages)('hangs up at %s', async (stage) => {
    const { error } = await failure({
      raw: (socket) => wrongAt(socket, stage, () => socket.end()),
    });
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retry: 'later' });
    expect(error.message).toMatch(/hung up/);
  });

  it.each(stages)('says nothing more at %s', async (stage) => {
    const { error } = await failure({ raw: (socket) => wrongAt(socket, stage, () => undefined) }, SHORT);
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retry: 'later' });
    expect(error.message).toMatch(/did not answer in time/);
  });

  it.each(stages)('says goodbye at %s', async (stage) => {
    const { error } = await failure({
      raw: (socket) => wrongAt(socket, stage, () => socket.end('* BYE Too many connections\r\n')),
    });
    expect(error).toMatchObject({ code: 'SERVER_BUSY', serverText: 'Too many connections' });
  });

  it.each(['SASL-IR AUTH=PLAIN', 'AUTH=PLAIN', ''])('hangs up on a refusal (%j)', async (capabilities) => {
    const { error } = await failure({
      raw: (socket) => {
        socket.write(`* OK [CAPABILITY IMAP4rev1 ${capabilities}] ready\r\n`);
        let asked = capabilities !== 'AUTH=PLAIN';
        let tag = '';
        socket.on('data', (chunk: Buffer) => {
          tag ||= chunk.toString('latin1').split(' ')[0] ?? '';
          if (asked) socket.end(`${tag} NO [LIMIT] Maximum number of connections exceeded\r\n`);
          else socket.write('+ \r\n');
          asked = true;
        });
      },
    });
    expect(error).toMatchObject({
      code: 'SERVER_BUSY',
      serverText: expect.stringMatching(/^Maximum number/),
    });
  });

  it('says goodbye in one breath with its welcome', async () => {
    const { error } = await failure({
      raw: (socket) => {
        socket.write('* OK [CAPABILITY IMAP4rev1 NAMESPACE SASL-IR AUTH=PLAIN] ready\r\n');
        socket.once('data', (chunk: Buffer) => {
          const [tag = ''] = chunk.toString('latin1').split(' ');
          const welcome = `${tag} OK [CAPABILITY IMAP4rev1 NAMESPACE] in\r\n`;
          socket.end(`${welcome}* BYE Maximum number of connections from user+IP exceeded\r\n`);
        });
      },
    });
    expect(error).toMatchObject({
      code: 'SERVER_BUSY',
      serverText: expect.stringMatching(/^Maximum number/),
    });
  });

  it.each(stages)('sends garbage at %s for ever', async (stage) => {
    const babble = (socket: Socket): void => {
      const timer = setInterval(() => socket.write('* \x00\xff{( nonsense\r\n+)\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    };
    const { error } = await failure({ raw: (socket) => wrongAt(socket, stage, () => babble(socket)) }, SHORT);
    expect(error).toMatchObject({ code: 'SERVER_SILENT', retry: 'later' });
    expect(error.message).toMatch(/did not come to an end within 1\.2 s/);
  });

  it.each([
    ['a line', Buffer.alloc(65_536, 'x')],
    ['a literal', Buffer.from(`* CAPABILITY {4000000000}\r\n${'x'.repeat(65_536)}`)],
    ['literals in one answer', Buffer.from(`* ID {60000}\r\n${'x'.repeat(60_000)} `)],
    ['tokens in one answer', Buffer.from('1 '.repeat(32_768))],
  ])('sends %s without an end and is not listened to', async (_what, piece) => {
    let sent: Promise<number> = Promise.resolve(0);
    const { error } = await failure({
      raw: (socket) =>
        wrongAt(socket, 'CAPABILITY', () => {
          sent = flood(socket, piece);
        }),
    });
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', scope: 'account' });
    expect(await sent).toBeLessThan(16 * MIB);
  });

  /** Plays a login up to a command and lets `act` answer that one. */
  function wrongAt(socket: Socket, stage: string, act: () => void): void {
    socket.write('* OK ready\r\n');
    socket.on('data', (chunk: Buffer) => {
      const [tag = '', ...rest] = chunk.toString('latin1').trim().split(' ');
      const command = rest.join(' ');
      if (command === stage) act();
      else if (command === 'CAPABILITY')
        socket.write(`* CAPABILITY IMAP4rev1 NAMESPACE AUTH=PLAIN\r\n${tag} OK\r\n`);
      else if (command.startsWith('AUTH')) socket.write('+ \r\n');
      else socket.write(`${command === '' ? '2' : tag} OK\r\n`);
    });
  }
});

describe('a login that is called off', () => {
  it.each([
    ['before the greeting', () => undefined],
    ['during the login', (socket: Socket) => void socket.write('* OK ready\r\n')],
  ])('%s ends at once and leaves no connection', async (_when, raw) => {
    const server = await playServer({ raw });
    servers.push(server);
    const stop = new AbortController();
    const attempt = login(accountOn(server.port, { timeoutMs: 60_000 }), 1, stop.signal);
    attempt.catch(() => undefined);
    await server.connected;
    stop.abort();
    await expect(attempt).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await server.abandoned;
  });
});
