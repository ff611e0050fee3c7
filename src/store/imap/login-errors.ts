import { MailferryError, type MailferryErrorInit } from '../../errors.js';
import type { ImapAccountOptions } from './options.js';
import { whereOf } from './transport/failures.js';
import { LONGEST_BACKOFF_MS, saysBusy } from './wire/busy.js';

/** Fields that imapflow and Node put on what they throw. */
interface ConnectFailure {
  readonly message: string;
  readonly code?: string;
  readonly authenticationFailed?: boolean;
  readonly tlsFailed?: boolean;
  readonly serverResponseCode?: string;
  /** imapflow's, with the code ETHROTTLE: how long the server asks to be left alone, and how much of it is over, in ms. */
  readonly throttleReset?: number;
  readonly throttleWaited?: number;
  readonly responseText?: string;
  readonly reason?: string;
  readonly response?: unknown;
}

type Verdict = Omit<MailferryErrorInit, 'at' | 'cause'>;

const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
]);
const TIMED_OUT = new Set([
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'ETIMEOUT',
]);
const TLS_TRUST = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|HOSTNAME_MISMATCH/;
const TLS_HANDSHAKE = /^(?:ERR_SSL|EPROTO|ERR_TLS)/;
const OLD_TLS = /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|UNKNOWN_PROTOCOL|NO_PROTOCOLS_AVAILABLE/;
const NOT_TLS = /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/;
const HUNG_UP = new Set([
  'NoConnection',
  'EConnectionClosed',
  'ClosedAfterConnectTLS',
  'ClosedAfterConnectText',
  'ECONNRESET',
  'EPIPE',
]);
const PAST_LIMITS = new Set(['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens']);
/** OVERQUOTA: Gmail says so of commands and octets; a mailbox that is full lets its owner in. */
const TEMPORARY_LOGIN = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'THROTTLED', 'OVERQUOTA']);
/** RFC 5530, section 3. */
export const REFUSED_PASSWORD: ReadonlySet<string> = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED']);
const TOO_MANY = /too many|maximum number of connections|connection limit|simultaneous connections/i;
const TEMPORARY_TEXT =
  /temporar(?:y|ily)\b.{0,30}\b(?:failure|unavailable|error)|internal (?:server )?error|try again later/i;

/** Turns what a failed connect or login threw into an error that says where, what and how to mend it. */
export function loginError(thrown: unknown, options: ImapAccountOptions): MailferryError {
  if (thrown instanceof MailferryError) return thrown;
  const failure: ConnectFailure = thrown instanceof Error ? thrown : { message: String(thrown) };
  return new MailferryError({ ...judge(failure, options), at: { account: options.account }, cause: thrown });
}

/** What broke a connection before its first use, as a failure of the login; `farewell` is what the server said last. */
export function brokenOff(thrown: unknown, farewell?: string): unknown {
  if (!(thrown instanceof MailferryError)) return thrown;
  const { code, message, responseCode, serverText = farewell } = thrown;
  if (code === 'SERVER_SILENT') return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
  if (code !== 'CONNECTION_LOST') return thrown;
  return Object.assign(new Error(message), {
    code: 'NoConnection',
    reason: serverText,
    serverResponseCode: responseCode,
  });
}

function judge(failure: ConnectFailure, options: ImapAccountOptions): Verdict {
  const code = failure.code ?? '';
  const where = whereOf(options);
  const words = serverWords(failure);
  if (isForNow(failure, words)) {
    const busy = temporary('SERVER_BUSY', `${where} takes no more logins at the moment`, words);
    return { ...busy, ...refusalOf(failure), ...waitOf(failure) };
  }
  if (failure.authenticationFailed) return refusedLogin(options, words);
  if (UNKNOWN_HOST.has(code)) {
    const hint = 'check the spelling of the host, or the network and its name service';
    return { ...temporary('HOST_UNKNOWN', `there is no host "${options.host}"`, undefined), hint };
  }
  if (UNREACHABLE.has(code)) {
    const hint = 'check host, port and whether imaps:// (993) or imap:// (143) is meant';
    return {
      ...temporary('CONNECT_FAILED', `cannot connect to ${where}: ${failure.message || code}`, undefined),
      hint,
    };
  }
  if (TIMED_OUT.has(code)) return temporary('CONNECT_FAILED', `${where} did not answer in time`, undefined);
  if (failure.tlsFailed || TLS_TRUST.test(code) || TLS_HANDSHAKE.test(code))
    return tlsVerdict(failure, code, where);
  if (HUNG_UP.has(code)) return temporary('CONNECT_FAILED', `${where} hung up during the login`, words);
  if (PAST_LIMITS.has(code)) return endless(where, failure);
  return temporary('CONNECT_FAILED', `cannot enter ${where}: ${failure.message || code}`, words);
}

