import { LineSplitter, type Unit } from './line-splitter.js';

const TLS_HANDSHAKE = 0x16;
const MAX_LINE_CHARS = 2_000;
const SECRET = /^(\S+ +(?:LOGIN|AUTHENTICATE +\S+))( .*)?$/i;
const AUTHENTICATE = /^\S+ +AUTHENTICATE /i;
const GOES_OPAQUE = /^\S+ +(?:STARTTLS|COMPRESS )/i;

/** A piece of what the client says, with its place in a command. */
export interface CommandPiece {
  readonly bytes: Buffer;
  /** The first line, without CRLF, when this piece starts a command. */
  readonly line?: string;
  /** The piece is the end of the command. */
  readonly last: boolean;
}

/** Follows the commands of one client until they are encrypted or compressed. */
export class ClientCommands {
  readonly #splitter = new LineSplitter();
  #opaque: boolean | undefined;
  #inCommand = false;
  #authenticating = false;

  pieces(chunk: Buffer): CommandPiece[] {
    this.#opaque ??= chunk[0] === TLS_HANDSHAKE;
    if (this.#opaque) return [{ bytes: chunk, last: false }];
    return this.#splitter.split(chunk).map((unit) => this.#place(unit));
  }

  remainder(): Buffer {
    return this.#splitter.remainder();
  }

  #place({ bytes, kind, announcesLiteral }: Unit): CommandPiece {
    if (kind === 'literal') return { bytes, last: false };
    const starts = !this.#inCommand && this.#isCommand(bytes);
    this.#inCommand = announcesLiteral;
    const last = !announcesLiteral;
    return starts ? { bytes, line: this.#begin(bytes), last } : { bytes, last };
  }

  /** The lines after AUTHENTICATE, and DONE after IDLE, hold one word and are answers, not commands. */
  #isCommand(bytes: Buffer): boolean {
    const isCommand = bytes.includes(0x20);
    if (isCommand) this.#authenticating = false;
    return isCommand && !this.#authenticating;
  }

  #begin(bytes: Buffer): string {
    const line = bytes.toString('latin1').trimEnd();
    this.#authenticating = AUTHENTICATE.test(line);
    // What the client says next is still buffered as lines; both commands await an answer first (RFC 9051, 6.2.1).
    this.#opaque = GOES_OPAQUE.test(line);
    return line;
  }
}

/** A command line that may be shown: without password or SASL response. */
export function withoutSecrets(line: string): string {
  return line
    .replace(SECRET, (_, shown: string, secret?: string) => (secret === undefined ? shown : `${shown} ***`))
    .slice(0, MAX_LINE_CHARS);
}

export function tagOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}
