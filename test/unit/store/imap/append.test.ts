import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiteralMode } from '../../../../src/store/imap/wire/command.js';
import { connected, endAll, endedLater, settle } from '../../../support/scripted-imap/index.js';
import { append, appendAll, DATE, message, open } from './appending.js';

afterEach(endAll);

describe('an APPEND', () => {
  it('keeps the last octet back until it is committed', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(5, '\\Seen', '\\Recent'));
    await stream.write(Buffer.from('ab'));
    await stream.write(Buffer.from('cde'));
    await settle();
    const head = `F1 APPEND "Box" (\\Seen) "${DATE}" {5+}\r\n`;
    expect(made.server.seen).toBe(`${head}abcd`);
    const done = stream.commit();
    await settle();
    expect(made.server.seen).toBe(`${head}abcde\r\n`);
    made.server.send('F1 OK [APPENDUID 38 7] done\r\n');
    expect(await done).toEqual({ assigned: { uidValidity: 38, uids: [7] } });
    expect(made.connection.isIdle).toBe(true);
  });

  it('keeps back one octet of the last message only, when there are several', async () => {
    const made = open();
    const stream = append(made);
    for (const body of ['ab', 'c', 'def']) {
      await stream.begin(message(body.length));
      await stream.write(Buffer.from(body));
    }
    await settle();
    const between = ` () "${DATE}" `;
    const untilThen = `F1 APPEND "Box"${between}{2+}\r\nab${between}{1+}\r\nc${between}{3+}\r\nde`;
    expect(made.server.seen).toBe(untilThen);
    const done = stream.commit();
    await settle();
    expect(made.server.seen).toBe(`${untilThen}f\r\n`);
    made.server.send('F1 OK [APPENDUID 1 4:5,9] done\r\n');
    expect(await done).toEqual({ assigned: { uidValidity: 1, uids: [4, 5, 9] } });
  });

  it('of no octets keeps the end of the command back', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(0));
    await settle();
    expect(made.server.seen).toBe(`F1 APPEND "Box" () "${DATE}" {0+}\r\n`);
    const done = stream.commit();
    await settle();
    expect(made.server.seen.endsWith('{0+}\r\n\r\n')).toBe(true);
    made.server.send('F1 OK done\r\n');
    expect(await done).toEqual({ assigned: null });
  });

  it('sends short messages that are at hand in one piece, and a large one as it comes', async () => {
    const made = open();
    const pieces: string[] = [];
    const start = made.connection.startStreamed.bind(made.connection);
    vi.spyOn(made.connection, 'startStreamed').mockImplementation((signal) => {
      const command = start(signal);
      const write: typeof command.write = (...parts) => {
        pieces.push(
          parts.map((part) => (typeof part === 'string' ? part : part.toString('latin1'))).join(''),
        );
        return command.write(...parts);
      };
      return { ...command, write };
    });
    const stream = append(made);
    for (const body of ['ab', 'cd']) {
      await stream.begin(message(body.length));
      await stream.write(Buffer.from(body));
    }
    await settle();
    const short = `F1 APPEND "Box" () "${DATE}" {2+}\r\nab () "${DATE}" {2+}\r\nc`;
    expect(pieces).toEqual([short]);
    const large = 'x'.repeat(40_000);
    await stream.begin(message(large.length + 1));
    await stream.write(Buffer.from(large));
    expect(pieces).toEqual([short, `d () "${DATE}" {40001+}\r\n`, large]);
    await settle();
    expect(made.server.seen).toBe(pieces.join(''));
  });

  it('asks to wait while the server takes nothing, however small the pieces are', async () => {
    const made = endedLater(connected({ literalMode: 'plus', bufferBytes: 1024 }));
    made.server.stream.pause();
    const stream = append(made);
    await stream.begin(message(1_000_000));
    let sent = 0;
    let wait: ReturnType<typeof stream.write>;
    while (!wait && sent < 100) {
      wait = stream.write(Buffer.alloc(4096));
      sent++;
      await settle();
    }
    expect(sent).toBeLessThan(20);
  });

  it('sends every octet as it is', async () => {
    const body = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const { sent } = await appendAll(open(), [body, body], 'OK');
    const at = sent.indexOf('\r\n') + 2;
    expect(sent.slice(at, at + 256)).toBe(body);
    expect(sent.slice(-258)).toBe(`${body}\r\n`);
  });

  it('leaves a date that is none to the server, and flags that cannot be sent', async () => {
    const made = open();
    const stream = append(made);
    const flags = ['\\Seen', 'a b', '\\*', '\\Unknown', 'caf\xe9', 'x]y'];
    await stream.begin({ sizeBytes: 1, flags, internalDate: 'yesterday" {1}\r\nF9 DELETE INBOX' });
    await stream.write(Buffer.from('x'));
    await settle();
    expect(made.server.seen).toBe('F1 APPEND "Box" (\\Seen) {1+}\r\n');
  });

  it('names a mailbox in quotes, whatever is in its name', async () => {
    const made = open();
    const stream = append(made, 'a "b" \\ {3} \xfc');
    await stream.begin(message(1));
    await stream.write(Buffer.from('x'));
    await settle();
    expect(made.server.seen).toContain('F1 APPEND "a \\"b\\" \\\\ {3} \xfc" ()');
  });

  it('never lets the name of a mailbox end the line', async () => {
    for (const name of ['a\r\nF9 DELETE INBOX', 'a\nb', 'a\0b']) {
      const made = open();
      const stream = append(made, name);
      await expect(stream.begin(message(1))).rejects.toMatchObject({
        code: 'MAILBOX_UNAVAILABLE',
        scope: 'mailbox',
      });
      await settle();
      expect(made.server.seen).toBe('');
    }
  });

  it('refuses more octets than announced, and to end with less', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(3));
    await expect(stream.write(Buffer.from('abcd'))).rejects.toThrow('more octets');
    await stream.write(Buffer.from('ab'));
    await expect(Promise.resolve().then(() => stream.begin(message(1)))).rejects.toThrow('not complete');
    await expect(stream.commit()).rejects.toThrow('not complete');
    await settle();
    expect(made.server.seen.endsWith('{3+}\r\nab')).toBe(true);
    await expect(append(open()).commit()).rejects.toThrow('not complete');
  });

  it('that is abandoned breaks the connection before the last octet', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(2));
    await stream.write(Buffer.from('ab'));
    await settle();
    stream.abandon();
    await made.server.gone;
    expect(made.server.seen.endsWith('\r\na')).toBe(true);
    await expect(stream.commit()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('literals of an APPEND', () => {
  it.each<[LiteralMode, number, boolean]>([
    ['plus', 5000, false],
    ['minus', 4096, false],
    ['minus', 4097, true],
    ['synchronizing', 1, true],
  ])('with %s and %d octets are asked for: %s', async (mode, sizeBytes, asked) => {
    const made = open(mode);
    const stream = append(made);
    let ready = false;
    const begun = Promise.resolve(stream.begin(message(sizeBytes))).then(() => {
      ready = true;
    });
    await settle();
    expect(ready).toBe(!asked);
    if (asked) {
      expect(made.server.seen.endsWith(`{${sizeBytes}}\r\n`)).toBe(true);
      made.server.send('+ go on\r\n');
    }
    await begun;
    await stream.write(Buffer.alloc(sizeBytes, 'x'));
    await settle();
    const octets = 'x'.repeat(sizeBytes - 1);
    expect(made.server.seen.endsWith(`{${sizeBytes}${asked ? '' : '+'}}\r\n${octets}`)).toBe(true);
    const done = stream.commit();
    made.server.send('F1 OK\r\n');
    await done;
  });

  it('hand over the octet kept back before the next one is asked for', async () => {
    const made = open('synchronizing');
    const stream = append(made);
    const first = stream.begin(message(2));
    made.server.send('+\r\n');
    await first;
    await stream.write(Buffer.from('ab'));
    const second = stream.begin(message(1));
    await settle();
    expect(made.server.seen.endsWith(`{2}\r\nab () "${DATE}" {1}\r\n`)).toBe(true);
    made.server.send('+\r\n');
    await second;
  });

  it('ask first for a keyword the server has not accepted yet on the connection', async () => {
    const made = open('plus');
    const headers: string[] = [];
    for (const flags of [['Work'], ['Work'], ['Work', 'Play'], ['\\Seen']]) {
      await settle();
      const from = made.server.seen.length;
      const stream = append(made);
      const begun = stream.begin(message(1, ...flags));
      await settle();
      if (made.server.seen.slice(from).endsWith('{1}\r\n')) made.server.send('+\r\n');
      await begun;
      await stream.write(Buffer.from('x'));
      await settle();
      const header = made.server.seen.slice(from).split('\r\n')[0] ?? '';
      headers.push(header.slice(header.indexOf('{')));
      const done = stream.commit();
      made.server.send(`${header.split(' ')[0]} OK\r\n`);
      await done;
    }
    expect(headers).toEqual(['{1}', '{1+}', '{1}', '{1+}']);
  });

  it('go on asking for a keyword that was refused', async () => {
    const made = open('plus');
    for (const tag of ['F1', 'F2']) {
      const begun = append(made).begin(message(1, 'Work'));
      await settle();
      expect(made.server.seen.endsWith('{1}\r\n')).toBe(true);
      made.server.send(`${tag} NO no such keyword\r\n`);
      await expect(begun).rejects.toMatchObject({ code: 'MESSAGE_REJECTED', scope: 'message' });
    }
    expect(made.connection.failure).toBeNull();
  });
});
