import type { RunSide } from '../../report/events.js';
import { counted, formatCount } from './units.js';

/** How the two accounts of a run are called. */
export interface SideWords {
  /** Between the two. */
  readonly arrow: '->' | '<->';
  readonly source: string;
  readonly destination: string;
}

export const ONE_WAY: SideWords = { arrow: '->', source: 'the source', destination: 'the destination' };

/** Both accounts are read and written, and go by their names. */
export function bothWays(first: string, second: string): SideWords {
  if (first !== second) return { arrow: '<->', source: first, destination: second };
  // Two servers of one name, on ports that are both usual.
  return {
    arrow: '<->',
    source: `${first} (the first account)`,
    destination: `${second} (the second account)`,
  };
}

export function isTwoWay({ arrow }: SideWords): boolean {
  return arrow === '<->';
}

/** ` at NAME` where it may be either account; nothing where it can only be the destination. */
export function atEither(words: SideWords, side: RunSide): string {
  return isTwoWay(words) ? ` at ${words[side]}` : '';
}

/** How many in all, and how many of them at the source. */
export interface Shares {
  readonly all: number;
  readonly atSource: number;
}

/**
 * `3 messages removed`; of a run both ways `3 messages removed at ann@a.example, 1 at ann@b.example`. `say` puts the
 * words around `3 messages`.
 */
export function sharedOut(
  words: SideWords,
  { all, atSource }: Shares,
  preposition: 'at' | 'to',
  say: (messages: string) => string,
): string {
  if (!isTwoWay(words)) return say(counted(all, 'message'));
  const shares = [
    [atSource, words.source],
    [all - atSource, words.destination],
  ] as const;
  return shares
    .filter(([count]) => count > 0)
    .map(([count, name], index) => {
      const many = index === 0 ? say(counted(count, 'message')) : formatCount(count);
      return `${many} ${preposition} ${name}`;
    })
    .join(', ');
}
