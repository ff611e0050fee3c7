import { closeSync, openSync, writeSync } from 'node:fs';
import { systemReason } from '../config/read-file.js';
import { usageError } from '../config/usage-error.js';

const BUFFER_CHARACTERS = 64 * 1024;

/**
 * Text into a file, in order and in bounded memory, from callbacks that cannot wait. A disk that fills up does not
 * end the run: it is told once and the rest is dropped.
 */
export class FileWriter {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #onFailure: (text: string) => void;
  #pending = '';
  #failed = false;

  /** `append` or start anew; readable by the owner alone, since names of mailboxes are private. Throws USAGE. */
  constructor(path: string, mode: 'append' | 'replace', option: string, onFailure: (text: string) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
    try {
      this.#descriptor = openSync(path, mode === 'append' ? 'a' : 'w', 0o600);
    } catch (error) {
      throw usageError(
        `${option} names "${path}", which cannot be written: ${systemReason(error)}; wanted a file in a folder that exists`,
        'check the path and its permissions',
      );
    }
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= BUFFER_CHARACTERS) this.flush();
  }

  flush(): void {
    const text = this.#pending;
    this.#pending = '';
    if (this.#failed || text === '') return;
    try {
      const octets = Buffer.from(text);
      for (let at = 0; at < octets.length; ) at += writeSync(this.#descriptor, octets, at);
    } catch (error) {
      this.#failed = true;
      this.#onFailure(`"${this.#path}" is not whole: ${systemReason(error)}`);
    }
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}
