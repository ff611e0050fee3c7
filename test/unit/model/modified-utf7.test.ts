import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeModifiedUtf7, encodeModifiedUtf7, readableName } from '../../../src/model/modified-utf7.js';

/** All there is, lone surrogates among it. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('&', '-', '/', ',', '+', 'a', '\0', '\x7f', 'é', '日', '😀', '\ud800', '\udc00'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
  ),
});

describe('modified UTF-7', () => {
  it.each([
    ['', ''],
    ['INBOX', 'INBOX'],
    ['a&b', 'a&-b'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['😀', '&2D3eAA-'],
    ['é&é', '&AOk-&-&AOk-'],
    ['\t', '&AAk-'],
  ])('writes %j as %j and reads it back', (text, wire) => {
    expect(encodeModifiedUtf7(text)).toBe(wire);
    expect(decodeModifiedUtf7(wire)).toBe(text);
  });

  it('brings every text back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const wire = encodeModifiedUtf7(text);
        expect(wire).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeModifiedUtf7(wire)).toBe(text);
      }),
    );
  });

  it('reads no two names as one', () => {
    const wire = fc.string({ unit: fc.constantFrom(...'&-AOkGE,+/=') });
    fc.assert(
      fc.property(wire, (name) => {
        const text = decodeModifiedUtf7(name);
        if (text !== null) expect(encodeModifiedUtf7(text)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['A&B'],
    ['&'],
    ['Foo &Bar-'],
    ['&AGE-'],
    ['&AOk'],
    ['&AOk=-'],
    ['&AOl-'],
    ['&AO-'],
    ['&AOk-&AOk-'],
    ['&AA/-'],
    ['caf\xe9'],
    ['a\tb'],
    ['\x7f'],
  ])('has no reading for %j', (wire) => {
    expect(decodeModifiedUtf7(wire)).toBeNull();
  });
});

describe('readableName', () => {
  it('reads what can be read and shows the rest as it is', () => {
    expect(readableName('Entw&APw-rfe')).toBe('Entwürfe');
    expect(readableName('A&B')).toBe('A&B');
    expect(readableName(Buffer.from('Entwürfe', 'utf8').toString('latin1'))).toBe('Entwürfe');
    expect(readableName('Entw\xfcrfe')).toBe('Entw\xfcrfe');
  });
});
