import { afterEach, describe, expect, it, vi } from 'vitest';
import { ImapAppend } from '../../../../src/store/imap/append.js';
import type { LiteralMode } from '../../../../src/store/imap/wire/command.js';
import { connectionLost } from '../../../../src/store/imap/wire/failures.js';
import type { AppendMessage, AppendResult } from '../../../../src/store/mail-store.js';
import { type Connected, connected } from '../../../support/scripted-imap/index.js';

const quiet = new AbortController().signal;
const DATE = ' 7-Feb-1994 21:52:25 -0800';
const ends: Connected[] = [];

function open(literalMode: LiteralMode = 'plus'): Connected {
  const made = connected({ literalMode });
  ends.push(made);
  return made;
}

function append({ connection }: Connected, mailbox = 'Box'): ImapAppend {
  return new ImapAppend(connection, 'ann@example.net', mailbox, quiet);
}

function message(sizeBytes: number, ...flags: string[]): AppendMessage {
  return { sizeBytes, flags, internalDate: DATE };
}

async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await new Promise(setImmediate);
}

/** Appends whole bodies and answers the command; what the server was sent and what came of it. */
async function appendAll(
  made: Connected,
  bodies: readonly string[],
  answer: string,
): Promise<{ sent: string; result: AppendResult }> {
  const from = made.server.seen.length;
  const stream = append(made);
  for (const body of bodies) {
    await stream.begin(message(body.length));
    await stream.write(Buffer.from(body, 'latin1'));
  }
  const result = stream.commit();
  await settle();
  const sent = made.server.seen.slice(from);
  made.server.send(`${sent.split(' ')[0]} ${answer}\r\n`);
  return { sent, result: await result };
}

afterEach(() => {
  for (const { connection, server } of ends.splice(0)) {
    connection.destroy(connectionLost('ann', 'the test is over', null));
    server.stream.destroy();
  }
});

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
    const made = connected({ literalMode: 'plus', bufferBytes: 1024 });
    ends.push(made);
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

describe('a refusal', () => {
  it.each([
    ['NO [OVERQUOTA] full', 'OVER_QUOTA', 'account'],
    ['NO Quota exceeded', 'OVER_QUOTA', 'account'],
    ['NO [TOOBIG] too big', 'MESSAGE_TOO_LARGE', 'message'],
    ['NO [TRYCREATE] make it', 'MAILBOX_UNAVAILABLE', 'mailbox'],
    ['NO [NOPERM] not yours', 'MAILBOX_UNAVAILABLE', 'mailbox'],
    ['NO [UNAVAILABLE] later', 'SERVER_BUSY', 'mailbox'],
    ['NO Request is throttled. Suggested Backoff Time: 5', 'SERVER_BUSY', 'mailbox'],
    ['NO NUL in message', 'MESSAGE_REJECTED', 'message'],
    ['BAD what', 'MESSAGE_REJECTED', 'message'],
  ])('%s is %s', async (answer, code, scope) => {
    const made = open();
    await expect(appendAll(made, ['ab'], answer)).rejects.toMatchObject({
      code,
      scope,
      at: { mailbox: 'Box' },
    });
    expect(made.connection.failure).toBeNull();
  });

  it('in the middle of a literal stands, and ends the connection, as octets are owed', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(4));
    await stream.write(Buffer.from('ab'));
    await settle();
    made.server.send('F1 NO [TOOBIG] stop\r\n');
    await settle();
    await expect(stream.write(Buffer.from('c'))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    await made.server.gone;
    expect(made.server.seen.endsWith('\r\nab')).toBe(true);
  });

  it('that comes before the octets at hand have left keeps them back', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(4));
    await stream.write(Buffer.from('ab'));
    made.server.send('F1 NO [TOOBIG] stop\r\n');
    await settle();
    await expect(stream.write(Buffer.from('c'))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    await made.server.gone;
    expect(made.server.seen).toBe('');
  });

  it('before the octet kept back stands, and ends the connection, as octets are owed', async () => {
    const made = open();
    const stream = append(made);
    await stream.begin(message(2));
    await stream.write(Buffer.from('ab'));
    made.server.send('F1 NO [TOOBIG] stop\r\n');
    await settle();
    await expect(stream.commit()).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    await made.server.gone;
  });

  it('instead of `+` leaves the connection to others', async () => {
    const made = open('synchronizing');
    const begun = append(made).begin(message(2));
    made.server.send('F1 NO [TOOBIG] stop\r\n');
    await expect(begun).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    const next = made.connection.execute(['NOOP'], null, quiet);
    made.server.send('F2 OK\r\n');
    expect((await next).status).toBe('OK');
  });
});

describe('an answer before the end of the command', () => {
  const wrong = { code: 'PROTOCOL_ERROR', scope: 'account' };

  it('that says OK is not believed', async () => {
    for (const step of ['write', 'begin', 'commit'] as const) {
      const made = open();
      const stream = append(made);
      await stream.begin(message(2));
      await stream.write(Buffer.from(step === 'write' ? 'a' : 'ab'));
      made.server.send('F1 OK [APPENDUID 1 5] thanks\r\n');
      await settle();
      const steps = {
        write: () => stream.write(Buffer.from('b')),
        begin: () => stream.begin(message(1)),
        commit: () => stream.commit(),
      };
      await expect(steps[step]()).rejects.toMatchObject(wrong);
      await made.server.gone;
    }
  });

  it('that says OK instead of `+` is not believed either', async () => {
    const made = open('synchronizing');
    const begun = append(made).begin(message(2));
    made.server.send('F1 OK [APPENDUID 1 5] thanks\r\n');
    await expect(begun).rejects.toMatchObject(wrong);
  });
});

describe('APPENDUID', () => {
  it.each<[string, number, number[] | null]>([
    ['5', 1, [5]],
    ['9,5', 2, [9, 5]],
    ['5:7', 3, [5, 6, 7]],
    ['7:5', 3, [5, 6, 7]],
    ['5', 2, null],
    ['5:6', 1, null],
    ['1:4294967295', 2, null],
    ['1,1:4294967295', 2, null],
    ['0', 1, null],
    ['4294967296', 1, null],
    ['*', 1, null],
    ['5,', 1, null],
    ['', 1, null],
    ['(5)', 1, null],
    ['abc', 1, null],
  ])('with the set %j for %d messages names %j', async (set, messages, uids) => {
    const bodies = Array.from({ length: messages }, () => 'x');
    const { result } = await appendAll(open(), bodies, `OK [APPENDUID 77 ${set}] done`);
    expect(result.assigned).toEqual(uids && { uidValidity: 77, uids });
  });

  it('without a UIDVALIDITY names nothing', async () => {
    for (const code of ['APPENDUID', 'APPENDUID x 5', 'COPYUID 7 5', 'APPENDUID 99999999999999999999 5']) {
      const { result } = await appendAll(open(), ['x'], `OK [${code}] done`);
      expect(result.assigned).toBeNull();
    }
  });
});
