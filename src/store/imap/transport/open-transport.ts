import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { MailferryError } from '../../../errors.js';
import type { ImapAccountOptions } from '../options.js';
import { authorities } from './authorities.js';
import { connectFailed, whereOf } from './failures.js';
import { awaitGreeting } from './greeting.js';
import { startTls } from './start-tls.js';
import { connectTcp } from './tcp.js';
import { Tunnel } from './tunnel.js';

const CONNECT_TIMEOUT_MS = 30_000;

/** A stream on which an IMAP server has greeted; with `imaps` the TLS around it is trusted already. */
export interface Transport {
  readonly stream: Duplex;
  /** Starts TLS on `stream` after STARTTLS; see {@link startTls}. */
  upgrade(onTrusted: () => void): Duplex;
}

/**
 * Connects by network or tunnel, secures from the first octet where the URL says so and waits for the greeting. Each
 * of the three may take 30 s, or less if `timeoutMs` is. Throws MailferryError, what Node says about a host that
 * cannot be reached or a handshake that fails, or the signal's reason; nothing stays open then.
 */
export async function openTransport(options: ImapAccountOptions, signal: AbortSignal): Promise<Transport> {
  const timeoutMs = Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs);
  const context = options.security === 'none' ? null : await trustedBy(options);
  const base =
    options.tunnel === undefined
      ? await connectTcp(options, timeoutMs, signal)
      : new Tunnel(options, options.tunnel);
  try {
    const stream =
      context && options.security === 'tls' ? await secured(base, context, options, timeoutMs, signal) : base;
    stream.on('error', () => undefined);
    await awaitGreeting(stream, options, timeoutMs, signal);
    return { stream, upgrade: (onTrusted) => upgrade(stream, context, options, timeoutMs, onTrusted) };
  } catch (error) {
    base.destroy();
    throw error;
  }
}

async function trustedBy(options: ImapAccountOptions): Promise<SecureContext> {
  try {
    return await authorities(options.ca);
  } catch (cause) {
    throw new MailferryError({
      code: 'USAGE',
      scope: 'run',
      retry: 'never',
      message: `the authorities given for ${options.account} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      hint: 'give a file of certificates in PEM',
      cause,
    });
  }
}

function secured(
  base: Duplex,
  context: SecureContext,
  options: ImapAccountOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(signal.reason);
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', abort);
      act();
    };
    const socket = startTls(base, context, options, timeoutMs, () => settle(() => resolve(socket)));
    socket.on('error', (error) => settle(() => reject(handshakeError(error, options))));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

function handshakeError(error: NodeJS.ErrnoException, options: ImapAccountOptions): Error {
  if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') return error;
  return connectFailed(options, `${whereOf(options)} hung up during the TLS handshake`, { cause: error });
}

function upgrade(
  stream: Duplex,
  context: SecureContext | null,
  options: ImapAccountOptions,
  timeoutMs: number,
  onTrusted: () => void,
): Duplex {
  if (!context) throw new Error('TLS was started on a connection in clear text');
  return startTls(stream, context, options, timeoutMs, onTrusted);
}
