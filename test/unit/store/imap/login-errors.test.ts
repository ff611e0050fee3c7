import { describe, expect, it } from 'vitest';
import { MailferryError } from '../../../../src/errors.js';
import { loginError } from '../../../../src/store/imap/login-errors.js';
import type { ImapAccountOptions } from '../../../../src/store/imap/options.js';

const OPTIONS: ImapAccountOptions = {
  account: 'ann@example.net',
  host: 'mail.example.net',
  port: 993,
  security: 'tls',
  user: 'ann',
  password: async () => 'secret',
  connections: 1,
  timeoutMs: 1000,
};

function thrown(fields: object, message = 'it went wrong'): Error {
  return Object.assign(new Error(message), fields);
}

describe('what a failed login threw', () => {
  it.each([
    [{ code: 'ENOTFOUND' }, 'HOST_UNKNOWN', 'later'],
    [{ code: 'EAI_AGAIN' }, 'HOST_UNKNOWN', 'later'],
    [{ code: 'ECONNREFUSED' }, 'CONNECT_FAILED', 'later'],
    [{ code: 'EHOSTUNREACH' }, 'CONNECT_FAILED', 'later'],
    [{ code: 'ECONNRESET' }, 'CONNECT_FAILED', 'later'],
    [{ code: 'ETIMEDOUT' }, 'CONNECT_FAILED', 'later'],
    [{ code: 'GREETING_TIMEOUT' }, 'CONNECT_FAILED', 'later'],
    [{ code: 'UPGRADE_TIMEOUT' }, 'CONNECT_FAILED', 'later'],
    [{ code: 'NoConnection' }, 'CONNECT_FAILED', 'later'],
    [{}, 'CONNECT_FAILED', 'later'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'TLS_UNTRUSTED', 'never'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'TLS_UNTRUSTED', 'never'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'TLS_UNTRUSTED', 'never'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'TLS_UNTRUSTED', 'never'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'TLS_UNAVAILABLE', 'never'],
    [{ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, 'TLS_UNAVAILABLE', 'never'],
    [{ code: 'EPROTO' }, 'TLS_UNAVAILABLE', 'never'],
    [{ code: 'STARTTLS_INJECTION', tlsFailed: true }, 'TLS_UNAVAILABLE', 'never'],
    [{ tlsFailed: true }, 'TLS_UNAVAILABLE', 'never'],
    [{ code: 'LiteralTooLarge' }, 'PROTOCOL_ERROR', 'never'],
    [{ authenticationFailed: true }, 'AUTH_FAILED', 'never'],
    [{ authenticationFailed: true, serverResponseCode: 'AUTHENTICATIONFAILED' }, 'AUTH_FAILED', 'never'],
    [{ authenticationFailed: true, serverResponseCode: 'UNAVAILABLE' }, 'SERVER_BUSY', 'later'],
    [{ authenticationFailed: true, serverResponseCode: 'LIMIT' }, 'SERVER_BUSY', 'later'],
    [
      { authenticationFailed: true, responseText: 'Too many simultaneous connections' },
      'SERVER_BUSY',
      'later',
    ],
    [{ code: 'NoConnection', reason: 'Maximum number of connections exceeded' }, 'SERVER_BUSY', 'later'],
  ] as const)('%j is %s, to be tried again %s', (fields, code, retry) => {
    const cause = thrown(fields);
    const place = { account: 'ann@example.net' };
    expect(loginError(cause, OPTIONS)).toMatchObject({ code, retry, scope: 'account', at: place, cause });
  });

  it('names who was refused a login on behalf of another', () => {
    const cause = thrown({ authenticationFailed: true });
    const refused = loginError(cause, { ...OPTIONS, admin: 'root' });
    expect(refused.message).toBe('mail.example.net does not accept the login of root for ann');
    expect(refused.hint).toContain('root');
  });

  it('is told in the server’s own words where it said some', () => {
    const error = loginError(
      thrown({ authenticationFailed: true, responseText: 'app password needed' }),
      OPTIONS,
    );
    expect(error.serverText).toBe('app password needed');
  });

  it('never leaves a sentence without an end, as several addresses refused at once would', () => {
    const refused = new AggregateError([new Error('a'), new Error('b')]);
    const error = loginError(Object.assign(refused, { code: 'ECONNREFUSED' }), OPTIONS);
    expect(error.message).toMatch(/ECONNREFUSED$/);
  });

  it('passes when it is an error of ours, and is understood when it is no error at all', () => {
    const own = new MailferryError({ code: 'USAGE', scope: 'run', retry: 'never', message: 'x' });
    expect(loginError(own, OPTIONS)).toBe(own);
    expect(loginError('just text', OPTIONS)).toMatchObject({ code: 'CONNECT_FAILED' });
  });
});
