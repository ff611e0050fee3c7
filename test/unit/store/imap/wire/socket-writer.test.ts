import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { connectionLost } from '../../../../../src/store/imap/wire/failures.js';
import { SocketWriter } from '../../../../../src/store/imap/wire/socket-writer.js';

/** Keeps what each call brought. */
function recording(): { stream: Writable; calls: string[] } {
  const calls: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: Buffer | string, _encoding, done) => {
      calls.push(chunk.toString('latin1'));
      done();
    },
  });
  return { stream, calls };
}

const nextTurn = (): Promise<void> => new Promise(setImmediate);

describe('lines of commands', () => {
  it('given in one turn leave in one call, in order', async () => {
    const { stream, calls } = recording();
    const writer = new SocketWriter(stream);
    writer.writeLine('1 EXAMINE a\r\n');
    await Promise.resolve();
    writer.writeLine('2 UID SEARCH ALL\r\n');
    expect(calls).toEqual([]);
    await nextTurn();
    writer.writeLine('3 NOOP\r\n');
    await nextTurn();
    expect(calls).toEqual(['1 EXAMINE a\r\n2 UID SEARCH ALL\r\n', '3 NOOP\r\n']);
  });

  it('leave before what is written at once', async () => {
    const { stream, calls } = recording();
    const writer = new SocketWriter(stream);
    writer.writeLine('1 NOOP\r\n');
    expect(writer.write(Buffer.from('2 APPEND'))).toBeUndefined();
    await nextTurn();
    expect(calls).toEqual(['1 NOOP\r\n', '2 APPEND']);
  });

  it('do not leave when the connection fails before', async () => {
    const { stream, calls } = recording();
    const writer = new SocketWriter(stream);
    const error = connectionLost('ann', 'it was closed', null);
    writer.writeLine('1 NOOP\r\n');
    writer.fail(error);
    writer.writeLine('2 NOOP\r\n');
    await nextTurn();
    expect(calls).toEqual([]);
    await expect(writer.write('3 NOOP')).rejects.toBe(error);
  });
});

describe('octets', () => {
  it('ask to wait while the socket is full, and go on when it is not', async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const writer = new SocketWriter(stream);
    const wait = writer.write(Buffer.from('12345678'));
    expect(wait).toBeInstanceOf(Promise);
    stream.resume();
    await wait;
    expect(writer.write(Buffer.from('1'))).toBeUndefined();
  });

  it('that wait fail with the connection', async () => {
    const writer = new SocketWriter(new PassThrough({ highWaterMark: 4 }));
    const wait = writer.write(Buffer.from('12345678'));
    const error = connectionLost('ann', 'it was closed', null);
    writer.fail(error);
    await expect(wait).rejects.toBe(error);
  });
});
