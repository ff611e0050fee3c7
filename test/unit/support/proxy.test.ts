import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProxyOptions, startProxy, type TcpProxy } from '../../support/proxy/index.js';
import { EchoServer } from './echo-server.js';

const MESSAGE = Buffer.from('Subject: a\r\n\r\nbody {3}\r\n');
const APPEND = Buffer.from(`a2 APPEND INBOX {${MESSAGE.length}+}\r\n${MESSAGE}\r\n`);
const LOGIN = Buffer.from('a1 LOGIN ann secret\r\n');

let echo: EchoServer;
const proxies: TcpProxy[] = [];
const clients: TestClient[] = [];

beforeEach(async () => {
  echo = await EchoServer.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  await echo.stop();
});

describe('a proxy without rules', () => {
  it('carries octets unchanged both ways and counts them', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    const sent = noise(3_000_000);
    client.socket.write(sent);
    await client.until((received) => received.length === sent.length);
    expect(client.received.equals(sent)).toBe(true);
    expect(proxy.counters).toMatchObject({
      connections: 1,
      openConnections: 1,
      bytesToServer: sent.length,
      bytesToClient: sent.length,
    });
  });

  it('carries octets unchanged over a slow and distant link', async () => {
    const proxy = await proxyWith({ latencyMs: 6, bytesPerSecond: 20_000_000 });
    const client = await connectTo(proxy);
    const sent = noise(300_000);
    client.socket.write(sent);
    await client.until((received) => received.length === sent.length);
    expect(client.received.equals(sent)).toBe(true);
  });

  it('passes on that a side has closed', async () => {
    const client = await connectTo(await proxyWith({}));
    client.socket.end('bye');
    await client.closed;
    expect(client.received.toString()).toBe('bye');
  });

  it('counts a round trip each time the client speaks after it heard the server', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    await client.exchange('a1 NOOP\r\na2 NOOP\r\n');
    await client.exchange('a3 NOOP\r\n');
    await client.exchange('a4 NOOP\r\n');
    expect(proxy.counters.roundTrips).toBe(2);
  });

  it('resets new connections while it refuses', async () => {
    const proxy = await proxyWith({});
    proxy.refusing = true;
    const refused = connect(proxy.port, proxy.host);
    await expect(once(refused, 'data')).rejects.toThrow(/ECONNRESET/);
    proxy.refusing = false;
    await (await connectTo(proxy)).exchange('a1 NOOP\r\n');
    expect(echo.connections).toHaveLength(1);
  });

  it('ends all when it stops', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    await client.exchange('x\n');
    await proxy.stop();
    await client.closed;
    await echo.closed(0);
    await expect(once(connect(proxy.port, proxy.host), 'connect')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('the list of commands', () => {
  it('holds the first line of each command and no secrets', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    await client.exchange(LOGIN);
    await client.exchange('a2 LOGIN {3}\r\nann {6}\r\nsecret\r\n');
    await client.exchange('a3 AUTHENTICATE PLAIN c2VjcmV0\r\n');
    await client.exchange('a4 authenticate XOAUTH2\r\nc2VjcmV0\r\n');
    await client.exchange('a5 IDLE\r\nDONE\r\n');
    await client.exchange(APPEND);
    expect(proxy.commands.map(({ line }) => line)).toEqual([
      'a1 LOGIN ***',
      'a2 LOGIN ***',
      'a3 AUTHENTICATE PLAIN ***',
      'a4 authenticate XOAUTH2',
      'a5 IDLE',
      `a2 APPEND INBOX {${MESSAGE.length}+}`,
    ]);
  });

  it('is the same however the octets are packed', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    for (const octet of APPEND) client.socket.write(Buffer.of(octet));
    await client.until((received) => received.length === APPEND.length);
    expect(client.received.equals(APPEND)).toBe(true);
    expect(proxy.commands).toHaveLength(1);
  });

  it('ends where a client starts TLS or compression', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    await client.exchange('a1 STARTTLS\r\n');
    await client.exchange(Buffer.concat([randomBytes(500), Buffer.from('\r\na2 NOOP x\r\n')]));
    expect(proxy.commands.map(({ line }) => line)).toEqual(['a1 STARTTLS']);
  });
});

