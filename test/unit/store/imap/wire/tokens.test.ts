import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResponsePart, STREAMED } from '../../../../../src/store/imap/wire/response-reader.js';
import {
  atomsOf,
  listBeforeLiteral,
  modseqOf,
  nameOf,
  numberOf,
  type Token,
  textOf,
  tokenize,
} from '../../../../../src/store/imap/wire/tokens.js';

function text(latin1: string): ResponsePart {
  return { text: Buffer.from(latin1, 'latin1') };
}

function literal(latin1: string): ResponsePart {
  return { literal: Buffer.from(latin1, 'latin1') };
}

function read(latin1: string): Token[] | null {
  return tokenize([text(latin1)]);
}

describe('tokenize', () => {
  it.each<[string, Token[]]>([
    ['', []],
    ['a b', ['a', 'b']],
    ['  a   b ', ['a', 'b']],
    ['(a (b ()) c)', [['a', ['b', []], 'c']]],
    ['a(b)c', ['a', ['b'], 'c']],
    ['NIL nil Nil', [null, null, null]],
    ['"NIL" NILS', [{ quoted: 'NIL' }, 'NILS']],
    ['"" "a b" "(x"', [{ quoted: '' }, { quoted: 'a b' }, { quoted: '(x' }]],
    ['"a\\"b\\\\" c', [{ quoted: 'a"b\\' }, 'c']],
    ['"\xe9\xff"', [{ quoted: '\xe9\xff' }]],
    ['a{b \\Se{en x]y %* "q"z', ['a{b', '\\Se{en', 'x]y', '%*', { quoted: 'q' }, 'z']],
    ['[Gmail]/All', ['[Gmail]/All']],
    ['BODY[HEADER.FIELDS (DATE "FROM")] x', ['BODY[HEADER.FIELDS (DATE "FROM")]', 'x']],
    ['BODY[1.MIME]<0> x', ['BODY[1.MIME]<0>', 'x']],
    ['BINARY.SIZE[1] 5', ['BINARY.SIZE[1]', '5']],
    ['{5}', ['{5}']],
  ])('reads %j', (wire, tokens) => {
    expect(read(wire)).toEqual(tokens);
  });

  it.each(['(', ')', '(a', 'a)', '((a)', '(a))', '"', '"a', '"a\\"', '"a\\'])('gives up on %j', (wire) => {
    expect(read(wire)).toBeNull();
  });

  it('puts literals where they stood and leaves their announcement out', () => {
    const parts: ResponsePart[] = [
      text('(A {3}'),
      literal('(b"'),
      text(' B ~{1}'),
      literal('\0'),
      text(' C {9}'),
      STREAMED,
      text(')'),
    ];
    expect(tokenize(parts)).toEqual([['A', Buffer.from('(b"'), 'B', Buffer.from('\0'), 'C', STREAMED]]);
  });

  it('takes nothing that nests deeper, or holds more, than any answer', () => {
    const nested = (depth: number): string => '('.repeat(depth) + ')'.repeat(depth);
    const tooMuch = expect.objectContaining({ code: 'PROTOCOL_ERROR' });
    expect(read(nested(100))).toHaveLength(1);
    expect(() => read(nested(101))).toThrow(tooMuch);
    expect(() => read('('.repeat(30_000_000))).toThrow(tooMuch);
    expect(read('()'.repeat(100_000))).toHaveLength(100_000);
    for (const token of ['()', 'a ', '""', 'NIL '])
      expect(() => read(token.repeat(100_001))).toThrow(tooMuch);
    const half: ResponsePart[] = [text(`${'a '.repeat(60_000)}{1}`), literal('x')];
    expect(() => tokenize([...half, ...half])).toThrow(tooMuch);
  });

  it('starts where it is told to in the first part only', () => {
    expect(tokenize([text('* LIST () {1}'), literal('x'), text(' y z')], 6)).toEqual([
      [],
      Buffer.from('x'),
      'y',
      'z',
    ]);
  });

  it('reads back every tree that was written by the grammar', () => {
    const atom = fc.string({ unit: fc.constantFrom(...'abcXYZ019\\$.{}[-'), minLength: 1 }).filter((word) => {
      return !/^nil$/i.test(word) && !/^(?:body|binary)/i.test(word);
    });
    const quoted = fc.string({ unit: fc.constantFrom(...'a "\\(){}\xff') }).map((word) => ({ quoted: word }));
    const { tree } = fc.letrec<{ tree: Token; list: readonly Token[] }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, atom, fc.constant(null), quoted, tie('list')),
      list: fc.array(tie('tree'), { maxLength: 4 }),
    }));
    const write = (token: Token): string => {
      if (token === null) return 'NIL';
      if (typeof token === 'string') return token;
      if (Array.isArray(token)) return `(${token.map(write).join(' ')})`;
      return `"${(textOf(token) ?? '').replace(/["\\]/g, '\\$&')}"`;
    };
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 5 }), (tokens) => {
        expect(read(tokens.map(write).join(' '))).toEqual(tokens);
      }),
    );
  });

  it('never throws, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const tokens = tokenize([{ text: Buffer.from(octets) }]);
        expect(tokens === null || Array.isArray(tokens)).toBe(true);
      }),
    );
  });
});

