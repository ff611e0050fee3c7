import { describe, expect, it } from 'vitest';
import { SecretMask } from '../../../../src/store/imap/secret-mask.js';

function masking(...secrets: readonly string[]): (text: string) => string {
  const mask = new SecretMask();
  for (const secret of secrets) mask.add(secret);
  return (text) => mask.mask(text);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('text of others', () => {
  it.each([
    ['plain', 'correct-horse'],
    ['in base64', base64('correct-horse')],
    ['in base64 without its padding', base64('correct-horse').replaceAll('=', '')],
    ['as SASL PLAIN sends it', base64('\0ann\0correct-horse')],
    ['as SASL PLAIN sends it for somebody else', base64('ann\0boss\0correct-horse')],
  ])('loses a secret %s, and nothing else', (_form, said) => {
    expect(masking('correct-horse')(`got ${said} from ann`)).toBe('got [hidden] from ann');
  });

  it('loses base64 that begins in the middle of a word', () => {
    expect(masking('correct-horse')(`PLAIN/${base64('\0ann\0correct-horse')}!`)).toBe('[hidden]!');
  });

  it('loses a secret as a quoted string, and as octets that nobody decoded', () => {
    const mask = masking('pä"ss\\wörd');
    const octets = Buffer.from('pä"ss\\wörd').toString('latin1');
    const said = `LOGIN "pä\\"ss\\\\wörd" ${octets} "${octets.replace(/["\\]/g, '\\$&')}"`;
    expect(mask(said)).toBe('LOGIN "[hidden]" [hidden] "[hidden]"');
  });

  it('loses each of several secrets', () => {
    expect(masking('correct-horse', 'battery-staple')('battery-staple, correct-horse')).toBe(
      '[hidden], [hidden]',
    );
  });

  it('keeps the words that a short secret is part of, and loses its credentials', () => {
    const mask = masking('box');
    expect(mask(`no such mailbox, ${base64('\0ann\0box')}`)).toBe('no such mailbox, [hidden]');
    expect(masking('x')(base64('\0a\0x'))).toBe('[hidden]');
  });

  it('stays as it is where there is no secret, base64 or not', () => {
    const said = `Completed ${base64('\0ann\0something else')} (0.001 + 0.000 secs).`;
    expect(masking('correct-horse', '')(said)).toBe(said);
  });
});
