import type { Duplex } from 'node:stream';

interface Reader {
  /** Octets wanted, or a line when null. */
  readonly octets: number | null;
  resolve(data: string): void;
  reject(error: Error): void;
}

/** A command as a client sent it: its literals inline, as latin1 text without the last line end. */
export interface SentCommand {
  readonly tag: string;
  readonly text: string;
}

/** The server's end of a connection, played by a test line by line. All text is octets as latin1. */
export class Conversation {
  readonly stream: Duplex;
  /** Resolves when the client has gone, however. */
  readonly gone: Promise<void>;
  #seen = '';
  #unread = '';
  #reader: Reader | null = null;
  #isGone = false;

  constructor(stream: Duplex) {
    this.stream = stream;
    let leave!: () => void;
    this.gone = new Promise((resolve) => {
      leave = resolve;
    });
    const end = (): void => {
      this.#isGone = true;
      this.#reader?.reject(new Error(`the client has gone; unread: ${JSON.stringify(this.#unread)}`));
      this.#reader = null;
      leave();
    };
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      this.#seen += text;
      this.#unread += text;
      this.#serve();
    });
    stream.on('end', end).on('close', end).on('error', end);
  }

  /** All that the client sent so far. */
  get seen(): string {
    return this.#seen;
  }

  /** What no call of `line` or `octets` has taken yet. */
  get unread(): string {
    return this.#unread;
  }

  /** The next line without its CRLF. */
  line(): Promise<string> {
    return this.#read(null);
  }

  octets(count: number): Promise<string> {
    return this.#read(count);
  }

  /** The next command with its literals; one that waits to be asked for is asked for. */
  async command(): Promise<SentCommand> {
    let text = await this.line();
    for (;;) {
      const literal = /\{(\d+)(\+?)\}$/.exec(text);
      if (!literal) break;
      if (literal[2] === '') this.send('+ go on\r\n');
      text += `\r\n${await this.octets(Number(literal[1]))}${await this.line()}`;
    }
    const space = text.indexOf(' ');
    return { tag: text.slice(0, space), text: text.slice(space + 1) };
  }

  send(data: string | Buffer): void {
    if (!this.stream.destroyed)
      this.stream.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  /** Answers commands until the client goes: `%T` of an answer becomes the tag; null: say nothing. */
  async serve(answer: (command: string) => string | null): Promise<void> {
    while (!this.#isGone) {
      const command = await this.command().catch(() => null);
      if (!command) return;
      const text = answer(command.text);
      if (text !== null) this.send(text.replaceAll('%T', command.tag));
    }
  }

  end(): void {
    this.stream.end();
  }

  #read(octets: number | null): Promise<string> {
    if (this.#reader) throw new Error('somebody reads already');
    return new Promise((resolve, reject) => {
      this.#reader = { octets, resolve, reject };
      this.#serve();
      if (this.#isGone) this.#reader?.reject(new Error('the client has gone'));
    });
  }

  #serve(): void {
    const reader = this.#reader;
    if (!reader) return;
    const at = reader.octets ?? this.#unread.indexOf('\r\n');
    if (at < 0 || this.#unread.length < at) return;
    const data = this.#unread.slice(0, at);
    this.#unread = this.#unread.slice(at + (reader.octets === null ? 2 : 0));
    this.#reader = null;
    reader.resolve(data);
  }
}
