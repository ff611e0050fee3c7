import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AccountLogin } from './account-login.js';
import { RawImap } from './raw-imap.js';

/** A server without anybody to log in. */
export type ServerAddress = Omit<AccountLogin, 'user' | 'password'>;

export interface ConnectOptions {
  readonly signal?: AbortSignal;
  /** Give up after so long a silence of the server. */
  readonly silenceMs?: number;
}

/** Connects and reads the greeting. */
export async function connectRaw(login: ServerAddress, options: ConnectOptions = {}): Promise<RawImap> {
  const socket = openSocket(login);
  socket.setNoDelay(true);
  socket.setTimeout(options.silenceMs ?? 120_000, () => {
    socket.destroy(new Error(`no sign of life from ${login.host}:${login.port}`));
  });
  const abort = () => socket.destroy(new Error('aborted'));
  if (options.signal?.aborted === true) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  socket.once('close', () => options.signal?.removeEventListener('abort', abort));
  // An error shows itself to whoever reads or writes next; without a listener it would end the process.
  socket.on('error', () => {});
  try {
    return await RawImap.open(socket);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Connects and logs in. */
export async function loginRaw(login: AccountLogin, options: ConnectOptions = {}): Promise<RawImap> {
  const imap = await connectRaw(login, options);
  try {
    await imap.login(login.user, login.password);
    return imap;
  } catch (error) {
    imap.close();
    throw error;
  }
}

/** Logs in, does `work`, and logs out; after a failure the connection is only closed. */
export async function withLogin<T>(
  login: AccountLogin,
  options: ConnectOptions,
  work: (imap: RawImap) => Promise<T>,
): Promise<T> {
  const imap = await loginRaw(login, options);
  try {
    const result = await work(imap);
    await imap.logout();
    return result;
  } finally {
    imap.close();
  }
}

function openSocket(login: ServerAddress): Socket {
  const { host, port, tls } = login;
  if (tls === undefined) return connectTcp({ host, port });
  const trust = tls.ca === undefined ? { rejectUnauthorized: false } : { ca: tls.ca };
  const servername = tls.servername === undefined ? {} : { servername: tls.servername };
  return connectTls({ host, port, ...trust, ...servername });
}
