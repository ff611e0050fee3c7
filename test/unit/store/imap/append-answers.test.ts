import { afterEach, describe, expect, it } from 'vitest';
import { endAll, settle } from '../../../support/scripted-imap/index.js';
import { append, appendAll, message, open } from './appending.js';

const quiet = new AbortController().signal;

afterEach(endAll);

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
