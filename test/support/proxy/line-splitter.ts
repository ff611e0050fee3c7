const LITERAL = /\{(\d+)\+?\}\r?\n$/;
const LINE_FEED = 0x0a;

/** A whole line with its CRLF, or a piece of a literal (RFC 9051, section 4.3). */
export interface Unit {
  readonly bytes: Buffer;
  readonly kind: 'line' | 'literal';
  /** Another literal follows: the command or answer goes on. */
  readonly announcesLiteral: boolean;
}

/** Cuts what one side of an IMAP connection says into lines and literals. Lines are kept until complete. */
export class LineSplitter {
  #partialLine: Buffer[] = [];
  #literalBytesLeft = 0;

  /** @returns what is complete now; literals are passed on piece by piece. */
  split(chunk: Buffer): Unit[] {
    const units: Unit[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      const size = this.#literalBytesLeft > 0 ? this.#takeLiteral(rest, units) : this.#takeLine(rest, units);
      rest = rest.subarray(size);
    }
    return units;
  }

  /** What was said of a line that did not end. */
  remainder(): Buffer {
    const remainder = Buffer.concat(this.#partialLine);
    this.#partialLine = [];
    return remainder;
  }

  #takeLiteral(rest: Buffer, units: Unit[]): number {
    const bytes = rest.subarray(0, this.#literalBytesLeft);
    this.#literalBytesLeft -= bytes.length;
    units.push({ bytes, kind: 'literal', announcesLiteral: false });
    return bytes.length;
  }

  #takeLine(rest: Buffer, units: Unit[]): number {
    const end = rest.indexOf(LINE_FEED);
    if (end < 0) {
      this.#partialLine.push(rest);
      return rest.length;
    }
    this.#partialLine.push(rest.subarray(0, end + 1));
    const bytes = this.remainder();
    const literal = LITERAL.exec(bytes.toString('latin1'));
    this.#literalBytesLeft = Number(literal?.[1] ?? 0);
    units.push({ bytes, kind: 'line', announcesLiteral: literal !== null });
    return end + 1;
  }
}