/** Whether the server would let the same user in at another time, as far as it says. */
function isForNow({ code, serverResponseCode }: ConnectFailure, words = ''): boolean {
  if (code === 'ETHROTTLE' || TEMPORARY_LOGIN.has(serverResponseCode?.toUpperCase() ?? '')) return true;
  return saysBusy({ text: words }) || TOO_MANY.test(words) || TEMPORARY_TEXT.test(words);
}

/** Whether it was the password that was refused, whatever the words: that is not to be tried again soon. */
function refusalOf({ serverResponseCode }: ConnectFailure): Pick<Verdict, 'responseCode'> {
  const responseCode = serverResponseCode?.toUpperCase() ?? '';
  return REFUSED_PASSWORD.has(responseCode) ? { responseCode } : {};
}

/** imapflow keeps a part of the wait by itself before it throws. */
function waitOf({ throttleReset, throttleWaited = 0 }: ConnectFailure): Pick<Verdict, 'retryAfterMs'> {
  if (throttleReset === undefined) return {};
  return { retryAfterMs: Math.max(0, Math.min(throttleReset, LONGEST_BACKOFF_MS) - throttleWaited) };
}

function refusedLogin(options: ImapAccountOptions, words: string | undefined): Verdict {
  const { host, admin, user } = options;
  const who = admin === undefined ? 'this user name and password' : `the login of ${admin} for ${user}`;
  const check =
    admin === undefined
      ? 'check user name and password'
      : `check the name and password of ${admin}, and whether it may log in for others`;
  return {
    code: 'AUTH_FAILED',
    scope: 'account',
    retry: 'never',
    message: `${host} does not accept ${who}`,
    ...(words === undefined ? {} : { serverText: words }),
    hint: `${check}; hosted services often want an app password and IMAP switched on`,
  };
}

function tlsVerdict(failure: ConnectFailure, code: string, where: string): Verdict {
  // An alert of the server is about what it wants of us, such as a certificate, and not about its own.
  if (TLS_TRUST.test(code) && !code.startsWith('ERR_SSL')) {
    return {
      code: 'TLS_UNTRUSTED',
      scope: 'account',
      retry: 'never',
      message: `the certificate of ${where} is not trusted: ${failure.message}`,
      hint: 'if it is right, trust it by --ca FILE or --fingerprint SHA256',
    };
  }
  return {
    code: 'TLS_UNAVAILABLE',
    scope: 'account',
    retry: 'never',
    message: `no secure connection to ${where}: ${handshakeWords(failure, code)}`,
    hint: 'imaps:// wants TLS from the first octet, imap:// wants STARTTLS; clear text needs ?tls=none',
  };
}

function handshakeWords(failure: ConnectFailure, code: string): string {
  if (OLD_TLS.test(code)) return `it has no TLS 1.2 or newer (${code})`;
  if (NOT_TLS.test(code)) return `it does not speak TLS on this port (${code})`;
  if (HUNG_UP.has(code)) return `it hung up during the TLS handshake (${code})`;
  // OpenSSL's message is a line of its source; its code says the same in words.
  if (code.startsWith('ERR_SSL_')) return code.slice('ERR_SSL_'.length).replaceAll('_', ' ').toLowerCase();
  return failure.message || code;
}

function endless(where: string, { message }: ConnectFailure): Verdict {
  return {
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'never',
    message: `${where} sent more than any login needs: ${message}`,
  };
}

function temporary(code: MailferryErrorInit['code'], message: string, words: string | undefined): Verdict {
  return {
    code,
    scope: 'account',
    retry: 'later',
    message,
    ...(words === undefined ? {} : { serverText: words }),
  };
}

function serverWords(failure: ConnectFailure): string | undefined {
  if (failure.responseText) return failure.responseText;
  if (failure.reason) return failure.reason;
  return typeof failure.response === 'string' ? failure.response : undefined;
}
