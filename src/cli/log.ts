import type { FileWriter } from './file-writer.js';
import type { Terminal } from './terminal.js';

/** Where lines for people go: stderr, and the log file with a time stamp. */
export class Log {
  readonly #terminal: Terminal;
  readonly #file: FileWriter | null;
  readonly #now: () => Date;

  constructor(terminal: Terminal, file: FileWriter | null, now: () => Date) {
    this.#terminal = terminal;
    this.#file = file;
    this.#now = now;
  }

  get hasFile(): boolean {
    return this.#file !== null;
  }

  /** Both places. */
  line(text: string): void {
    this.#terminal.line(text);
    this.toFile(text);
  }

  toTerminal(text: string): void {
    this.#terminal.line(text);
  }

  toFile(text: string): void {
    this.#file?.write(`${this.#now().toISOString()} ${text}\n`);
  }

  /** The protocol: into the file where there is one, so that the terminal stays readable. */
  trace(text: string): void {
    if (this.#file === null) this.#terminal.line(text);
    else this.toFile(text);
  }

  close(): void {
    this.#file?.close();
  }
}
