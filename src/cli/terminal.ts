import type { Output } from './io.js';
import { displayWidth, fitted, wrapped } from './render/display-width.js';
import { emphasised } from './render/emphasis.js';

/** A terminal that says it is narrower does not know its width (0, often), or is past helping. */
const NARROWEST = 40;

export interface TerminalStyle {
  /** Whether the block is drawn at all. */
  readonly live: boolean;
  readonly coloured: boolean;
}

/**
 * Lines that scroll, and below them one block that is drawn over and over. On an output without a terminal the
 * block is never drawn. Rows are overwritten one by one and never erased as a whole screen: terminals keep what is
 * erased so in their history, and every turn of the block would pile up there.
 */
export class Terminal {
  readonly #output: Output;
  readonly #live: boolean;
  readonly #coloured: boolean;
  #block: readonly string[] = [];
  #paused = false;
  /** The block as it is on the screen. */
  #drawn: readonly string[] = [];

  constructor(output: Output, { live, coloured }: TerminalStyle) {
    this.#output = output;
    this.#live = live;
    this.#coloured = coloured;
  }

  get live(): boolean {
    return this.#live;
  }

  get columns(): number {
    // Some terminals say 0 when they do not know.
    return this.#output.columns || 80;
  }

  /** A line above the block, in as many rows as a terminal needs for it. */
  line(text: string): void {
    const { columns } = this.#output;
    const rows = columns === undefined || columns < NARROWEST ? [text] : wrapped(text, columns - 1);
    const lines = rows.map((row) => emphasised(row, this.#coloured));
    if (this.#block.length === 0) this.#output.write(`${lines.join('\n')}\n`);
    else this.#paint(lines, this.#block);
  }

  /** Lets whole lines be written above the block by another way, stdout on the same terminal. */
  aside(write: () => void): void {
    this.#paint([], []);
    write();
    this.#paint([], this.#block);
  }

  /** Replaces the block; lines longer than the terminal is wide are cut. */
  show(block: readonly string[]): void {
    if (!this.#live) return;
    this.#block = block;
    this.#paint([], block);
  }

  /** Takes the block away for good. */
  clear(): void {
    this.#block = [];
    this.#paint([], []);
  }

  /** Takes the block away until {@link resume}: somebody is being asked something. */
  pause(): void {
    this.#paint([], []);
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#paint([], this.#block);
  }

  /** Writes lines that stay and the block below them over what was drawn before. */
  #paint(lines: readonly string[], wanted: readonly string[]): void {
    const block = this.#paused ? [] : wanted;
    const before = this.#drawnRows();
    // The last column stays free: some terminals wrap as soon as it is filled.
    const width = this.columns - 1;
    this.#drawn = block.map((line) => fitted(line, width));
    const after = [...lines, ...this.#drawn];
    if (before === 0 && after.length === 0) return;
    const left = Math.max(0, before - after.length);
    const rows = [...after, ...new Array<string>(left).fill('')].map((row) => `${row}${ERASE_TO_END}\n`);
    this.#output.write(`${up(before)}${rows.join('')}${up(left)}`);
  }

  /** A terminal that became narrower has wrapped the old lines meanwhile. */
  #drawnRows(): number {
    const columns = this.columns;
    return this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
  }
}

const ERASE_TO_END = '\x1b[K';

/** To the start of the row so many rows above. */
function up(rows: number): string {
  return rows === 0 ? '' : `\x1b[${rows}A\r`;
}
