import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { internalDateEpoch } from '../../../src/model/message.js';

describe('internalDateEpoch', () => {
  it('reads the instant in any zone', () => {
    const instant = Date.UTC(1994, 1, 8, 5, 52, 25) / 1000;
    const texts = [
      ' 7-Feb-1994 21:52:25 -0800',
      '7-Feb-1994 21:52:25 -0800',
      '07-FEB-1994 21:52:25 -0800',
      ' 8-Feb-1994 05:52:25 +0000',
      ' 8-feb-1994 11:22:25 +0530',
    ];
    expect(texts.map(internalDateEpoch)).toEqual(texts.map(() => instant));
  });

  it('agrees with the clock for every second of a century', () => {
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const [, day, month, year, time] =
          /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(seconds * 1000).toUTCString()) ?? [];
        expect(months).toContain(month);
        expect(internalDateEpoch(`${day}-${month}-${year} ${time} +0000`)).toBe(seconds);
      }),
    );
  });

  it.each([
    '',
    'yesterday',
    '1994-02-07 21:52:25 -0800',
    '7-Foo-1994 21:52:25 -0800',
    '7-Feb-94 21:52:25 -0800',
    '7-Feb-1994 21:52 -0800',
    '7-Feb-1994 21:52:25',
    '7-Feb-1994 21:52:25 PST',
    ' 7-Feb-1994 21:52:25 -0800" {5}',
    ' 7-Feb-1994 21:52:25 -0800\r\n',
  ])('sees no date in %j', (text) => {
    expect(internalDateEpoch(text)).toBeNull();
  });
});
