import type { Readable } from 'node:stream';

const LF = 0x0a;
const CR = 0x0d;

/** Reads lines and counted octets from a stream, taking no more from it than is asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line without its CRLF. Throws when the stream ends first. */
  async line(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let end = this.#rest.indexOf(LF);
    while (end < 0) {
      pieces.push(this.#rest);
      this.#rest = await this.#next();
      end = this.#rest.indexOf(LF);
    }
    pieces.push(this.#rest.subarray(0, end));
    this.#rest = this.#rest.subarray(end + 1);
    const line = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    return line.at(-1) === CR ? line.subarray(0, -1) : line;
  }

  /** Exactly `sizeBytes` octets, in a buffer of their own. Throws when the stream ends first. */
  async exactly(sizeBytes: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    let filled = 0;
    while (filled < sizeBytes) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const taken = this.#rest.copy(bytes, filled, 0, Math.min(this.#rest.length, sizeBytes - filled));
      this.#rest = this.#rest.subarray(taken);
      filled += taken;
    }
    return bytes;
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#chunks.next();
    if (done === true) throw new Error('the server closed the connection');
    return value;
  }
}
