import { describe, expect, it } from 'vitest';
import { literalHeader, needsContinuation, stringPart } from '../../../../../src/store/imap/wire/command.js';

describe('literals of commands', () => {
  it('are announced as the server allows', () => {
    expect(literalHeader('plus', 99_999_999)).toBe('{99999999+}\r\n');
    expect(literalHeader('minus', 4096)).toBe('{4096+}\r\n');
    expect(literalHeader('minus', 4097)).toBe('{4097}\r\n');
    expect(literalHeader('synchronizing', 0)).toBe('{0}\r\n');
    expect([needsContinuation('plus', 9999), needsContinuation('minus', 4096)]).toEqual([false, false]);
    expect([needsContinuation('minus', 4097), needsContinuation('synchronizing', 0)]).toEqual([true, true]);
  });
});

describe('stringPart', () => {
  it('quotes what may be quoted, and escapes inside', () => {
    expect(stringPart('')).toBe('""');
    expect(stringPart('INBOX')).toBe('"INBOX"');
    expect(stringPart('a "b" \\c {5}')).toBe('"a \\"b\\" \\\\c {5}"');
  });

  it('sends what may not be quoted as a literal, octet for octet', () => {
    for (const name of ['a\r\nb', 'a\0', 'B\xfccher', '\x7f', 'x'.repeat(1001)]) {
      expect(stringPart(name)).toEqual({ literal: Buffer.from(name, 'latin1') });
    }
  });
});