describe('the list that a literal comes into', () => {
  const listOf = (wire: string) => listBeforeLiteral({ text: Buffer.from(wire, 'latin1') });

  it('is what was read of it', () => {
    expect(listOf('* 3 FETCH (FLAGS (UID 1 \\Seen) UID 3 BODY[] {5}')).toEqual([
      'FLAGS',
      ['UID', '1', '\\Seen'],
      'UID',
      '3',
      'BODY[]',
    ]);
    expect(listOf('* 3 FETCH (X "(" BODY[] ~{5}')).toEqual(['X', { quoted: '(' }, 'BODY[]']);
  });

  it.each(['* LIST () "/" {5}', '* 1 FETCH (X (BODY[] {5}', '* 1 FETCH (X) BODY[] {5}', '* 1 FETCH (" {5}'])(
    'is none of the response in %j',
    (wire) => {
      expect(listOf(wire)).toBeNull();
    },
  );
});

describe('values of tokens', () => {
  it('gives the octets of strings in any form', () => {
    const tokens: (Token | undefined)[] = [
      'a',
      { quoted: 'NIL' },
      Buffer.from([0xe9]),
      null,
      undefined,
      [],
      STREAMED,
    ];
    expect(tokens.map(textOf)).toEqual(['a', 'NIL', '\xe9', null, null, null, null]);
  });

  it('takes any string for a name, and the atom NIL', () => {
    const names: (Token | undefined)[] = [
      'a',
      '12',
      { quoted: 'NIL' },
      Buffer.from('b'),
      null,
      undefined,
      [],
    ];
    expect(names.map(nameOf)).toEqual(['a', '12', 'NIL', 'b', 'NIL', null, null]);
  });

  it('tells a list of atoms from everything else', () => {
    expect(atomsOf(['\\Seen', { quoted: 'a' }, null, ['x']])).toEqual(['\\Seen', 'a']);
    expect([atomsOf('a'), atomsOf(null), atomsOf(undefined)]).toEqual([null, null, null]);
  });

  it('reads numbers and nothing that only begins like one', () => {
    const texts = [
      '0',
      '4294967295',
      '999999999999999',
      '1234567890123456',
      '',
      '-1',
      '1.5',
      '0x1',
      ' 1',
      '1 ',
    ];
    expect(texts.map(numberOf)).toEqual([0, 4294967295, 999999999999999, ...Array(7).fill(null)]);
  });

  it('reads mod-sequences beyond 2^53 exactly, alone or in a list', () => {
    expect(modseqOf('9223372036854775807')).toBe(9223372036854775807n);
    expect(modseqOf(['18446744073709551615'])).toBe(18446744073709551615n);
    expect([modseqOf('x'), modseqOf([]), modseqOf(null), modseqOf('1'.repeat(21))]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
