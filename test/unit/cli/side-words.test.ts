import { describe, expect, it } from 'vitest';
import { atEither, bothWays, ONE_WAY, sharedOut } from '../../../src/cli/render/side-words.js';

const say = (messages: string): string => `${messages} removed`;

describe('the words of a run one way', () => {
  it('name no account where it can only be the destination', () => {
    expect(sharedOut(ONE_WAY, { all: 3, atSource: 0 }, 'at', say)).toBe('3 messages removed');
    expect(atEither(ONE_WAY, 'destination')).toBe('');
    expect([ONE_WAY.source, ONE_WAY.destination]).toEqual(['the source', 'the destination']);
  });
});

describe('the words of a run both ways', () => {
  const words = bothWays('ann@a.example', 'ann@b.example');

  it.each([
    [{ all: 3, atSource: 3 }, '3 messages removed at ann@a.example'],
    [{ all: 1, atSource: 0 }, '1 message removed at ann@b.example'],
    [{ all: 3000, atSource: 1 }, '1 message removed at ann@a.example, 2,999 at ann@b.example'],
  ])('tell of %j which at which account', (shares, text) => {
    expect(sharedOut(words, shares, 'at', say)).toBe(text);
  });

  it('name the account by its side', () => {
    expect(atEither(words, 'source')).toBe(' at ann@a.example');
    expect(atEither(words, 'destination')).toBe(' at ann@b.example');
  });

  it('tell accounts of one name apart by their place', () => {
    const { source, destination } = bothWays('ann@a.example', 'ann@a.example');
    expect([source, destination]).toEqual([
      'ann@a.example (the first account)',
      'ann@a.example (the second account)',
    ]);
  });
});
