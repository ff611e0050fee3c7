import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MATRIX, type MatrixEntry, SECTIONS } from './matrix/index.js';

const ROOT = new URL('../../', import.meta.url);
const texts = new Map<string, string>();

/** A test file without the backslashes of its strings; null where there is none. */
function textOf(path: string): string | null {
  const known = texts.get(path);
  if (known !== undefined) return known;
  const file = fileURLToPath(new URL(path, ROOT));
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8').replaceAll('\\', '');
  texts.set(path, text);
  return text;
}

/** Where a title may begin: at a quote. */
function hasTitle(text: string, title: string): boolean {
  const wanted = title.replaceAll('\\', '');
  return ["'", '`', '"'].some((quote) => text.includes(quote + wanted));
}

/** What of an entry names no test that is there. */
function untrue({ id, test: tests = [], mirrorTest = [] }: MatrixEntry): string[] {
  return [...tests, ...mirrorTest].flatMap((place) => {
    const [path = '', ...rest] = place.split('#');
    const title = rest.join('#');
    const text = textOf(path);
    return title !== '' && text !== null && hasTitle(text, title) ? [] : [`${id}: ${place}`];
  });
}

function numbersOf([first, last]: readonly [number, number]): string[] {
  const number = (index: number): string => `S${String(first + index).padStart(3, '0')}`;
  return Array.from({ length: last - first + 1 }, (_, index) => number(index));
}

describe('the scenario matrix', () => {
  test('holds every number of its sections once, in order', () => {
    expect(MATRIX.map(({ id }) => id)).toEqual(Object.values(SECTIONS).flatMap(numbersOf));
  });

  test('says of each where it is shown, or why it is not', () => {
    const silent = MATRIX.filter((entry) => {
      const isShown = (entry.test ?? []).length > 0;
      const isExplained = (entry.notApplicable ?? '').length > 0;
      return entry.title === '' || isShown === isExplained || (entry.verb === 'mirror' && isShown);
    });
    expect(silent).toEqual([]);
  });

  test('names only tests that are there', () => {
    expect(MATRIX.flatMap(untrue)).toEqual([]);
  });
});
