import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../../src/store/imap/wire/connection.js';
import type { StatusLine } from '../../../../../src/store/imap/wire/status-line.js';
import type { Untagged } from '../../../../../src/store/imap/wire/untagged.js';
import {
  answering,
  type Connected,
  connected,
  endAll,
  endedLater,
  settle,
} from '../../../../support/scripted-imap/index.js';

const quiet = new AbortController().signal;

function open(...options: Parameters<typeof connected>): Connected {
  return endedLater(connected(...options));
}

function collect(
  connection: Connection,
  command: string,
  kinds: string[],
): Promise<{ status: StatusLine; rows: string[] }> {
  const rows: string[] = [];
  const onUntagged = (response: Untagged): undefined => {
    rows.push(`${response.number ?? ''} ${response.kind}${response.rest()}`.trim());
  };
  const answer = connection.execute([command], { accepts: new Set(kinds), onUntagged }, quiet);
  return answer.then((status) => ({ status, rows }));
}

afterEach(endAll);

describe('commands', () => {
  it('go out at once, one behind the other, and get the answer of their own tag', async () => {
    const { connection, server } = open();
    const first = connection.execute(['NOOP'], null, quiet);
    const second = connection.execute(['CHECK'], null, quiet);
    const [one, two] = [await server.command(), await server.command()];
    expect([one.text, two.text]).toEqual(['NOOP', 'CHECK']);
    server.send(`${two.tag} NO [LIMIT] second\r\n${one.tag} OK first\r\n`);
    expect(await first).toMatchObject({ status: 'OK', text: 'first' });
    expect(await second).toMatchObject({ status: 'NO', code: 'LIMIT', text: 'second' });
    expect(connection.isIdle).toBe(true);
  });

  it('get the untagged answers of the first in flight that takes them; the rest are nobody’s', async () => {
    const { connection, server } = open();
    const search = collect(connection, 'SEARCH', ['SEARCH']);
    const first = collect(connection, 'FETCH 1', ['FETCH']);
    const second = collect(connection, 'FETCH 2', ['FETCH']);
    const tags = [await server.command(), await server.command(), await server.command()].map(
      ({ tag }) => tag,
    );
    server.send('* 9 EXISTS\r\n* 1 FETCH (A)\r\n* SEARCH 7\r\n* OK still here\r\n');
    server.send(`${tags[0]} OK\r\n${tags[1]} OK\r\n* 2 FETCH (B)\r\n${tags[2]} OK\r\n`);
    expect((await search).rows).toEqual(['SEARCH 7']);
    expect((await first).rows).toEqual(['1 FETCH (A)']);
    expect((await second).rows).toEqual(['2 FETCH (B)']);
  });

  it('send literals at once where the server takes them', async () => {
    const { connection, server } = open();
    const done = connection.execute(['X ', { literal: Buffer.from('a\r\nb') }, ' y'], null, quiet);
    await settle();
    expect(server.seen).toBe('F1 X {4+}\r\na\r\nb y\r\n');
    server.send('F1 OK\r\n');
    await done;
  });

  it('wait to be asked for literals elsewhere, and others wait for them', async () => {
    const { connection, server } = open({ literalMode: 'synchronizing' });
    const first = connection.execute(
      ['X ', { literal: Buffer.from('\xff', 'latin1') }, ' ', { literal: Buffer.from('b') }],
      null,
      quiet,
    );
    const second = connection.execute(['NOOP'], null, quiet);
    await settle();
    expect(server.seen).toBe('F1 X {1}\r\n');
    server.send('+ \r\n');
    await settle();
    expect(server.seen).toBe('F1 X {1}\r\n\xff {1}\r\n');
    server.send('+ \r\n');
    await settle();
    expect(server.seen).toBe('F1 X {1}\r\n\xff {1}\r\nb\r\nF2 NOOP\r\n');
    server.send('F1 OK\r\nF2 OK\r\n');
    await Promise.all([first, second]);
  });

  it('end with the refusal when the server will not have the literal, and the connection goes on', async () => {
    const { connection, server } = open({ literalMode: 'synchronizing' });
    const refused = connection.execute(['X ', { literal: Buffer.from('abc') }], null, quiet);
    const next = connection.execute(['NOOP'], null, quiet);
    const [tag] = (await server.line()).split(' ');
    server.send(`${tag} NO [TOOBIG] never\r\n`);
    expect(await refused).toMatchObject({ status: 'NO', code: 'TOOBIG' });
    const after = await server.command();
    expect(after.text).toBe('NOOP');
    server.send(`${after.tag} OK\r\n`);
    expect((await next).status).toBe('OK');
    expect(server.seen).not.toContain('abc');
  });

  it('end with an answer that comes before the second literal is asked for, and the connection goes on', async () => {
    const { connection, server } = open({ literalMode: 'synchronizing' });
    const name = { literal: Buffer.from('\xff', 'latin1') };
    const refused = connection.execute(['RENAME ', name, ' ', name], null, quiet);
    const next = connection.execute(['NOOP'], null, quiet);
    await settle();
    server.send('+ go\r\nF1 NO x\r\n');
    expect(await refused).toMatchObject({ status: 'NO', text: 'x' });
    await settle();
    expect(server.seen).toContain('F2 NOOP\r\n');
    server.send('F2 OK\r\n');
    expect((await next).status).toBe('OK');
    expect(connection.isIdle).toBe(true);
  });

  it('may be many without a warning about listeners', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', onWarning);
    const { connection, server } = open();
    void server.serve(() => '%T OK\r\n');
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 200 }, () => connection.execute(['NOOP'], null, signal)));
    await settle();
    process.off('warning', onWarning);
    expect(warnings.map((warning) => warning.message)).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  it('rejects everything in flight and all that comes later with the server’s farewell', async () => {
    const { connection, server } = open();
    const both = [connection.execute(['A'], null, quiet), connection.execute(['B'], null, quiet)];
    server.send('* BYE [UNAVAILABLE] shutting down\r\n');
    server.end();
    const lost = { code: 'CONNECTION_LOST', retry: 'later', scope: 'account' };
    const said = { ...lost, serverText: 'shutting down', responseCode: 'UNAVAILABLE' };
    for (const command of both) await expect(command).rejects.toMatchObject(said);
    await expect(connection.execute(['C'], null, quiet)).rejects.toMatchObject(said);
    expect(connection.failure).toMatchObject(said);
  });

  it('breaks at an answer to a command nobody gave', async () => {
    const { connection, server } = open();
    const command = connection.execute(['A'], null, quiet);
    server.send('F99 OK yours?\r\n');
    await expect(command).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' });
  });

  it('breaks at a response that is none', async () => {
    const { connection, server } = open();
    const command = connection.execute(['A'], null, quiet);
    server.send('HTTP/1.1 400 Bad Request\r\n');
    await expect(command).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' });
  });

  it('does not break at an untagged response that says nothing', async () => {
    const { connection, server } = open();
    const command = connection.execute(['A'], null, quiet);
    server.send('*\r\n*LIST\r\n* \r\nF1 OK done\r\n');
    expect(await command).toMatchObject({ status: 'OK' });
  });

  it('breaks when a receiver throws, and the command ends with it', async () => {
    const { connection, server } = open();
    const onUntagged = (): never => {
      throw new RangeError('too much');
    };
    const command = connection.execute(['A'], { accepts: new Set(['X']), onUntagged }, quiet);
    server.send('* X\r\n');
    await expect(command).rejects.toMatchObject({ code: 'PROTOCOL_ERROR', message: 'too much' });
    await server.gone;
  });

  it('breaks when the command is aborted, and nothing is sent for one aborted before', async () => {
    const { connection, server } = open();
    await expect(connection.execute(['A'], null, AbortSignal.abort())).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(connection.failure).toBeNull();
    const stop = new AbortController();
    const command = connection.execute(['B'], null, stop.signal);
    await settle();
    stop.abort();
    await expect(command).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await server.gone;
    expect(server.seen).toBe('F1 B\r\n');
  });

  it('is not broken by an abort after the answer', async () => {
    const { connection, server } = open();
    const stop = new AbortController();
    const command = connection.execute(['B'], null, stop.signal);
    server.send('F1 OK\r\n');
    await command;
    stop.abort();
    expect(connection.failure).toBeNull();
  });

  it('fails who waits for `+`, and who waits to write', async () => {
    const { connection, server } = open({ literalMode: 'synchronizing' });
    const asked = connection.execute(['X ', { literal: Buffer.from('abc') }], null, quiet);
    const behind = connection.execute(['NOOP'], null, quiet);
    await server.line();
    server.stream.destroy();
    await expect(asked).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(behind).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('logout', () => {
  it('says LOGOUT when idle and ends for good', async () => {
    const { connection, server } = open();
    connection.logout();
    expect(await server.line()).toBe('Z LOGOUT');
    await expect(connection.execute(['A'], null, quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    server.send('* BYE\r\nZ OK\r\n');
    server.end();
    await server.gone;
  });

  it('says nothing in the middle of a command', async () => {
    const { connection, server } = open();
    const command = connection.execute(['A'], null, quiet);
    await server.line();
    connection.logout();
    await expect(command).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await server.gone;
    expect(server.unread).toBe('');
  });
});

describe('a streamed command', () => {
  it('keeps others from being written until it is answered', async () => {
    const { connection, server } = open();
    const streamed = connection.startStreamed(quiet);
    const other = connection.execute(['NOOP'], null, quiet);
    await streamed.write(`${streamed.tag} APPEND x {1+}\r\n`);
    await settle();
    expect(server.seen).toBe('F1 APPEND x {1+}\r\n');
    await streamed.write(Buffer.from('a\r\n'));
    server.send('F1 OK\r\n');
    expect((await streamed.answer).status).toBe('OK');
    await settle();
    expect(server.seen).toBe('F1 APPEND x {1+}\r\na\r\nF2 NOOP\r\n');
    server.send('F2 OK\r\n');
    await other;
  });

  it('makes the writer wait while the server does not read', async () => {
    const { connection, server } = open({ bufferBytes: 1000 });
    server.stream.pause();
    const streamed = connection.startStreamed(quiet);
    let waiting: Promise<void> | undefined;
    let written = 0;
    while (!waiting && written < 100_000) {
      waiting = streamed.write(Buffer.alloc(400, 'x'));
      written += 400;
      await settle(2);
    }
    expect(written).toBeLessThan(10_000);
    let released = false;
    const done = waiting?.then(() => {
      released = true;
    });
    await settle();
    expect(released).toBe(false);
    server.stream.resume();
    await done;
    expect(released).toBe(true);
  });
});

describe('reading', () => {
  it('stops while a receiver waits, down to the server', async () => {
    const { connection, server } = open({ bufferBytes: 1000 });
    let release = (): void => undefined;
    let bytes = 0;
    const onLiteral = (): { chunk(data: Buffer): Promise<void> | undefined; end(): undefined } => ({
      chunk: (data) => {
        const isFirst = bytes === 0;
        bytes += data.length;
        if (!isFirst) return undefined;
        return new Promise((resolve) => {
          release = resolve;
        });
      },
      end: () => undefined,
    });
    const handlers = { accepts: new Set(['FETCH']), onLiteral, onUntagged: () => undefined };
    const command = connection.execute(['FETCH'], handlers, quiet);
    server.send('* 1 FETCH (BODY[] {100000}\r\n');
    let more = true;
    for (let sent = 0; sent < 100_000; sent += 500) more = server.stream.write(Buffer.alloc(500, 'x'));
    server.send(')\r\nF1 OK\r\n');
    await settle(50);
    expect(more).toBe(false);
    expect(bytes).toBeLessThan(5000);
    release();
    await command;
    expect(bytes).toBe(100_000);
  });
});

describe('the trace', () => {
  it('tells both directions and keeps literals apart', async () => {
    const told: string[] = [];
    const made = endedLater(
      answering((command) => (command === 'A' ? '* X {2}\r\nab c\r\n%T OK\r\n' : null), {
        trace: ({ direction, text, data }) => told.push(`${direction} ${data ? 'data' : 'line'} ${text}`),
      }),
    );
    await made.connection.execute(['A'], { accepts: new Set(['X']), onUntagged: () => undefined }, quiet);
    expect(told).toEqual([
      'sent line F1 A',
      'received line * X {2}',
      'received data ab',
      'received line  c',
      'received line F1 OK',
    ]);
  });
});
