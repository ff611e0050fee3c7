import { afterEach, describe, expect, it } from 'vitest';
import { login } from '../../../../src/store/imap/login.js';
import type { ConnectionNotice, ImapAccountOptions } from '../../../../src/store/imap/options.js';
import { ConnectionPool } from '../../../../src/store/imap/pool.js';
import { ServerWords } from '../../../../src/store/imap/server-words.js';
import { connectionLost } from '../../../../src/store/imap/wire/failures.js';
import { connected, endAll, endedLater, settle } from '../../../support/scripted-imap/index.js';
import { accountOn, type Play, type PlayedServer, playServer } from './transport/played-server.js';

const PASSWORD = 'correct-horse';
const PLAIN = Buffer.from(`\0ann\0${PASSWORD}`).toString('base64');
const quiet = new AbortController().signal;
const servers: PlayedServer[] = [];
const notices: ConnectionNotice[] = [];

afterEach(async () => {
  endAll();
  notices.length = 0;
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A connection of an account whose password was sent before. */
function open() {
  const words = new ServerWords((notice) => notices.push(notice));
  words.hide(PASSWORD);
  return endedLater(connected({ words }));
}

function alerts(): string[] {
  return notices.filter(({ type }) => type === 'alert').map(({ text }) => text);
}

describe('a secret that the server repeats', () => {
  it('is not in the answer to a command', async () => {
    const { connection, server } = open();
    const answer = connection.execute(['A'], null, quiet);
    server.send(`F1 NO [CANNOT] backend got ${PASSWORD} in ${PLAIN}\r\n`);
    expect(await answer).toMatchObject({ code: 'CANNOT', text: 'backend got [hidden] in [hidden]' });
  });

  it('is not in what is told of a farewell', async () => {
    const { connection, server } = open();
    const answer = connection.execute(['A'], null, quiet);
    server.send(`* BYE ${PLAIN} is no more\r\n`);
    server.end();
    await expect(answer).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      serverText: '[hidden] is no more',
    });
    expect(connection.failure?.serverText).toBe('[hidden] is no more');
  });

  it('is not in the error of what the protocol does not allow, nor in its cause', async () => {
    const { connection, server } = open();
    const answer = connection.execute(['A'], null, quiet).catch((thrown: unknown) => thrown);
    server.send(`nobody OK ${PASSWORD}\r\n`);
    const error = (await answer) as Error;
    expect(error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: 'unexpected response: nobody OK [hidden]',
    });
    expect(error.cause).toBeUndefined();
  });

  it('leaves an error without it as it is', () => {
    const words = new ServerWords();
    words.hide(PASSWORD);
    const error = connectionLost('ann', 'it was closed', null, new Error('reset'));
    expect(words.error(error)).toBe(error);
  });
});

describe('an alert', () => {
  async function hear(...lines: readonly string[]): Promise<void> {
    const { connection, server } = open();
    connection.execute(['A'], null, quiet).catch(() => undefined);
    for (const line of lines) server.send(`${line}\r\n`);
    await settle();
  }

  it.each(['* OK', '* NO', '* BAD', '* BYE', 'F1 OK', 'F1 NO', 'F1 BAD'])('is told from %s', async (head) => {
    await hear(`${head} [ALERT] the server goes down at ten`);
    expect(alerts()).toEqual(['the server says: the server goes down at ten']);
  });

  it('is told once however often it comes, and another one as well', async () => {
    const words = new ServerWords((notice) => notices.push(notice));
    for (const text of ['at ten', 'at ten', 'at eleven', 'at  ten\r\n']) words.alert(text);
    expect(alerts()).toEqual(['the server says: at ten', 'the server says: at eleven']);
  });

  it('has no controls, no secret and no end', async () => {
    await hear(
      `* OK [ALERT] a\x1b[2J\tb \x07 ${PASSWORD}`,
      `* OK [ALERT] ${'x'.repeat(301)}`,
      '* OK [ALERT]  ',
    );
    expect(alerts()).toEqual(['the server says: a [2J b [hidden]', `the server says: ${'x'.repeat(300)}…`]);
  });

  it('is not told without end', () => {
    const words = new ServerWords((notice) => notices.push(notice));
    for (let index = 0; index < 1000; index++) words.alert(`alert ${index}`);
    expect(alerts()).toHaveLength(20);
  });
});

describe('an alert during the login', () => {
  async function enter(play: Play, more: Partial<ImapAccountOptions> = {}): Promise<unknown> {
    const server = await playServer({ capabilities: 'AUTH=PLAIN', ...play });
    servers.push(server);
    const options = accountOn(server.port, { onNotice: (notice) => notices.push(notice), ...more });
    return await login(options, 1, quiet).then(
      ({ connection }) => connection.logout(),
      (thrown: unknown) => thrown,
    );
  }

  it.each([
    ['the greeting', { greeting: '* OK [ALERT] at ten' }],
    ['a greeting that ends it', { greeting: '* BYE [ALERT] at ten' }],
    [
      'what comes before the login',
      answering('CAPABILITY', '* OK [ALERT] at ten\r\n* CAPABILITY IMAP4rev1\r\n%T OK done\r\n'),
    ],
    ['the answer to the login', answering('AUTHENTICATE', '+ \r\n%T OK [ALERT] at ten\r\n')],
    ['its refusal', answering('AUTHENTICATE', '+ \r\n%T NO [ALERT] at ten\r\n')],
    ['what is asked right after it', answering('LIST', '* NO [ALERT] at ten\r\n%T OK done\r\n')],
  ] satisfies [string, Play][])('is told from %s', async (_where, play) => {
    await enter(play);
    expect(alerts()).toEqual(['the server says: at ten']);
  });

  it('is not believed before TLS where TLS is due', async () => {
    const bye = await enter({ greeting: '* BYE [ALERT] call 555 1234' }, { security: 'starttls' });
    const ok = await enter({ greeting: '* OK [ALERT] call 555 1234' }, { security: 'starttls' });
    expect([bye, ok]).toMatchObject([{ code: 'SERVER_BUSY' }, { code: 'TLS_UNAVAILABLE' }]);
    expect(alerts()).toEqual([]);
  });

  it('is told once for all connections of an account', async () => {
    const server = await playServer({ capabilities: 'AUTH=PLAIN', greeting: '* OK [ALERT] at ten' });
    servers.push(server);
    const onNotice = (notice: ConnectionNotice): void => void notices.push(notice);
    const pool = new ConnectionPool(accountOn(server.port, { connections: 3, onNotice }));
    await Promise.all([pool.lease(quiet), pool.lease(quiet), pool.lease(quiet)]);
    pool.close();
    expect(server.connections).toBe(3);
    expect(alerts()).toEqual(['the server says: at ten']);
  });
});

function answering(command: string, answer: string): Play {
  return { answer: (given) => (given.startsWith(command) ? answer : null) };
}
