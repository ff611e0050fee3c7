import type { Writable } from 'node:stream';
import type { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';

/** Writes octets and asks the caller to wait while the socket's buffer is full. */
export class SocketWriter {
  readonly #stream: Writable;
  #drained: { readonly promise: Promise<void>; resolve(): void; reject(error: Error): void } | null = null;
  #failure: MailferryError | null = null;
  /** Command lines that leave at the end of this turn of the event loop. */
  #lines = '';

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('drain', () => {
      this.#drained?.resolve();
      this.#drained = null;
    });
  }

  /** Commands given in one turn leave in one call: it costs as much as all else that is done for one of them. */
  writeLine(line: string): void {
    if (this.#failure) return;
    if (this.#lines === '') process.nextTick(() => this.#flush());
    this.#lines += line;
  }

  write(data: Buffer | string): Pending {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#flush();
    const more = typeof data === 'string' ? this.#stream.write(data, 'latin1') : this.#stream.write(data);
    if (more) return undefined;
    this.#drained ??= deferred();
    return this.#drained.promise;
  }

  fail(error: MailferryError): void {
    this.#failure = error;
    this.#lines = '';
    this.#drained?.reject(error);
    this.#drained = null;
  }

  /** Lines are short: the socket keeps them, and a failure shows in the commands' answers. */
  #flush(): void {
    const lines = this.#lines;
    this.#lines = '';
    if (lines !== '') this.#stream.write(lines, 'latin1');
  }
}

function deferred(): { promise: Promise<void>; resolve(): void; reject(error: Error): void } {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Nobody may be waiting when the connection breaks.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** What is to leave in one call. */
export function together(parts: readonly (Buffer | string)[]): Buffer | string {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return first;
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}
