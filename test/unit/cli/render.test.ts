import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, jsonLine } from '../../../src/cli/render/clean-text.js';
import { commandLine } from '../../../src/cli/render/command-line.js';
import { displayWidth, fitted, padded } from '../../../src/cli/render/display-width.js';
import { ERROR_WORDS } from '../../../src/cli/render/error-words.js';
import { problemBlock, problemFix, problemLine, withFix } from '../../../src/cli/render/problem-text.js';
import { bothWays } from '../../../src/cli/render/side-words.js';
import { counted, formatBytes, formatCount, formatDuration } from '../../../src/cli/render/units.js';
import type { ErrorCode } from '../../../src/errors.js';
import type { Problem } from '../../../src/report/problem.js';

/** What a terminal may act on instead of showing it. */
const ACTING = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

describe('text of strangers', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['two\r\nlines', 'two\\r\\nlines'],
    ['C1 \x9b2J', 'C1 \\x9b2J'],
    ['bell\x07 del\x7f', 'bell\\x07 del\\x7f'],
    ['turned \u202egnp.exe', 'turned \\u202egnp.exe'],
    ['tab\there', 'tab here'],
    ['Entwürfe 漢字 👍', 'Entwürfe 漢字 👍'],
  ])('%j is shown as %j', (text, shown) => {
    expect(cleanText(text)).toBe(shown);
  });

  it('never acts on a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(text)).not.toMatch(ACTING);
        expect(jsonLine({ text })).not.toMatch(ACTING);
      }),
    );
  });

  it('survives JSON unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }), (text, other) => {
        expect(JSON.parse(jsonLine({ text, other }))).toEqual({ text, other });
      }),
    );
    expect(JSON.parse(jsonLine('\x9b\u202e\u2028\x1b'))).toBe('\x9b\u202e\u2028\x1b');
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('%d is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [404 * 1024 * 1024, '404 MiB'],
    [1024 * 1024 - 1, '1 MiB'],
    [5 * 1024 ** 4, '5 TiB'],
  ])('%d octets are %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [420, '0.4 s'],
    [9960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 00 s'],
    [192_000, '3 min 12 s'],
    [3_599_900, '1 h 00 min'],
    [7_320_000, '2 h 02 min'],
  ])('%d ms are %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it.each([
    [0, 'message', '0 messages'],
    [1, 'message', '1 message'],
    [1000, 'mailbox', '1,000 mailboxes'],
  ])('%d of %s is %s', (count, noun, text) => {
    expect(counted(count, noun)).toBe(text);
  });
});

describe('the width of text', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['한글', 4],
    ['👍', 2],
  ])('of %s is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is what it is cut and filled to', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(displayWidth(fitted(text, columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(padded(text, columns))).toBe(columns);
      }),
    );
  });
});

describe('the command to run next', () => {
  it('is quoted for a shell', () => {
    expect(commandLine(['copy', 'imaps://a@h', '--mailbox', "it's *", ''])).toBe(
      "mailferry copy imaps://a@h --mailbox 'it'\\''s *' ''",
    );
  });
});

