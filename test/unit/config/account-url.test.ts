import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayName, isLoopback, parseAccountUrl } from '../../../src/config/account-url.js';
import { MailferryError } from '../../../src/errors.js';

function refusal(text: string): MailferryError {
  try {
    parseAccountUrl(text, 'source');
  } catch (error) {
    if (error instanceof MailferryError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('an account URL', () => {
  it.each([
    ['imaps://ann@mail.example.net', { user: 'ann', host: 'mail.example.net', port: 993, security: 'tls' }],
    ['imap://ann@mail.example.net', { port: 143, security: 'starttls' }],
    ['imap://ann@localhost?tls=none', { host: 'localhost', port: 143, security: 'none' }],
    [
      'imap://ann@127.0.0.1:10143/?tls=none',
      { host: '127.0.0.1', port: 10143, security: 'none', prefix: '' },
    ],
    ['IMAPS://Ann@Mail.Example.NET:1993', { user: 'Ann', host: 'mail.example.net', port: 1993 }],
    ['imaps://ann@example.org@mail.example.net', { user: 'ann@example.org', host: 'mail.example.net' }],
    ['imaps://ann%40example.org@mail.example.net', { user: 'ann@example.org' }],
    ['imaps://DOM%5Cann%2Fx%3Ay@mail.example.net', { user: 'DOM\\ann/x:y' }],
    ['imaps://j%C3%BCrgen@mail.example.net', { user: 'jürgen' }],
    ['imaps://ann*master@mail.example.net', { user: 'ann*master' }],
    ['imaps://ann@[2001:DB8::1]:1993', { host: '2001:db8::1', port: 1993 }],
    ['imaps://ann@[::1]', { host: '::1', port: 993 }],
    ['imaps://ann@münchen.example', { host: 'xn--mnchen-3ya.example' }],
    ['imaps://ann@mail.example.net/', { prefix: '' }],
    ['imaps://ann@mail.example.net/Old%20mail/2019/', { prefix: 'Old mail/2019' }],
    ['imaps://ann@mail.example.net/with@sign', { user: 'ann', prefix: 'with@sign' }],
  ])('%s is understood', (text, expected) => {
    expect(parseAccountUrl(text, 'source')).toMatchObject(expected);
  });

  it.each([
    ['', 'not a URL', 'imaps://'],
    ['ann@mail.example.net', 'not a URL', 'put imaps:// before'],
    ['mail.example.net', 'not a URL', 'put imaps:// before'],
    ['imaps:ann@mail.example.net', 'not a URL', 'put imaps:// before'],
    ['https://ann@mail.example.net', '"https://"', 'imaps:// or imap://'],
    ['imaps://mail.example.net', 'no user name', 'USER@'],
    ['imaps://@mail.example.net', 'no user name', 'USER@'],
    ['imaps://ann@', 'no host', 'name of the server'],
    ['imaps://ann@/INBOX', 'no host', 'name of the server'],
    ['imaps://ann@mail.example.net:', 'the port ""', 'leave it out'],
    ['imaps://ann@mail.example.net:imap', 'the port "imap"', 'leave it out'],
    ['imaps://ann@mail.example.net:0', 'the port "0"', 'leave it out'],
    ['imaps://ann@mail.example.net:65536', 'the port "65536"', 'leave it out'],
    ['imaps://ann@mail example.net', 'the host "mail example.net"', 'mail.example.net'],
    ['imaps://ann@.example.net', 'the host ".example.net"', 'mail.example.net'],
    ['imaps://ann@2001:db8::1', 'the host "2001:db8::1"', '[2001:db8::1]'],
    ['imaps://ann@[2001:db8::zz]', 'the address "[2001:db8::zz]"', '[2001:db8::1]'],
    ['imaps://ann@mail.example.net?tls=none', '"?tls=none"', 'take ?tls=none out'],
    ['imap://ann@mail.example.net?tls=maybe', '"?tls=maybe"', 'take it out'],
    ['imap://ann@mail.example.net?insecure', '"?insecure"', 'take it out'],
    ['imaps://50%@mail.example.net', 'percent-encoding: "50%"', '%25'],
    ['imaps://a%0d%0ab@mail.example.net', 'control character', 'take the control character out'],
    ['imaps://ann@mail.example.net/a%00b', 'control character', 'take the control character out'],
    ['imaps://a/b@mail.example.net', '"/", "?" or "#" in its user name', '%2F'],
  ])('%s is refused', (text, seen, fix) => {
    const error = refusal(text);
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain('the source account');
    expect(error.message).toContain('wanted');
    expect(error.message).toContain(seen);
    expect(error.hint).toContain(fix);
  });

  it.each([
    'imaps://ann:hunter2@mail.example.net',
    'imaps://ann:hunter2@mail.example.net:993/INBOX',
    'imaps://ann:hun/ter2@mail.example.net',
    'imaps://ann:hun?ter2@mail.example.net',
    'imaps://ann:hun#ter2@mail.example.net',
    'imaps://ann:hun@ter2@mail.example.net',
    'imaps://ann@example.org:hunter2@mail.example.net',
    'imaps://:hunter2@mail.example.net',
    'ann:hunter2@mail.example.net',
    'imaps:ann:hunter2@mail.example.net',
  ])('%s is refused without a trace of the password', (text) => {
    const error = refusal(text);
    expect(`${error.message} ${error.hint}`).not.toMatch(/hun|ter2/);
    expect(error.code).toBe('USAGE');
  });

  it('never repeats what stands between the first colon and the last @', () => {
    const piece = fc
      .stringMatching(/^[!-~]{4,12}$/)
      .filter((text) => !/pass|word|user|host|port/i.test(text));
    fc.assert(
      fc.property(piece, (secret) => {
        const error = refusal(`imaps://ann:x${secret}@mail.example.net`);
        expect(`${error.message} ${error.hint}`).not.toContain(`x${secret}`);
      }),
    );
  });

  it('takes any user name that is percent-encoded, and gives it back', () => {
    const user = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(user, (name) => {
        const url = `imaps://${encodeURIComponent(name)}@mail.example.net`;
        expect(parseAccountUrl(url, 'source').user).toBe(name);
      }),
    );
  });

  it('names the role of the account and its options', () => {
    const parse = (): unknown => parseAccountUrl('imaps://a:b@h', 'destination');
    expect(parse).toThrow(/the destination account/);
    expect(() => parseAccountUrl('imaps://h', 'account')).toThrow(/^the account "/);
  });
});

describe('the name of an account for people', () => {
  it.each([
    ['imaps://ann@mail.example.net', 'ann@mail.example.net'],
    ['imap://ann@mail.example.net', 'ann@mail.example.net'],
    ['imaps://ann@example.org@mail.example.net:1993', 'ann@example.org@mail.example.net:1993'],
    ['imaps://ann@[::1]:1993', 'ann@[::1]:1993'],
  ])('of %s is %s', (text, name) => {
    expect(displayName(parseAccountUrl(text, 'source'))).toBe(name);
  });
});

describe('this machine', () => {
  it.each(['localhost', 'mail.localhost', '127.0.0.1', '127.8.9.10', '::1'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['127.example.net', 'localhost.example.net', '10.0.0.1', '::', '1127.0.0.1'])(
    'is not %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