describe('a cut', () => {
  it('delivers exactly so many octets to the server', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { afterBytes: 20_001, direction: 'toServer' }, do: { kind: 'cut' } }],
    });
    const client = await connectTo(proxy);
    client.socket.write(noise(100_000));
    await client.closed;
    await echo.closed(0);
    expect(echo.received(0)).toHaveLength(20_001);
  });

  it('delivers exactly so many octets to the client', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { afterBytes: 7, direction: 'toClient' }, do: { kind: 'cut' } }],
    });
    const client = await connectTo(proxy);
    client.socket.write('0123456789\n');
    await client.closed;
    expect(client.received.toString()).toBe('0123456');
  });

  it('happens once, so that the next connection works', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { afterBytes: 0, direction: 'toServer' }, do: { kind: 'cut' } }],
    });
    const first = await connectTo(proxy);
    first.socket.write('x\n');
    await first.closed;
    await (await connectTo(proxy)).exchange('y\n');
  });

  it('can wait for one connection alone', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { afterBytes: 1, direction: 'toServer' }, do: { kind: 'cut' }, connection: 2 }],
    });
    const first = await connectTo(proxy);
    const second = await connectTo(proxy);
    await first.exchange('stays\n');
    second.socket.write('goes\n');
    await second.closed;
    await first.exchange('still here\n');
  });

  it('can count over all connections', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { afterBytes: 10, direction: 'toServer', over: 'proxy' }, do: { kind: 'cut' } }],
    });
    await (await connectTo(proxy)).exchange('1234567\n');
    const second = await connectTo(proxy);
    second.socket.write('abc\n');
    await second.closed;
    await echo.closed(1);
    expect(echo.received(1).toString()).toBe('ab');
  });

  it('counts from where its rule was added', async () => {
    const proxy = await proxyWith({});
    const client = await connectTo(proxy);
    await client.exchange('1234567\n');
    proxy.addRule({ on: { afterBytes: 2, direction: 'toServer' }, do: { kind: 'cut' } });
    client.socket.write('abc\n');
    await client.closed;
    await echo.closed(0);
    expect(echo.received(0).toString()).toBe('1234567\nab');
  });

  it.each([
    ['start', 0],
    ['line', APPEND.indexOf('\n') + 1],
    ['end', APPEND.length],
  ] as const)('at the %s of a command lets %i of its octets through', async (at, octets) => {
    const proxy = await proxyWith({
      rules: [{ on: { command: /^\S+ append/i, at }, do: { kind: 'cut' } }],
    });
    const client = await connectTo(proxy);
    await client.exchange(LOGIN);
    client.socket.write(Buffer.concat([APPEND, Buffer.from('a3 NOOP \r\n')]));
    await client.closed;
    await echo.closed(0);
    expect(echo.received(0).subarray(LOGIN.length).equals(APPEND.subarray(0, octets))).toBe(true);
  });
});

describe('a stall', () => {
  it('keeps back what comes until it is resumed', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { afterBytes: 5, direction: 'toServer' }, do: { kind: 'stall' }, connection: 1 }],
    });
    const stalled = await connectTo(proxy);
    stalled.socket.write('0123456789\n');
    stalled.socket.write('abc\n');
    await echo.until(0, (received) => received.length === 5);
    await (await connectTo(proxy)).exchange('others go on\n');
    expect(stalled.received).toHaveLength(0);
    proxy.resume();
    await stalled.until((received) => received.toString() === '0123456789\nabc\n');
  });

  it('before a command keeps the whole command back', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { command: /APPEND/, at: 'start' }, do: { kind: 'stall', direction: 'toServer' } }],
    });
    const client = await connectTo(proxy);
    client.socket.write(Buffer.concat([LOGIN, APPEND]));
    await client.until((received) => received.length === LOGIN.length);
    expect(echo.received(0).equals(LOGIN)).toBe(true);
    proxy.resume();
    await client.until((received) => received.length === LOGIN.length + APPEND.length);
    expect(proxy.commands).toHaveLength(2);
  });
});

