import { describe, expect, it } from 'vitest';
import { type ResponsePart, STREAMED } from '../../../../../src/store/imap/wire/response-reader.js';
import { parseStatusLine } from '../../../../../src/store/imap/wire/status-line.js';
import { parseUntagged } from '../../../../../src/store/imap/wire/untagged.js';

function parts(line: string): ResponsePart[] {
  return [{ text: Buffer.from(line, 'latin1') }];
}

describe('parseStatusLine', () => {
  it.each([
    ['F1 OK done', { status: 'OK', code: null, args: [], text: 'done' }],
    ['F1 OK', { status: 'OK', code: null, args: [], text: '' }],
    ['* no [trycreate] make it', { status: 'NO', code: 'TRYCREATE', args: [], text: 'make it' }],
    ['* OK [HIGHESTMODSEQ 12]', { status: 'OK', code: 'HIGHESTMODSEQ', args: ['12'], text: '' }],
    ['* OK [HIGHESTMODSEQ 12] ', { status: 'OK', code: 'HIGHESTMODSEQ', args: ['12'], text: '' }],
    ['F2 OK [APPENDUID 7 1:3,9] ok', { status: 'OK', code: 'APPENDUID', args: ['7', '1:3,9'], text: 'ok' }],
    [
      '* OK [PERMANENTFLAGS (\\Seen a] \\*)] limited',
      { status: 'OK', code: 'PERMANENTFLAGS', args: [['\\Seen', 'a]', '\\*']], text: 'limited' },
    ],
    [
      '* NO [REFERRAL "imap://x/]\\"]"] go [there]',
      { status: 'NO', code: 'REFERRAL', args: [{ quoted: 'imap://x/]"]' }], text: 'go [there]' },
    ],
    ['* BAD [never closed', { status: 'BAD', code: null, args: [], text: '[never closed' }],
    ['* BYE [', { status: 'BYE', code: null, args: [], text: '[' }],
    ['* OK []', { status: 'OK', code: null, args: [], text: '' }],
    ['* OK [X (a] b', { status: 'OK', code: null, args: [], text: '[X (a] b' }],
    ['* PREAUTH hello {5}', { status: 'PREAUTH', code: null, args: [], text: 'hello {5}' }],
  ])('reads %j', (line, status) => {
    expect(parseStatusLine(parts(line))).toEqual(status);
  });

  it('reads the words as UTF-8', () => {
    const line = Buffer.from('F1 NO Postfach überfüllt', 'utf8');
    expect(parseStatusLine([{ text: line }])?.text).toBe('Postfach überfüllt');
  });

  it('cuts words that nobody reads, between characters', () => {
    const textOf = (words: string): string | undefined =>
      parseStatusLine([{ text: Buffer.from(`F1 NO ${words}`, 'utf8') }])?.text;
    expect(textOf('😀'.repeat(1000))).toBe('😀'.repeat(1000));
    expect(textOf(`a${'😀'.repeat(5000)}`)).toBe(`a${'😀'.repeat(999)}…`);
    expect(textOf('x'.repeat(5_000_000))).toBe(`${'x'.repeat(1000)}…`);
  });

  it('takes no code that is longer than any', () => {
    expect(parseStatusLine(parts(`F1 NO [${'X'.repeat(101)}] no`))).toMatchObject({ code: null, text: 'no' });
  });

  it.each(['F1 OKAY', '* LIST () "/" OK', '* 1 FETCH (OK)', '', '*', 'OK done', ' OK x'])(
    'sees no status in %j',
    (line) => {
      expect(parseStatusLine(parts(line))).toBeNull();
    },
  );
});

describe('parseUntagged', () => {
  it('splits kind, number and the rest', () => {
    const fetch = parseUntagged(parts('* 12 fetch (UID 5)'));
    expect(fetch).toMatchObject({ kind: 'FETCH', number: 12, status: null });
    expect(fetch?.tokens()).toEqual([['UID', '5']]);
    expect(fetch?.rest()).toBe(' (UID 5)');
    expect(parseUntagged(parts('* SEARCH'))).toMatchObject({ kind: 'SEARCH', number: null });
  });

  it('reads the status of those that are one', () => {
    expect(parseUntagged(parts('* OK [UIDNEXT 5] x'))?.status).toMatchObject({
      code: 'UIDNEXT',
      args: ['5'],
    });
    expect(parseUntagged(parts('* BYE see you'))?.status).toMatchObject({ status: 'BYE', text: 'see you' });
  });

  it('takes no number beyond 32 bits', () => {
    expect(parseUntagged(parts('* 4294967295 EXISTS'))?.number).toBe(4294967295);
    expect(parseUntagged(parts('* 4294967296 EXISTS'))).toBeNull();
    expect(parseUntagged(parts(`* ${'9'.repeat(400)} EXISTS`))).toBeNull();
  });

  it('tells the octets that it keeps', () => {
    const fetch: ResponsePart[] = [
      ...parts('* 1 FETCH (A {3}'),
      { literal: Buffer.from('abc') },
      ...parts(' B {9}'),
      STREAMED,
      ...parts(')'),
    ];
    expect(parseUntagged(fetch)?.sizeBytes).toBe(16 + 3 + 6 + 1);
  });

  it('finds none where there is none', () => {
    for (const line of ['', '* ', '* 12', '+ OK', 'F1 OK', '*LIST'])
      expect(parseUntagged(parts(line))).toBeNull();
    expect(parseUntagged([])).toBeNull();
  });
});
