import type { Output } from './io.js';
import { displayWidth, fitted } from './render/display-width.js';
import { emphasised } from './render/emphasis.js';

export interface TerminalStyle {
  /** Whether the block is drawn at all. */
  readonly live: boolean;
  readonly coloured: boolean;
}

/**
 * Lines that scroll, and below them one block that is drawn over and over. On an output without a terminal the
 * block is never drawn.
 */
export class Terminal {
  readonly #output: Output;
  readonly #live: boolean;
  readonly #coloured: boolean;
  #block: readonly string[] = [];
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
    return this.#output.columns ?? 80;
  }

  /** A line above the block. */
  line(text: string): void {
    this.#output.write(`${this.#toTop()}${emphasised(text, this.#coloured)}\n${this.#draw()}`);
  }

  /** Lets whole lines be written above the block by another way, stdout on the same terminal. */
  aside(write: () => void): void {
    const back = this.#toTop();
    if (back !== '') this.#output.write(back);
    write();
    if (this.#block.length > 0) this.#output.write(this.#draw());
  }

  /** Replaces the block; lines longer than the terminal is wide are cut. */
  show(block: readonly string[]): void {
    if (!this.#live) return;
    this.#block = block;
    this.#output.write(`${this.#toTop()}${this.#draw()}`);
  }

  /** Takes the block away for good. */
  clear(): void {
    this.#block = [];
    const back = this.#toTop();
    if (back !== '') this.#output.write(back);
  }

  /** One sequence that goes back to the first row of what was drawn and erases from there. */
  #toTop(): string {
    if (this.#drawn.length === 0) return '';
    const columns = this.columns;
    // A terminal that became narrower has wrapped the old lines meanwhile.
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)),
      0,
    );
    this.#drawn = [];
    return `\x1b[${rows}A\r\x1b[J`;
  }

  #draw(): string {
    // The last column stays free: some terminals wrap as soon as it is filled.
    const width = this.columns - 1;
    this.#drawn = this.#block.map((line) => fitted(line, width));
    return this.#drawn.map((line) => `${line}\n`).join('');
  }
}