describe('a half-open connection', () => {
  it('loses what goes to the client, also that the server has closed', async () => {
    const proxy = await proxyWith({
      rules: [
        { on: { afterBytes: 3, direction: 'toClient' }, do: { kind: 'half-open', direction: 'toClient' } },
      ],
    });
    const client = await connectTo(proxy);
    await client.exchange('ab\n');
    client.socket.write('de\n');
    await echo.until(0, (received) => received.toString() === 'ab\nde\n');
    echo.end(0);
    client.socket.write('gh\n');
    await echo.until(0, (received) => received.toString() === 'ab\nde\ngh\n');
    expect(client.received.toString()).toBe('ab\n');
    expect(client.socket.readableEnded).toBe(false);
  });
});

describe('a dropped answer', () => {
  it('lets the server have the whole command and closes when it has answered', async () => {
    const proxy = await proxyWith({
      rules: [{ on: { command: /APPEND/ }, do: { kind: 'drop-answer', thenClose: true } }],
    });
    const client = await connectTo(proxy);
    await client.exchange(LOGIN);
    client.socket.write(APPEND);
    await client.closed;
    expect(client.received.equals(LOGIN)).toBe(true);
    expect(echo.received(0).equals(Buffer.concat([LOGIN, APPEND]))).toBe(true);
  });

  it('may leave the connection open', async () => {
    const proxy = await proxyWith({ rules: [{ on: { command: /APPEND/ }, do: { kind: 'drop-answer' } }] });
    const client = await connectTo(proxy);
    client.socket.write(APPEND);
    await echo.until(0, (received) => received.equals(APPEND));
    client.socket.write('a9 NOOP \r\n');
    await echo.until(0, (received) => received.includes('NOOP'));
    expect(client.received).toHaveLength(0);
  });
});

describe('bytes held back', () => {
  it('reach the server after the client has been cut off and has come back', async () => {
    const proxy = await proxyWith({ rules: [{ on: { command: /SEARCH/ }, do: { kind: 'hold-back' } }] });
    const first = await connectTo(proxy);
    const start = Buffer.from('a2 SEARCH TEXT {3+}\r\nabc');
    // The server sends back what it gets, so the end of the command is made to look like the answer to it.
    const end = Buffer.from('a2 OK\r\n');
    first.socket.write(Buffer.concat([start, end]));
    await first.closed;
    const second = await connectTo(proxy);
    await second.exchange('b1 NOOP\r\n');
    expect(echo.received(0).equals(start)).toBe(true);
    await proxy.release();
    expect(echo.received(0).equals(Buffer.concat([start, end]))).toBe(true);
    expect(proxy.counters.openConnections).toBe(1);
  });

  it('are so many after a number of octets, and go by themselves if told so', async () => {
    const proxy = await proxyWith({
      rules: [
        {
          on: { afterBytes: 4, direction: 'toServer' },
          do: { kind: 'hold-back', bytes: 3, deliverAfterMs: 1 },
        },
      ],
    });
    const client = await connectTo(proxy);
    client.socket.write('0123456789\n');
    await client.closed;
    await echo.closed(0);
    expect(echo.received(0).toString()).toBe('0123456');
  });
});

/** Lines of anything: the proxy takes what a client says line by line. */
function noise(sizeBytes: number): Buffer {
  const bytes = randomBytes(sizeBytes);
  bytes[sizeBytes - 1] = 0x0a;
  return bytes;
}

async function proxyWith(options: Omit<ProxyOptions, 'targetPort'>): Promise<TcpProxy> {
  const proxy = await startProxy({ targetPort: echo.port, ...options });
  proxies.push(proxy);
  return proxy;
}

async function connectTo(proxy: TcpProxy): Promise<TestClient> {
  const socket = connect(proxy.port, proxy.host);
  const client = new TestClient(socket);
  clients.push(client);
  await once(socket, 'connect');
  return client;
}

class TestClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #chunks: Buffer[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  get received(): Buffer {
    this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  async until(isEnough: (received: Buffer) => boolean): Promise<void> {
    while (!isEnough(this.received)) await once(this.socket, 'data');
  }

  /** Sends something and waits until all of it has come back. */
  async exchange(sent: Buffer | string): Promise<void> {
    const wanted = this.received.length + Buffer.byteLength(sent);
    this.socket.write(sent);
    await this.until((received) => received.length === wanted);
  }
}
