/** A control sequence, or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is steered by control characters
const PIECES = /\u001b\[([\d;]*)([A-Za-z])|([\s\S])/gu;

/** A terminal of a few lines of code: what the person sees after all that was written. */
export class Screen {
  #rows: string[] = [''];
  #row = 0;
  #column = 0;
  #columns: number;
  /** Every escape sequence that was used. */
  readonly sequences = new Set<string>();

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Everything from the first line on, scrolled-away lines included. */
  get lines(): string[] {
    const end = this.#rows.findLastIndex((row) => row !== '') + 1;
    return this.#rows.slice(0, end).map((row) => row.trimEnd());
  }

  write(text: string): void {
    const pieces = text.matchAll(PIECES);
    for (const [whole, parameter, final, character] of pieces) {
      if (final !== undefined) this.#control(final, Number(parameter || '1'), whole);
      else this.#put(character ?? '');
    }
  }

  /** The terminal becomes narrower: lines that do not fit any more are wrapped, as most terminals do. */
  narrow(columns: number): void {
    this.#columns = columns;
    const above = this.#rows.slice(0, this.#row).flatMap((row) => wrapped(row, columns));
    const below = this.#rows.slice(this.#row).flatMap((row) => wrapped(row, columns));
    this.#rows = [...above, ...below];
    this.#row = above.length;
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#newLine();
    else {
      if (this.#column >= this.#columns) this.#newLine();
      const row = (this.#rows[this.#row] ?? '').padEnd(this.#column);
      this.#rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#rows[this.#row] ??= '';
  }

  #control(final: string, parameter: number, whole: string): void {
    this.sequences.add(whole.replace(/[\d;]+/, 'n'));
    if (final === 'A') this.#row = Math.max(0, this.#row - parameter);
    else if (final === 'K') {
      this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column);
    } else if (final !== 'm') throw new Error(`the screen does not know ${JSON.stringify(whole)}`);
  }
}

function wrapped(row: string, columns: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < Math.max(1, row.length); at += columns) parts.push(row.slice(at, at + columns));
  return parts;
}
