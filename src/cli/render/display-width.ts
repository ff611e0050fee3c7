/** Ranges that take two columns in a terminal (Unicode East Asian Width W and F, and emoji). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Columns that a text without control characters takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text, cut to so many columns; `…` at its end tells that it was cut. */
export function fitted(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text in exactly so many columns. */
export function padded(text: string, columns: number): string {
  const cut = fitted(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)));
}

/**
 * The text in rows of at most so many columns, broken at blanks; what follows the first row stands below its text. A
 * word that is longer stays whole, so that names and commands can be copied.
 */
export function wrapped(text: string, columns: number): string[] {
  if (displayWidth(text) <= columns) return [text];
  const indent = ' '.repeat(Math.min(12, /^ *(?:[a-z]+: +)?/.exec(text)?.[0].length ?? 0));
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = row === '' ? word : `${row} ${word}`;
    if (row === '' || displayWidth(longer) <= columns) row = longer;
    else {
      rows.push(row);
      row = indent + word;
    }
  }
  return [...rows, row];
}
