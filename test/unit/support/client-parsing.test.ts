import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../support/imap-client/byte-reader.js';
import {
  decodeModifiedUtf7,
  encodeModifiedUtf7,
  formatInternalDate,
  parseInternalDate,
  pathOf,
  type Response,
  rawNameOf,
} from '../../support/imap-client/index.js';
import { readResponse } from '../../support/imap-client/response.js';

async function readAll(wire: Buffer, pieceBytes: number): Promise<Response[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < wire.length; at += pieceBytes) pieces.push(wire.subarray(at, at + pieceBytes));
  const reader = new ByteReader(Readable.from(pieces, { objectMode: true }));
  const responses: Response[] = [];
  for (;;) {
    try {
      responses.push(await readResponse(reader));
    } catch (error) {
      expect(String(error)).toContain('closed the connection');
      return responses;
    }
  }
}

async function readOne(text: string): Promise<Response | undefined> {
  return (await readAll(Buffer.from(text, 'latin1'), 1000))[0];
}

const WIRE = Buffer.from(
  '* OK [CAPABILITY IMAP4rev1] hello {5}\r\n' +
    '* LIST (\\HasNoChildren) "/" {6}\r\na\r\n"(b\r\n' +
    '* 3 FETCH (UID 7 FLAGS (\\Seen $x) BODY[] {10}\r\nab\r\n)cd\r\n\0 BODY[HEADER.FIELDS (TO X)]<0> ~{0}\r\n)\r\n' +
    '+ OK\r\n' +
    't1 NO [TRYCREATE] no \r\n',
  'latin1',
);

describe('reading responses', () => {
  test.each([1, 2, 3, 7, 1000])('gives the same values from pieces of %i octets', async (pieceBytes) => {
    expect(await readAll(WIRE, pieceBytes)).toEqual([
      { type: 'status', tag: '*', status: 'OK', code: 'CAPABILITY IMAP4rev1', text: 'hello {5}' },
      {
        type: 'data',
        tokens: [
          { type: 'atom', text: 'LIST' },
          { type: 'list', items: [{ type: 'atom', text: '\\HasNoChildren' }] },
          { type: 'string', bytes: Buffer.from('/') },
          { type: 'string', bytes: Buffer.from('a\r\n"(b') },
        ],
      },
      {
        type: 'data',
        tokens: [
          { type: 'atom', text: '3' },
          { type: 'atom', text: 'FETCH' },
          {
            type: 'list',
            items: [
              { type: 'atom', text: 'UID' },
              { type: 'atom', text: '7' },
              { type: 'atom', text: 'FLAGS' },
              {
                type: 'list',
                items: [
                  { type: 'atom', text: '\\Seen' },
                  { type: 'atom', text: '$x' },
                ],
              },
              { type: 'atom', text: 'BODY[]' },
              { type: 'string', bytes: Buffer.from('ab\r\n)cd\r\n\0') },
              { type: 'atom', text: 'BODY[HEADER.FIELDS (TO X)]<0>' },
              { type: 'string', bytes: Buffer.alloc(0) },
            ],
          },
        ],
      },
      { type: 'continue', text: 'OK' },
      { type: 'status', tag: 't1', status: 'NO', code: 'TRYCREATE', text: 'no ' },
    ]);
  });

  test('undoes the escapes of quoted strings and nothing else', async () => {
    expect(await readOne('* X "a\\"b\\\\c{3}" NIL ()\r\n')).toEqual({
      type: 'data',
      tokens: [
        { type: 'atom', text: 'X' },
        { type: 'string', bytes: Buffer.from('a"b\\c{3}') },
        { type: 'atom', text: 'NIL' },
        { type: 'list', items: [] },
      ],
    });
  });

  test('takes an answer without text', async () => {
    expect(await readOne('t9 OK\r\n')).toEqual({
      type: 'status',
      tag: 't9',
      status: 'OK',
      code: '',
      text: '',
    });
  });

  test.each(['* 1 FETCH (UID 1\r\n', '* X )\r\n', '* X "abc\r\n', 'nonsense\r\n'])(
    'refuses %j',
    async (text) => {
      await expect(readOne(text)).rejects.toThrow();
    },
  );
});

describe('modified UTF-7', () => {
  test.each([
    ['INBOX', 'INBOX'],
    ['a & b', 'a &- b'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['🎉 Party', '&2DzfiQ- Party'],
    ['tab\tbell\u0007', 'tab&AAk-bell&AAc-'],
  ])('writes and reads %j', (name, encoded) => {
    expect(encodeModifiedUtf7(name)).toBe(encoded);
    expect(decodeModifiedUtf7(encoded)).toBe(name);
  });

  test.each([
    ['no end', 'a&APw'],
    ['plain letters encoded', '&AGE-'],
    ['two sections in a row', '&U,BTFw-&ZeVnLIqe-'],
    ['a slash instead of a comma', '&U/BTFw-'],
    ['padding', '&APw=-'],
    ['bits left over', '&APx-'],
    ['8-bit octets', 'caf\u00e9'],
  ])('refuses a name with %s', (_what, encoded) => {
    expect(() => decodeModifiedUtf7(encoded)).toThrow('unreadable mailbox name');
  });
});

describe('internal dates', () => {
  test.each([
    [0, 0, ' 1-Jan-1970 00:00:00 +0000'],
    [951_827_696, 345, '29-Feb-2000 18:19:56 +0545'],
    [1_700_000_000, -210, '14-Nov-2023 18:43:20 -0330'],
    [-3600, 0, '31-Dec-1969 23:00:00 +0000'],
  ])('writes and reads %i s in zone %i min', (epochSeconds, zoneMinutes, raw) => {
    expect(formatInternalDate(epochSeconds, zoneMinutes)).toBe(raw);
    expect(parseInternalDate(raw)).toBe(epochSeconds);
  });

  test('reads a day with a leading zero', () => {
    expect(parseInternalDate('01-Jan-1970 00:00:00 +0000')).toBe(0);
  });

  test.each(['', '1-Jan-1970 00:00:00 +0000', ' 1-Foo-1970 00:00:00 +0000', ' 1-Jan-1970 00:00:00'])(
    'refuses %j',
    (raw) => expect(() => parseInternalDate(raw)).toThrow('unreadable INTERNALDATE'),
  );
});

describe('mailbox paths', () => {
  const courier = { prefix: 'INBOX.', delimiter: '.' };

  test('take and lose prefix and delimiter', () => {
    expect(rawNameOf(['Entwürfe', 'a & b'], courier)).toBe('INBOX.Entw&APw-rfe.a &- b');
    expect(pathOf('INBOX.Entw&APw-rfe.a &- b', courier)).toEqual(['Entwürfe', 'a & b']);
    expect(rawNameOf(['a', 'b'], { prefix: '', delimiter: '/' })).toBe('a/b');
  });

  test('keep INBOX as it is', () => {
    expect(rawNameOf(['INBOX'], courier)).toBe('INBOX');
    expect(pathOf('INBOX', courier)).toEqual(['INBOX']);
  });

  test('leave out what lies in another namespace', () => {
    expect(pathOf('#shared.x', courier)).toBeUndefined();
  });

  test('refuse a segment that holds the delimiter', () => {
    expect(() => rawNameOf(['a.b'], courier)).toThrow('holds the delimiter');
  });
});