describe('an error for people', () => {
  const prefixes = new Map([['ann@new.example.com', '--destination-']]);
  const problem = (given: Partial<Problem> & Pick<Problem, 'code'>): Problem => ({
    scope: 'account',
    message: 'what was seen',
    account: 'ann@new.example.com',
    permanent: true,
    ...given,
  });

  it('says what and where, then what was seen, wanted, and the fix', () => {
    const lines = problemBlock(problem({ code: 'TLS_UNTRUSTED', serverText: 'bye' }), prefixes);
    expect(lines).toEqual([
      'error: the certificate of ann@new.example.com is not trusted',
      '  seen:   what was seen; the server said: bye',
      '  wanted: a valid certificate for this host name, signed by an authority this machine knows',
      '  fix:    give the authority by --destination-ca FILE, or this very certificate by --destination-fingerprint SHA256',
    ]);
  });

  it('prefers the hint of whoever saw it', () => {
    const lines = problemBlock(problem({ code: 'AUTH_FAILED', hint: 'switch IMAP on' }), prefixes);
    expect(lines.at(-1)).toBe('  fix:    switch IMAP on');
  });

  it('names the options of the side that the account is on', () => {
    const hint = 'trust it by --ca FILE or --fingerprint SHA256; --timeout 5m';
    const given = problem({ code: 'TLS_UNTRUSTED', scope: 'account', hint });
    const told = 'trust it by --destination-ca FILE or --destination-fingerprint SHA256; --timeout 5m';
    expect(problemFix(given, prefixes)).toBe(told);
    expect(problemFix(withFix(given, prefixes), prefixes)).toBe(told);
    expect(problemFix(given, new Map())).toBe(hint);
  });

  it('is shown with the words of servers as they are', () => {
    const given = problem({ code: 'COMMAND_REFUSED', scope: 'account', serverText: '100%a %p' });
    expect(problemBlock(given, prefixes).join('\n')).toContain('100%a %p');
  });

  it('tells programs the way out that it tells people', () => {
    for (const code of ['OVER_QUOTA', 'MESSAGE_REJECTED', 'TLS_UNTRUSTED'] as const) {
      const given = problem({ code });
      expect(withFix(given, prefixes).hint).toBe(problemFix(given, prefixes));
      expect(withFix(given, prefixes).hint).toMatch(/\w/);
    }
    const passing = problem({ code: 'CONNECTION_LOST', scope: 'mailbox', permanent: false });
    expect(withFix(passing, prefixes)).toEqual(passing);
  });

  it('is told in one line for a message', () => {
    const given = problem({
      code: 'MESSAGE_REJECTED',
      scope: 'message',
      mailbox: 'A\x1b',
      uid: 7,
      serverText: 'no\r\n',
    });
    expect(problemLine(given, prefixes)).toBe('"A\\x1b" uid 7: what was seen; the server said: no');
  });

  it('names the account where it may be either, once', () => {
    const sides = bothWays('ann@old.example.net', 'ann@new.example.com');
    const given = problem({ code: 'COMMAND_REFUSED', scope: 'mailbox', mailbox: 'A' });
    expect(problemLine(given, prefixes, sides)).toBe('"A" at ann@new.example.com: what was seen');
    const named = { ...given, message: 'ann@new.example.com refused it' };
    expect(problemLine(named, prefixes, sides)).toBe('"A": ann@new.example.com refused it');
    expect(problemLine(given, prefixes)).toBe('"A": what was seen');
  });

  it('does not repeat the words of the server', () => {
    const given = problem({ code: 'OVER_QUOTA', message: 'it said: full up', serverText: 'full up' });
    expect(
      problemBlock(given, prefixes)
        .join('\n')
        .match(/full up/g),
    ).toHaveLength(1);
  });

  it('names a way out where a person must do something, and none where running again is all', () => {
    const given = { code: 'MESSAGE_TOO_LARGE', scope: 'message' } as const;
    expect(problemFix(problem(given), prefixes)).toMatch(/^raise the limit/);
    expect(problemFix(problem({ ...given, hint: 'make it smaller' }), prefixes)).toBe('make it smaller');
    expect(problemFix(problem({ ...given, permanent: false }), prefixes)).toBeNull();
    expect(problemFix(problem({ code: 'DRIFT', permanent: false }), prefixes)).toContain('--on-drift');
    const refused = problem({ code: 'MESSAGE_REJECTED', scope: 'message' });
    expect(problemFix(refused, prefixes)).toContain('--accept-skipped');
    expect(problemFix({ ...refused, permanent: false }, prefixes)).toBeNull();
    const closed = problem({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', mailbox: 'A' });
    expect(problemFix(closed, prefixes)).toContain('--exclude');
  });

  it('says what was wanted where a person can do something about it', () => {
    const codes = [
      'CONNECTION_LOST',
      'SERVER_SILENT',
      'SERVER_BUSY',
      'STATE_LOCKED',
      'STATE_DAMAGED',
    ] as const;
    for (const code of codes) {
      expect(problemBlock(problem({ code }), prefixes).join('\n')).toMatch(/\n {2}wanted: .+\n {2}fix: {4}/);
    }
  });

  it('names both ways out for a message that is too large', () => {
    const fix = problemFix(problem({ code: 'MESSAGE_TOO_LARGE', scope: 'message' }), prefixes);
    expect(fix).toContain('--max-size');
    expect(fix).toContain('--accept-skipped');
  });

  it('leaves no place to fill in for any code', () => {
    for (const code of Object.keys(ERROR_WORDS) as ErrorCode[]) {
      const lines = problemBlock(problem({ code }), prefixes).join('\n');
      expect(lines).toMatch(code === 'STOPPED_EARLY' ? /^note: / : /^error: /);
      expect(lines).not.toMatch(/%[ap]|undefined/);
      expect(lines).toContain('what was seen');
    }
  });
});
