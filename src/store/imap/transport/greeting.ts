import type { Duplex } from 'node:stream';
import { MailferryError } from '../../../errors.js';
import type { ImapAccountOptions } from '../options.js';
import { connectFailed, noGreetingInTime, whereOf } from './failures.js';

const LONGEST_BYTES = 8192;
const SHOWN_CHARS = 120;

/**
 * Waits for the server's greeting (RFC 3501, section 7.1) and leaves it in the stream for whoever reads next.
 * Throws CONNECT_FAILED when none comes, SERVER_BUSY for BYE, PROTOCOL_ERROR when it is no IMAP server.
 */
export async function awaitGreeting(
  stream: Duplex,
  options: ImapAccountOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const octets = await firstLine(stream, options, timeoutMs, signal);
  stream.unshift(octets);
  const line = octets.toString('latin1').split(/\r?\n/, 1)[0] ?? '';
  if (/^\* (?:OK|PREAUTH)(?: |$)/i.test(line)) return;
  const bye = /^\* BYE ?(.*)$/i.exec(line);
  if (bye) throw turnedAway(options, bye[1] ?? '');
  throw notImap(options, line);
}

/** All octets up to at least the first line's end. */
function firstLine(
  stream: Duplex,
  options: ImapAccountOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let octets = Buffer.alloc(0);
    const settle = (act: () => void): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', onAbort);
      stream.off('readable', onReadable).off('error', onError).off('end', onEnd).off('close', onEnd);
      act();
    };
    const fail = (error: unknown): void => settle(() => reject(error));
    const late = setTimeout(() => fail(noGreetingInTime(options, timeoutMs)), timeoutMs);
    const onReadable = (): void => {
      for (let chunk: Buffer | null = stream.read(); chunk; chunk = stream.read()) {
        octets = Buffer.concat([octets, chunk]);
        const line = octets;
        if (line.includes(10)) settle(() => resolve(line));
        else if (line.length > LONGEST_BYTES) fail(notImap(options, line.toString('latin1')));
        else continue;
        return;
      }
    };
    const onError = (error: Error): void => fail(error);
    const onEnd = (): void => fail(hungUp(options, octets));
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('readable', onReadable).on('error', onError).on('end', onEnd).on('close', onEnd);
    if (signal.aborted) onAbort();
  });
}

function hungUp(options: ImapAccountOptions, said: Buffer): MailferryError {
  if (said.length > 0) return notImap(options, said.toString('latin1'));
  return connectFailed(options, `${whereOf(options)} hung up without a greeting`);
}

function turnedAway(options: ImapAccountOptions, words: string): MailferryError {
  const code = /^\[([^\] ]+)[^\]]*\] ?/.exec(words);
  return new MailferryError({
    code: 'SERVER_BUSY',
    scope: 'account',
    retry: 'later',
    message: `${whereOf(options)} turned the connection away`,
    at: { account: options.account },
    serverText: code ? words.slice(code[0].length) : words,
    ...(code?.[1] ? { responseCode: code[1].toUpperCase() } : {}),
  });
}

function notImap(options: ImapAccountOptions, said: string): MailferryError {
  const tunnel = options.tunnel !== undefined;
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'never',
    message: `${whereOf(options)} does not greet as an IMAP server does`,
    at: { account: options.account },
    serverText: said.slice(0, SHOWN_CHARS),
    hint: tunnel
      ? 'the command of the tunnel, and the shell it starts elsewhere, must print nothing of their own; ' +
        'a server program that wants a pipe gets one by "| cat" after it'
      : 'check the port: 993 is usual for imaps://, 143 for imap://',
  });
}
