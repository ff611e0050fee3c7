import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { AccountRole } from './account-role.js';
import { describeRole, optionPrefix } from './account-role.js';
import { usageError } from './usage-error.js';

/** Where an account is. Pure data; holds no secret. */
export interface AccountUrl {
  readonly user: string;
  /** Lower case; a name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  /** Only mailboxes below this name; `/` between levels; empty for the whole account. */
  readonly prefix: string;
}

const WANTED = 'imaps://USER@HOST[:PORT]';
const DEFAULT_PORTS = { imaps: 993, imap: 143 } as const;

/**
 * Reads an account URL (design of RFC 5092, but user names may hold `@`, and no other part of it is taken).
 * Not the WHATWG parser: that one would accept, and keep, a password.
 * Throws USAGE; the message never repeats anything that may be a password.
 */
export function parseAccountUrl(text: string, role: AccountRole): AccountUrl {
  const what = describeRole(role);
  const scheme = readScheme(text, what);
  const rest = text.slice(text.indexOf('://') + 3);
  const { authority, path, query } = split(rest);
  const { userInfo, hostPort } = readAuthority(authority, rest, scheme, role);
  const user = decode(userInfo, 'user name', what);
  const { host, port } = readHostPort(hostPort, what);
  return {
    user,
    host,
    port: port ?? DEFAULT_PORTS[scheme],
    security: readSecurity(scheme, query, what),
    prefix: decode(path, 'prefix', what).replace(/\/+$/, ''),
  };
}

function readScheme(text: string, what: string): 'imaps' | 'imap' {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text);
  const scheme = match?.[1]?.toLowerCase();
  if (scheme === 'imaps' || scheme === 'imap') return scheme;
  if (scheme !== undefined) {
    throw usageError(
      `the ${what} has the scheme "${scheme}://"; wanted ${WANTED}`,
      'use imaps:// or imap://',
    );
  }
  // What has no scheme may be anything, a password included: it is not repeated.
  throw usageError(`the ${what} is not a URL; wanted ${WANTED}`, 'put imaps:// before USER@HOST');
}

function split(rest: string): { authority: string; path: string; query: string | null } {
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const tail = end < 0 ? '' : rest.slice(end);
  const question = tail.indexOf('?');
  return {
    authority,
    path: (question < 0 ? tail : tail.slice(0, question)).replace(/^\//, ''),
    query: question < 0 ? null : tail.slice(question + 1),
  };
}

function readAuthority(
  authority: string,
  rest: string,
  scheme: string,
  role: AccountRole,
): { userInfo: string; hostPort: string } {
  const what = describeRole(role);
  const at = authority.lastIndexOf('@');
  const beforeAt = at < 0 ? authority : authority.slice(0, at);
  const cutShort = at < 0 && rest.includes('@');
  if ((at >= 0 || cutShort) && beforeAt.includes(':')) {
    throw usageError(
      `the ${what} has a password in its URL (not shown); wanted ${WANTED}`,
      `take ":PASSWORD" out of it and use ${optionPrefix(role)}password-file or ${optionPrefix(role)}password-command; ` +
        'a colon that belongs to the user name is written %3A',
    );
  }
  if (cutShort) {
    throw usageError(
      `the ${what} has "/", "?" or "#" in its user name; wanted ${WANTED}`,
      'write / as %2F, ? as %3F and # as %23',
    );
  }
  if (at <= 0) {
    throw usageError(
      `the ${what} "${scheme}://${authority}" has no user name; wanted ${WANTED}`,
      'put USER@ before the host; a user name may itself hold an @',
    );
  }
  return { userInfo: beforeAt, hostPort: authority.slice(at + 1) };
}

function readHostPort(text: string, what: string): { host: string; port: number | null } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text);
  const host = readHost(match?.[1] ?? '', text, what);
  const portText = match?.[2];
  if (portText === undefined) return { host, port: null };
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port >= 1 && port <= 65535) return { host, port };
  throw usageError(
    `the ${what} has the port "${portText}"; wanted a number from 1 to 65535`,
    'leave it out for 993 (imaps) or 143 (imap)',
  );
}

function readHost(written: string, hostPort: string, what: string): string {
  if (written.startsWith('[')) {
    const address = written.slice(1, -1);
    if (isIPv6(address)) return address.toLowerCase();
    throw usageError(
      `the ${what} has the address "${written}"; wanted an IPv6 address in brackets`,
      IPV6_FIX,
    );
  }
  if (hostPort === '') {
    throw usageError(`the ${what} has no host after the "@"; wanted ${WANTED}`, 'add the name of the server');
  }
  if (hostPort.split(':').length > 2) {
    throw usageError(`the ${what} has the host "${hostPort}"; wanted HOST or HOST:PORT`, IPV6_FIX);
  }
  const host = domainToASCII(written);
  if (/^[a-z0-9_.-]+$/.test(host) && !host.startsWith('.') && !host.includes('..')) return host;
  throw usageError(`the ${what} has the host "${written}"; wanted the name of a server`, IPV6_FIX);
}

const IPV6_FIX = 'write a name such as mail.example.net, or an IPv6 address as [2001:db8::1]';

function readSecurity(
  scheme: 'imaps' | 'imap',
  query: string | null,
  what: string,
): 'tls' | 'starttls' | 'none' {
  if (query === null || query === '') return scheme === 'imaps' ? 'tls' : 'starttls';
  if (query !== 'tls=none') {
    throw usageError(`the ${what} ends in "?${query}"; wanted "?tls=none" or nothing`, 'take it out');
  }
  if (scheme === 'imap') return 'none';
  throw usageError(
    `the ${what} asks for imaps:// and for "?tls=none"; wanted one of them`,
    'keep imaps:// and take ?tls=none out',
  );
}

function decode(encoded: string, part: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(encoded);
  } catch {
    throw usageError(
      `the ${part} of the ${what} has a broken percent-encoding: "${encoded}"; wanted % and two hex digits of UTF-8`,
      'write a percent sign as %25',
    );
  }
  // A line break would start a new IMAP command.
  if (!/\p{Cc}/u.test(decoded)) return decoded;
  throw usageError(
    `the ${part} of the ${what} holds a control character: "${encoded}"; wanted printable text`,
    'take the control character out',
  );
}

/** The way to write the account for people: `ann@mail.example.net`, with the port where it is unusual. */
export function displayName(url: AccountUrl): string {
  const host = isIPv6(url.host) ? `[${url.host}]` : url.host;
  return `${url.user}@${host}${hasUsualPort(url) ? '' : `:${url.port}`}`;
}

function hasUsualPort(url: AccountUrl): boolean {
  return url.port === DEFAULT_PORTS.imaps || url.port === DEFAULT_PORTS.imap;
}

/** Whether the host is this machine by name or address; asks no resolver. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}
