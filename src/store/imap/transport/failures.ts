import { MailferryError } from '../../../errors.js';
import type { ImapAccountOptions } from '../options.js';

/** The errors of a connection that has not got as far as a login; all may pass by themselves. */
export function connectFailed(options: ImapAccountOptions, message: string, more: More = {}): MailferryError {
  const { account } = options;
  return new MailferryError({
    code: 'CONNECT_FAILED',
    scope: 'account',
    retry: 'later',
    message,
    at: { account },
    ...more,
  });
}

interface More {
  readonly hint?: string;
  readonly serverText?: string;
  readonly cause?: unknown;
}

/** The other end as a person calls it: host and port, or the tunnel to them. */
export function whereOf({ host, port, tunnel }: ImapAccountOptions): string {
  return tunnel === undefined ? hostAndPort({ host, port }) : `the tunnel to ${host}`;
}

export function hostAndPort({ host, port }: Pick<ImapAccountOptions, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function noConnectionInTime(options: ImapAccountOptions, timeoutMs: number): MailferryError {
  return connectFailed(
    options,
    `${whereOf(options)} did not take the connection within ${seconds(timeoutMs)}`,
  );
}

export function noTlsInTime(options: ImapAccountOptions, timeoutMs: number): MailferryError {
  return connectFailed(options, `no TLS with ${whereOf(options)} within ${seconds(timeoutMs)}`);
}

export function noGreetingInTime(options: ImapAccountOptions, timeoutMs: number): MailferryError {
  const clear = options.security !== 'tls' && options.tunnel === undefined;
  return connectFailed(
    options,
    `${whereOf(options)} took the connection but did not greet within ${seconds(timeoutMs)}`,
    clear ? { hint: 'a server that waits for TLS says nothing: try imaps:// (port 993)' } : {},
  );
}

export function seconds(timeoutMs: number): string {
  return `${Math.max(0.1, Math.round(timeoutMs / 100) / 10)} s`;
}

/** The server kept answering, but never with what would have ended the login. */
export function loginTooLong(options: ImapAccountOptions, timeoutMs: number): MailferryError {
  return new MailferryError({
    code: 'SERVER_SILENT',
    scope: 'account',
    retry: 'later',
    message: `the login at ${whereOf(options)} did not come to an end within ${seconds(timeoutMs)}`,
    at: { account: options.account },
    hint: 'give a slow server more time with --timeout SECONDS',
  });
}
