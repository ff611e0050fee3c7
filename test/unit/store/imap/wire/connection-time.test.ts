import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ImapAppend } from '../../../../../src/store/imap/append.js';
import { connectionLost } from '../../../../../src/store/imap/wire/failures.js';
import {
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

afterEach(endAll);

describe('time of a connection', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('breaks a connection whose server owes an answer and is silent', async () => {
    const { connection, server } = open({ timeoutMs: 30_000 });
    const command = connection.execute(['A'], null, quiet);
    vi.advanceTimersByTime(29_000);
    server.send('* OK still here\r\n');
    await settle();
    vi.advanceTimersByTime(29_000);
    expect(connection.failure).toBeNull();
    vi.advanceTimersByTime(1000);
    await expect(command).rejects.toMatchObject({ code: 'SERVER_SILENT', retry: 'now' });
  });

  it('counts no silence between commands', async () => {
    const { connection } = open({ timeoutMs: 30_000 });
    vi.advanceTimersByTime(100_000);
    const command = connection.execute(['A'], null, quiet);
    vi.advanceTimersByTime(29_000);
    expect(connection.failure).toBeNull();
    vi.advanceTimersByTime(1000);
    await expect(command).rejects.toMatchObject({ code: 'SERVER_SILENT' });
  });

  it('counts no silence while we make the server wait', async () => {
    const { connection, server } = open({ timeoutMs: 30_000 });
    let release = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      release = resolve;
    });
    const command = connection.execute(['A'], { accepts: new Set(['X']), onUntagged: () => wait }, quiet);
    server.send('* X\r\n');
    await settle();
    vi.advanceTimersByTime(300_000);
    expect(connection.failure).toBeNull();
    release();
    await settle();
    vi.advanceTimersByTime(29_000);
    server.send('F1 OK\r\n');
    expect((await command).status).toBe('OK');
  });

  it('counts no silence while we are the ones who send, however slowly', async () => {
    const { connection, server } = open({ timeoutMs: 30_000 });
    const streamed = connection.startStreamed(quiet);
    for (let sent = 0; sent < 10; sent++) {
      await streamed.write(Buffer.from('x'));
      await settle(3);
      vi.advanceTimersByTime(20_000);
    }
    expect(connection.failure).toBeNull();
    server.send('F1 OK\r\n');
    expect((await streamed.answer).status).toBe('OK');
  });

  it('counts no silence while we owe octets and have none', async () => {
    const { connection, server } = open({ timeoutMs: 30_000 });
    const streamed = connection.startStreamed(quiet);
    await streamed.write('F1 APPEND "box" () {10+}\r\n', Buffer.from('12345'));
    await settle();
    vi.advanceTimersByTime(300_000);
    expect(connection.failure).toBeNull();
    await streamed.write(Buffer.from('67890\r\n'));
    streamed.end();
    vi.advanceTimersByTime(29_000);
    server.send('F1 OK\r\n');
    expect((await streamed.answer).status).toBe('OK');
  });

  it('breaks a connection whose server does not ask for the octets that it was offered', async () => {
    const { connection } = open({ timeoutMs: 30_000 });
    const streamed = connection.startStreamed(quiet);
    const asked = streamed.continuation();
    await streamed.write('F1 APPEND "box" () {10}\r\n');
    vi.advanceTimersByTime(30_000);
    await expect(asked).rejects.toMatchObject({ code: 'SERVER_SILENT' });
    await expect(streamed.answer).rejects.toMatchObject({ code: 'SERVER_SILENT' });
  });

  it('counts no silence between the `+` and our octets', async () => {
    const { connection, server } = open({ timeoutMs: 30_000 });
    const streamed = connection.startStreamed(quiet);
    const asked = streamed.continuation();
    await streamed.write('F1 APPEND "box" () {10}\r\n');
    server.send('+ go on\r\n');
    await asked;
    vi.advanceTimersByTime(300_000);
    expect(connection.failure).toBeNull();
  });

  it('breaks a connection whose server does not answer a message that it has whole', async () => {
    const { connection } = open({ timeoutMs: 30_000 });
    const appending = new ImapAppend(connection, 'ann@example.net', 'box', quiet);
    await appending.begin({ sizeBytes: 1, flags: [], internalDate: '' });
    await appending.write(Buffer.from('x'));
    await settle();
    vi.advanceTimersByTime(300_000);
    expect(connection.failure).toBeNull();
    const committed = appending.commit();
    vi.advanceTimersByTime(29_000);
    expect(connection.failure).toBeNull();
    vi.advanceTimersByTime(1000);
    await expect(committed).rejects.toMatchObject({ code: 'SERVER_SILENT' });
  });

  it('breaks a connection whose server owes another answer while we owe octets', async () => {
    const { connection } = open({ timeoutMs: 30_000 });
    const command = connection.execute(['A'], null, quiet);
    const streamed = connection.startStreamed(quiet);
    await streamed.write('F2 APPEND "box" () {10+}\r\n');
    vi.advanceTimersByTime(30_000);
    await expect(command).rejects.toMatchObject({ code: 'SERVER_SILENT' });
    await expect(streamed.answer).rejects.toMatchObject({ code: 'SERVER_SILENT' });
  });

  it('does break when the server neither reads nor answers', async () => {
    const { connection, server } = open({ timeoutMs: 30_000, bufferBytes: 100 });
    server.stream.pause();
    const streamed = connection.startStreamed(quiet);
    const waiting = streamed.write(Buffer.alloc(10_000, 'x'));
    await settle();
    vi.advanceTimersByTime(30_000);
    await expect(waiting).rejects.toMatchObject({ code: 'SERVER_SILENT' });
    await expect(streamed.answer).rejects.toMatchObject({ code: 'SERVER_SILENT' });
  });

  it('keeps an idle connection alive, and only an idle one', async () => {
    const { connection, server } = open({ timeoutMs: 10_000_000 });
    vi.advanceTimersByTime(180_000);
    await settle();
    expect(server.seen).toBe('F1 NOOP\r\n');
    vi.advanceTimersByTime(600_000);
    await settle();
    expect(server.seen).toBe('F1 NOOP\r\n');
    server.send('F1 OK\r\n');
    await settle();
    expect(connection.isIdle).toBe(true);
  });

  it('leaves no timer behind when it ends', () => {
    const { connection } = open();
    connection.destroy(connectionLost('ann', 'over', null));
    expect(vi.getTimerCount()).toBe(0);
  });
});
