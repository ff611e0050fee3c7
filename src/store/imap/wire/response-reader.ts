import { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';

/** Stands in a response for a literal that went to a sink instead of being kept. */
export const STREAMED: unique symbol = Symbol('streamed literal');

/** A response as it came: text between literals, and literals. Text parts are without their line end. */
export type ResponsePart = { readonly text: Buffer } | { readonly literal: Buffer } | typeof STREAMED;

export interface LiteralSink {
  chunk(data: Buffer): Pending;
  end(): Pending;
}

export interface ResponseHandler {
  /** A literal of `sizeBytes` begins; `parts` is the response so far. null: keep it in memory. */
  literal(
    parts: readonly ResponsePart[],
    sizeBytes: number,
  ): LiteralSink | null | Promise<LiteralSink | null>;
  /** A complete response. */
  response(parts: readonly ResponsePart[]): Pending;
}

export interface ReaderLimits {
  /** All text and all kept literals of one response; a SEARCH answer of a million numbers is 8 MB. */
  readonly responseBytes: number;
  /** Largest literal kept in memory; streamed ones have no limit. */
  readonly literalBytes: number;
}

export const READER_LIMITS: ReaderLimits = {
  responseBytes: 64 * 1024 * 1024,
  literalBytes: 16 * 1024 * 1024,
};

/** Texts and literals of one response, streamed ones included: each costs memory even without an octet. */
const MOST_PARTS = 10_000;

/** Octets of a part that stay in memory. */
export function keptBytes(part: ResponsePart): number {
  if (part === STREAMED) return 0;
  return 'literal' in part ? part.literal.length : part.text.length;
}

const LF = 10;
const CR = 13;

/**
 * Cuts the octets of a connection into responses (RFC 3501, section 2.2.2). Literals may be streamed to a sink, so
 * a message of any size passes in slices of what the socket read. Works synchronously and returns a promise
 * only when a sink asks to wait; the caller must not push more until it is resolved.
 */
export class ResponseReader {
  readonly #handler: ResponseHandler;
  readonly #limits: ReaderLimits;
  #parts: ResponsePart[] = [];
  /** Of the response so far, the line that is being read included. */
  #keptBytes = 0;
  #line: Buffer[] = [];
  #literalLeft = -1;
  #sink: LiteralSink | null = null;
  #kept: Buffer[] = [];

  constructor(handler: ResponseHandler, limits: ReaderLimits = READER_LIMITS) {
    this.#handler = handler;
    this.#limits = limits;
  }

  /** Throws PROTOCOL_ERROR when the server passes a limit. */
  push(chunk: Buffer): Pending {
    return this.#run(chunk, 0);
  }

  #run(chunk: Buffer, from: number): Pending {
    let at = from;
    while (at < chunk.length || this.#literalLeft === 0) {
      let wait: Pending;
      if (this.#literalLeft >= 0) {
        const taken = Math.min(this.#literalLeft, chunk.length - at);
        wait = this.#literalOctets(chunk, at, taken);
        at += taken;
      } else {
        const lineEnd = chunk.indexOf(LF, at);
        const end = lineEnd < 0 ? chunk.length : lineEnd;
        this.#keepLine(chunk.subarray(at, end));
        at = end + 1;
        if (lineEnd >= 0) wait = this.#lineDone();
      }
      if (wait) return this.#resume(wait, chunk, at);
    }
    return undefined;
  }

  async #resume(wait: Promise<void>, chunk: Buffer, at: number): Promise<void> {
    await wait;
    await this.#run(chunk, at);
  }

  #keepLine(piece: Buffer): void {
    this.#willKeep(piece.length);
    this.#line.push(piece);
  }

  #lineDone(): Pending {
    const whole = this.#line.length === 1 ? (this.#line[0] as Buffer) : Buffer.concat(this.#line);
    this.#line = [];
    const line = whole[whole.length - 1] === CR ? whole.subarray(0, whole.length - 1) : whole;
    const sizeBytes = this.#parts.length === 0 && isStatusLine(line) ? -1 : literalSize(line);
    this.#addPart({ text: line });
    if (sizeBytes >= 0) return this.#literalStarts(sizeBytes);
    const parts = this.#parts;
    this.#parts = [];
    this.#keptBytes = 0;
    return this.#handler.response(parts);
  }

  #literalStarts(sizeBytes: number): Pending {
    const sink = this.#handler.literal(this.#parts, sizeBytes);
    if (sink instanceof Promise) return sink.then((ready) => this.#setLiteral(ready, sizeBytes));
    this.#setLiteral(sink, sizeBytes);
    return undefined;
  }

  #setLiteral(sink: LiteralSink | null, sizeBytes: number): void {
    const { literalBytes } = this.#limits;
    if (!sink && sizeBytes > literalBytes) throw tooLong('literal', `${literalBytes} octets`);
    if (!sink) this.#willKeep(sizeBytes);
    this.#sink = sink;
    this.#literalLeft = sizeBytes;
  }

  #literalOctets(chunk: Buffer, at: number, taken: number): Pending {
    this.#literalLeft -= taken;
    const piece = chunk.subarray(at, at + taken);
    const done = this.#literalLeft === 0;
    if (!this.#sink) {
      this.#kept.push(piece);
      if (done) this.#literalDone();
      return undefined;
    }
    const sink = this.#sink;
    const wait = taken > 0 ? sink.chunk(piece) : undefined;
    if (!done) return wait;
    this.#literalDone();
    return wait ? wait.then(() => sink.end()) : sink.end();
  }

  #literalDone(): void {
    this.#addPart(this.#sink ? STREAMED : { literal: Buffer.concat(this.#kept) });
    this.#kept = [];
    this.#sink = null;
    this.#literalLeft = -1;
  }

  #willKeep(bytes: number): void {
    const { responseBytes } = this.#limits;
    this.#keptBytes += bytes;
    if (this.#keptBytes > responseBytes) throw tooLong('response', `${responseBytes} octets`);
  }

  #addPart(part: ResponsePart): void {
    if (this.#parts.length === MOST_PARTS) throw tooLong('response', `${MOST_PARTS} parts`);
    this.#parts.push(part);
  }
}

function tooLong(what: string, limit: string): MailferryError {
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'later',
    message: `the server sent a ${what} longer than ${limit}`,
  });
}

/**
 * Status responses end in free text that may look like a literal's header (RFC 3501, section 7.1), and they never
 * contain one.
 */
function isStatusLine(line: Buffer): boolean {
  if (line[line.length - 1] !== 0x7d) return false;
  return /^(?:\+|[^ ]+ (?:OK|NO|BAD|BYE|PREAUTH)(?: |$))/i.test(line.subarray(0, 80).toString('latin1'));
}

/** Size announced by a line's end `{n}` (also `~{n}` of RFC 3516), -1 when there is none. */
function literalSize(line: Buffer): number {
  let at = line.length - 1;
  if (line[at] !== 0x7d) return -1;
  let size = 0;
  let scale = 1;
  for (at--; at >= 0; at--) {
    const digit = (line[at] as number) - 0x30;
    if (digit < 0 || digit > 9 || scale > 1e14) break;
    size += digit * scale;
    scale *= 10;
  }
  return at >= 0 && line[at] === 0x7b && scale > 1 ? size : -1;
}
