import type { Socket } from 'node:net';
import { argument } from './argument.js';
import { ByteReader } from './byte-reader.js';
import { type Response, readResponse, type StatusResponse } from './response.js';
import type { Token } from './token-parser.js';

/** A piece of a command: text goes as it is, a Buffer as a literal (RFC 3501 section 4.3). */
export type CommandPart = string | Buffer;

/** An untagged response. */
export type Untagged = StatusResponse | { readonly type: 'data'; readonly tokens: readonly Token[] };

export interface CommandOptions {
  /** Called for every untagged response, which is then not collected. */
  readonly onUntagged?: (response: Untagged) => void;
  /** Ask before every literal, whatever the server offers. */
  readonly synchronising?: boolean;
}

export interface CommandResult extends StatusResponse {
  readonly untagged: readonly Untagged[];
}

/** A command that was answered with NO or BAD. */
export class CommandRefused extends Error {
  readonly answer: StatusResponse;

  constructor(command: string, answer: StatusResponse) {
    super(`${command} was answered ${answerText(answer)}`);
    this.name = 'CommandRefused';
    this.answer = answer;
  }
}

/**
 * An IMAP connection that does one thing at a time: write a command, read until its tag. Written from RFC 3501
 * alone, so that what it sees does not depend on the program under test.
 */
export class RawImap {
  readonly #socket: Socket;
  readonly #reader: ByteReader;
  readonly greeting: StatusResponse;
  #capabilities: ReadonlySet<string> = new Set();
  #tagNumber = 0;

  private constructor(socket: Socket, reader: ByteReader, greeting: StatusResponse) {
    this.#socket = socket;
    this.#reader = reader;
    this.greeting = greeting;
  }

  static async open(socket: Socket): Promise<RawImap> {
    const reader = new ByteReader(socket);
    const greeting = await readResponse(reader);
    if (greeting.type !== 'status' || greeting.status === 'BYE') throw new Error('the server does not greet');
    return new RawImap(socket, reader, greeting);
  }

  /** Upper-case capabilities, as last told. */
  get capabilities(): ReadonlySet<string> {
    return this.#capabilities;
  }

  has(capability: string): boolean {
    return this.#capabilities.has(capability.toUpperCase());
  }

  /** Logs in and asks for the capabilities that hold from then on. */
  async login(user: string, password: string): Promise<void> {
    await this.run(['LOGIN ', argument(user), ' ', argument(password)]);
    const { untagged } = await this.run(['CAPABILITY']);
    for (const response of untagged) {
      if (response.type !== 'data') continue;
      const words = response.tokens.map((token) => (token.type === 'atom' ? token.text.toUpperCase() : ''));
      if (words[0] === 'CAPABILITY') this.#capabilities = new Set(words.slice(1));
    }
  }

  /** Runs a command and throws CommandRefused unless the answer is OK. */
  async run(parts: readonly CommandPart[], options: CommandOptions = {}): Promise<CommandResult> {
    const result = await this.command(parts, options);
    if (result.status !== 'OK') throw new CommandRefused(commandName(parts), result);
    return result;
  }

  /** Runs a command; the answer may be NO or BAD. Throws when the connection ends. */
  async command(parts: readonly CommandPart[], options: CommandOptions = {}): Promise<CommandResult> {
    const untagged: Untagged[] = [];
    const take = options.onUntagged ?? ((response: Untagged) => untagged.push(response));
    const tag = this.#nextTag();
    let text = `${tag} `;
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const plus = options.synchronising !== true && this.takesNonSynchronising(part.length);
      await this.#write(Buffer.from(`${text}{${part.length}${plus ? '+' : ''}}\r\n`, 'latin1'));
      text = '';
      const refusal = plus ? undefined : await this.#untilContinue(tag, take);
      if (refusal !== undefined) return { ...refusal, untagged };
      await this.#write(part);
    }
    await this.#write(Buffer.from(`${text}\r\n`, 'latin1'));
    return { ...(await this.#untilTag(tag, take)), untagged };
  }

  /**
   * Writes many commands without waiting between them and returns their answers in order. Every literal must fit
   * a non-synchronising one.
   */
  async pipeline(commands: readonly (readonly CommandPart[])[]): Promise<StatusResponse[]> {
    const tags = commands.map(() => this.#nextTag());
    const writing = this.#writeAll(commands, tags);
    const answers: StatusResponse[] = [];
    const reading = (async () => {
      for (const tag of tags) answers.push(await this.#untilTag(tag, () => {}));
    })();
    await Promise.all([writing, reading]);
    return answers;
  }

  /** True when a literal of this size may follow its header at once (RFC 7888). */
  takesNonSynchronising(sizeBytes: number): boolean {
    return this.has('LITERAL+') || (this.has('LITERAL-') && sizeBytes <= 4096);
  }

  /** Says goodbye and waits for the end of the connection. */
  async logout(): Promise<void> {
    await this.command(['LOGOUT']).catch(() => undefined);
    this.close();
  }

  /** Ends the connection without a word. */
  close(): void {
    this.#socket.destroy();
  }

  async #writeAll(commands: readonly (readonly CommandPart[])[], tags: readonly string[]): Promise<void> {
    for (const [index, parts] of commands.entries()) {
      await this.#write(Buffer.from(`${tags[index]} `));
      for (const part of parts) {
        if (typeof part === 'string') await this.#write(Buffer.from(part, 'latin1'));
        else {
          await this.#write(Buffer.from(`{${part.length}+}\r\n`));
          await this.#write(part);
        }
      }
      await this.#write(Buffer.from('\r\n'));
    }
  }

  async #untilTag(tag: string, take: (response: Untagged) => void): Promise<StatusResponse> {
    for (;;) {
      const response = await readResponse(this.#reader);
      if (response.type === 'continue') throw new Error(`unexpected continuation: ${response.text}`);
      if (response.type === 'status' && response.tag !== '*') return expectTag(response, tag);
      take(response);
    }
  }

  /** Waits for '+'. Resolves with the answer when the server ends the command instead. */
  async #untilContinue(tag: string, take: (response: Untagged) => void): Promise<StatusResponse | undefined> {
    for (;;) {
      const response: Response = await readResponse(this.#reader);
      if (response.type === 'continue') return undefined;
      if (response.type === 'status' && response.tag !== '*') return expectTag(response, tag);
      take(response);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#socket.destroyed) throw this.#socket.errored ?? new Error('the connection is closed');
    let full = false;
    // Unlike 'drain', the callback comes even when the socket dies first.
    const written = new Promise<Error | null | undefined>((resolve) => {
      full = !this.#socket.write(bytes, resolve);
    });
    const failure = full ? await written : undefined;
    if (failure instanceof Error) throw failure;
  }

  #nextTag(): string {
    this.#tagNumber++;
    return `t${this.#tagNumber}`;
  }
}

/** The answer as the server wrote it, without the tag. */
export function answerText({ status, code, text }: StatusResponse): string {
  return `${status} ${code === '' ? '' : `[${code}] `}${text}`;
}

function expectTag(response: StatusResponse, tag: string): StatusResponse {
  if (response.tag !== tag) throw new Error(`answer ${response.tag} where ${tag} was expected`);
  return response;
}

/** The first words of a command, never an argument that could be a secret. */
function commandName(parts: readonly CommandPart[]): string {
  const words = typeof parts[0] === 'string' ? parts[0].trim().split(' ') : [];
  return words.slice(0, words[0]?.toUpperCase() === 'UID' ? 2 : 1).join(' ');
}
