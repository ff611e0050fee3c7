import { connect, type Socket } from 'node:net';
import type { ImapAccountOptions } from '../options.js';
import { noConnectionInTime } from './failures.js';

const KEEP_ALIVE_AFTER_MS = 5000;

/** Connects to host and port; name resolution counts as part of it. Rejects with what Node says. */
export function connectTcp(
  options: ImapAccountOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: options.host,
      port: options.port,
      // Many small writes would otherwise wait for acknowledgements of the one before (Nagle).
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
    });
    const late = setTimeout(() => socket.destroy(noConnectionInTime(options, timeoutMs)), timeoutMs);
    const abort = (): void => void socket.destroy(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const settle = (act: () => void): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
      act();
    };
    socket.once('connect', () => settle(() => resolve(socket)));
    // Stays: whoever takes the socket brings a listener of its own, and there must never be none.
    socket.on('error', (error) => settle(() => reject(error)));
    if (signal.aborted) abort();
  });
}
