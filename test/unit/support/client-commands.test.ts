import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type AppendableMessage,
  appendAll,
  CommandRefused,
  connectRaw,
  type RawImap,
} from '../../support/imap-client/index.js';

/** One exchange: wait until exactly these octets have come, then send those. */
interface Step {
  readonly receive: string;
  readonly send: string;
}

interface Scripted {
  readonly imap: RawImap;
  /** What came that the script did not wait for. */
  readonly surplus: () => string;
}

const open: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
});

/** A server that follows a script and a client that has logged in to it. */
async function scripted(
  capabilities: string,
  steps: readonly Step[],
  signal?: AbortSignal,
): Promise<Scripted> {
  const script: Step[] = [
    { receive: 't1 LOGIN "u" "p"\r\n', send: 't1 OK in\r\n' },
    { receive: 't2 CAPABILITY\r\n', send: `* CAPABILITY IMAP4rev1 ${capabilities}\r\nt2 OK done\r\n` },
    ...steps,
  ];
  let received = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write('* OK ready\r\n');
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      for (let step = script[0]; step !== undefined && received.startsWith(step.receive); step = script[0]) {
        received = received.slice(step.receive.length);
        script.shift();
        if (step.send === 'END') socket.destroy();
        else socket.write(Buffer.from(step.send, 'latin1'));
      }
    });
  });
  open.push({ server, sockets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const options = signal === undefined ? {} : { signal };
  const imap = await connectRaw({ host: '127.0.0.1', port: address.port }, options);
  await imap.login('u', 'p');
  return { imap, surplus: () => received };
}

function message(text: string, flags: readonly string[] = [], internalDate?: string): AppendableMessage {
  const body = () => Buffer.from(text, 'latin1');
  return internalDate === undefined ? { flags, body } : { flags, internalDate, body };
}

describe('commands', () => {
  test('wait for permission before each synchronising literal', async () => {
    const { imap } = await scripted('', [
      { receive: 't3 X {2}\r\n', send: '+ go\r\n' },
      { receive: 'ab y {3}\r\n', send: '* 1 EXISTS\r\n+ \r\n' },
      { receive: 'c\r\n\r\n', send: 't3 OK [HIGHESTMODSEQ 5] done\r\n' },
    ]);
    const result = await imap.run(['X ', Buffer.from('ab'), ' y ', Buffer.from('c\r\n')]);
    expect(result).toMatchObject({ status: 'OK', code: 'HIGHESTMODSEQ 5', text: 'done' });
    expect(result.untagged).toHaveLength(1);
    imap.close();
  });

  test('do not wait with LITERAL+, and with LITERAL- only for large ones', async () => {
    const plus = await scripted('LITERAL+', [{ receive: 't3 X {2+}\r\nab\r\n', send: 't3 OK\r\n' }]);
    await plus.imap.run(['X ', Buffer.from('ab')]);
    const large = 'x'.repeat(4097);
    const minus = await scripted('LITERAL-', [
      { receive: 't3 X {2+}\r\nab {4097}\r\n', send: '+\r\n' },
      { receive: `${large}\r\n`, send: 't3 OK\r\n' },
    ]);
    await minus.imap.run(['X ', Buffer.from('ab'), ' ', Buffer.from(large)]);
  });

  test('send no octet of a literal that is refused', async () => {
    const { imap, surplus } = await scripted('', [
      { receive: 't3 X {2}\r\n', send: 't3 NO [TOOBIG] no\r\n' },
      { receive: 't4 NOOP\r\n', send: 't4 OK\r\n' },
    ]);
    const answer = await imap.command(['X ', Buffer.from('ab')]);
    expect(answer).toMatchObject({ status: 'NO', code: 'TOOBIG' });
    await imap.run(['NOOP']);
    expect(surplus()).toBe('');
  });

  test('name the command, never its arguments, when they are refused', async () => {
    const { imap } = await scripted('', [
      { receive: 't3 LOGIN "a" "secret"\r\n', send: 't3 NO [X] bad\r\n' },
    ]);
    const failure = await imap.run(['LOGIN "a" "secret"']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandRefused);
    expect(String(failure)).toBe('CommandRefused: LOGIN was answered NO [X] bad');
  });

  test('fail when the connection ends', async () => {
    const { imap } = await scripted('', [{ receive: 't3 NOOP\r\n', send: 'END' }]);
    await expect(imap.run(['NOOP'])).rejects.toThrow();
    await expect(imap.run(['NOOP'])).rejects.toThrow();
  });

  test('fail when they are aborted', async () => {
    const controller = new AbortController();
    const { imap } = await scripted('', [], controller.signal);
    const waiting = imap.run(['NOOP']);
    controller.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });
});

describe('appending', () => {
  const messages = [
    message('one\r\n', ['\\Seen', '$x'], ' 1-Jan-2000 00:00:00 +0000'),
    message('tw\xf6\r\n'),
    message('three\r\n', ['\\Flagged']),
  ];
  const one = ' (\\Seen $x) " 1-Jan-2000 00:00:00 +0000" {5+}\r\none\r\n';
  const two = ' () {5+}\r\ntw\xf6\r\n';
  const three = ' (\\Flagged) {7+}\r\nthree\r\n';

  test('puts many messages into one command where that is offered', async () => {
    const { imap } = await scripted('LITERAL+ MULTIAPPEND', [
      { receive: `t3 APPEND "a b"${one}${two}${three}\r\n`, send: 't3 OK [APPENDUID 9 4:5,8] done\r\n' },
    ]);
    expect(await appendAll(imap, 'a b', messages)).toEqual({ uids: [4, 5, 8], refused: [] });
  });

  test('sends many commands at once where only LITERAL+ is offered', async () => {
    const { imap } = await scripted('LITERAL+', [
      {
        receive: `t3 APPEND "m"${one}\r\nt4 APPEND "m"${two}\r\nt5 APPEND "m"${three}\r\n`,
        send: 't3 OK [APPENDUID 9 4] done\r\nt4 NO [LIMIT] no\r\nt5 OK done\r\n',
      },
    ]);
    expect(await appendAll(imap, 'm', messages, { skipRefused: true })).toEqual({
      uids: [4, undefined, undefined],
      refused: [{ index: 1, text: 'NO [LIMIT] no' }],
    });
  });

  test('goes one by one where neither is offered', async () => {
    const { imap } = await scripted('', [
      { receive: 't3 APPEND "m" () {5}\r\n', send: '+ go\r\n' },
      { receive: 'tw\xf6\r\n\r\n', send: 't3 OK [APPENDUID 9 4] done\r\n' },
      { receive: 't4 APPEND "m" (\\Flagged) {7}\r\n', send: 't4 NO no\r\n' },
    ]);
    await expect(appendAll(imap, 'm', messages.slice(1))).rejects.toThrow('APPEND was answered NO no');
  });

  test.each([
    ['flag', message('b LIST\r\n', ['\\Custom'])],
    ['8-bit keyword', message('b LIST\r\n', ['gr\xfcn'])],
    ['date', message('b LIST\r\n', [], 'some day')],
  ])('asks before the literal when the server could refuse the %s', async (_what, risky) => {
    const date = risky.internalDate === undefined ? '' : ' "some day"';
    const { imap, surplus } = await scripted('LITERAL+ MULTIAPPEND', [
      { receive: `t3 APPEND "m"${two}\r\n`, send: 't3 OK done\r\n' },
      { receive: `t4 APPEND "m" (${risky.flags.join(' ')})${date} {8}\r\n`, send: 't4 BAD no\r\n' },
      { receive: `t5 APPEND "m"${three}\r\n`, send: 't5 OK done\r\n' },
    ]);
    const outcome = await appendAll(imap, 'm', [...messages.slice(1, 2), risky, ...messages.slice(2)], {
      skipRefused: true,
    });
    expect(outcome.refused).toEqual([{ index: 1, text: 'BAD no' }]);
    expect(surplus()).toBe('');
  });

  test('finds the refused message of a batch that is refused as a whole', async () => {
    const { imap } = await scripted('LITERAL+ MULTIAPPEND', [
      { receive: `t3 APPEND "m"${two}${three}\r\n`, send: 't3 NO one of them\r\n' },
      { receive: `t4 APPEND "m"${two}\r\n`, send: 't4 OK [APPENDUID 9 4] done\r\n' },
      { receive: `t5 APPEND "m"${three}\r\n`, send: 't5 NO [X] this one\r\n' },
    ]);
    expect(await appendAll(imap, 'm', messages.slice(1), { skipRefused: true })).toEqual({
      uids: [4, undefined],
      refused: [{ index: 1, text: 'NO [X] this one' }],
    });
  });
});
