import { setMaxListeners } from 'node:events';
import type { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';
import type { TraceEvent } from '../options.js';
import { type CommandPart, type LiteralMode, literalHeader, needsContinuation } from './command.js';
import { type CommandHandlers, CommandsInFlight, type InFlight } from './commands-in-flight.js';
import type { ConnectionOptions, ConnectionStreams, StreamedCommand } from './connection-parts.js';
import { connectionLost, interrupted, protocolBroken, serverSilent } from './failures.js';
import { Liveness } from './liveness.js';
import { type LiteralSink, type ResponsePart, ResponseReader } from './response-reader.js';
import { SocketWriter, together } from './socket-writer.js';
import { parseStatusLine, type StatusLine } from './status-line.js';
import { traceResponse } from './trace.js';
import { parseUntagged } from './untagged.js';

const FAREWELL_MS = 1000;

/**
 * One IMAP connection after the login: commands go out as soon as they are given (RFC 3501, section 5.5), answers
 * go to the first command in flight that accepts them, and to those that overhear. Reading pauses while a receiver
 * asks to wait. Any failure destroys the connection and rejects everything in flight with one error.
 */
export class Connection {
  /** Keywords that an APPEND on this connection was accepted with. */
  readonly acceptedKeywords = new Set<string>();
  readonly #streams: ConnectionStreams;
  readonly #options: ConnectionOptions;
  readonly #reader: ResponseReader;
  readonly #writer: SocketWriter;
  readonly #inFlight = new CommandsInFlight();
  readonly #liveness: Liveness;
  #failure: MailferryError | null = null;
  /** While set, somebody is in the middle of writing a command. */
  #gate: Promise<unknown> | null = null;
  #readingWaits = false;
  #bye: StatusLine | null = null;

  constructor(streams: ConnectionStreams, options: ConnectionOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#writer = new SocketWriter(streams.writeSocket);
    this.#reader = new ResponseReader({
      literal: (parts, sizeBytes) => this.#onLiteral(parts, sizeBytes),
      response: (parts) => this.#onResponse(parts),
    });
    this.#liveness = new Liveness({
      timeoutMs: options.timeoutMs,
      isOwed: () => !this.#readingWaits && !this.#inFlight.isEmpty,
      onSilence: () => this.destroy(serverSilent(options.account, options.timeoutMs)),
      onIdle: () => this.#pingIfIdle(),
    });
    this.#listen();
  }

  get literalMode(): LiteralMode {
    return this.#options.literalMode;
  }

  /** What broke the connection, null while it works. */
  get failure(): MailferryError | null {
    return this.#failure;
  }

  /** No command is in flight and none is being written. */
  get isIdle(): boolean {
    return this.#inFlight.isEmpty && this.#gate === null;
  }

  /** How many commands in flight accept untagged responses of a kind. */
  accepting(kind: string): number {
    return this.#inFlight.accepting(kind);
  }

  /** Sends a command and resolves with its tagged answer, whatever that says. */
  async execute(
    parts: readonly CommandPart[],
    handlers: CommandHandlers | null,
    signal: AbortSignal,
  ): Promise<StatusLine> {
    while (this.#gate) await this.#gate;
    if (signal.aborted) throw interrupted(this.#options.account);
    const entry = this.#register(handlers);
    const release = this.#abortOn(signal);
    try {
      const asked = this.#send(entry, parts);
      if (asked) await this.#hold(asked);
      return await entry.answer;
    } finally {
      release();
    }
  }

  /** Starts a command whose octets the caller writes; nothing else goes out until it is answered. */
  startStreamed(signal: AbortSignal): StreamedCommand {
    if (signal.aborted) throw interrupted(this.#options.account);
    const entry = this.#register(null);
    const release = this.#abortOn(signal);
    entry.answer.then(release, release);
    void this.#hold(entry.answer);
    return {
      tag: entry.tag,
      write: (...parts) => {
        for (const part of parts) if (typeof part === 'string') this.#trace('sent', part.trimEnd(), false);
        this.#liveness.activity(); // Our slow source is no silence of the server.
        return this.#writer.write(together(parts));
      },
      continuation: () => this.#continuation(entry),
      answer: entry.answer,
    };
  }

  /** Ends the connection without waiting for anything. */
  destroy(error: MailferryError): void {
    if (!this.#fail(error)) return;
    const { readSocket, writeSocket, socket } = this.#streams;
    for (const stream of new Set([readSocket, writeSocket, socket])) stream.destroy();
  }

  /** LOGOUT (RFC 3501, section 6.1.3) without waiting for the answer. */
  logout(): void {
    const wasIdle = this.isIdle;
    if (!this.#fail(connectionLost(this.#options.account, 'closed by us', null))) return;
    const { writeSocket, socket } = this.#streams;
    if (!wasIdle) {
      socket.destroy();
      return;
    }
    this.#trace('sent', 'LOGOUT', false);
    writeSocket.end('Z LOGOUT\r\n');
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
    socket.once('end', () => socket.destroy()).once('close', () => clearTimeout(timer));
    socket.resume();
  }

  /** Marks the connection dead and rejects what is in flight; false when it was dead already. */
  #fail(error: MailferryError): boolean {
    if (this.#failure) return false;
    this.#failure = error;
    this.#liveness.stop();
    this.#streams.readSocket.removeAllListeners('data');
    this.#inFlight.failAll(error);
    this.#writer.fail(error);
    return true;
  }

  /** Keeps other commands from being written until `done` settles, however it does. */
  #hold(done: Promise<unknown>): Promise<void> {
    const gate = done.then(
      () => undefined,
      () => undefined,
    );
    this.#gate = gate;
    return gate.then(() => {
      if (this.#gate === gate) this.#gate = null;
    });
  }

  #register(handlers: CommandHandlers | null): InFlight {
    if (this.#failure) throw this.#failure;
    this.#liveness.activity(true);
    return this.#inFlight.add(handlers);
  }

  /** Writes a command; returns a promise only when the server has to ask for a literal first. */
  #send(entry: InFlight, parts: readonly CommandPart[]): Promise<void> | undefined {
    const mode = this.literalMode;
    const asks = parts.some(
      (part) => typeof part !== 'string' && needsContinuation(mode, part.literal.length),
    );
    if (asks) return this.#sendAsked(entry, parts);
    let text = `${entry.tag} `;
    for (const part of parts) {
      text +=
        typeof part === 'string'
          ? part
          : literalHeader(mode, part.literal.length) + part.literal.toString('latin1');
    }
    this.#writeText(`${text}\r\n`);
    return undefined;
  }

  async #sendAsked(entry: InFlight, parts: readonly CommandPart[]): Promise<void> {
    let text = `${entry.tag} `;
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const asked = needsContinuation(this.literalMode, part.literal.length)
        ? this.#continuation(entry)
        : undefined;
      this.#writeText(text + literalHeader(this.literalMode, part.literal.length));
      await asked;
      await this.#writer.write(part.literal);
      text = '';
    }
    this.#writeText(`${text}\r\n`);
  }

  #writeText(text: string): void {
    this.#trace('sent', text.trimEnd(), false);
    this.#writer.writeLine(text);
  }

  #continuation(entry: InFlight): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      entry.continuation = { resolve, reject };
    });
  }

  #listen(): void {
    const { readSocket, writeSocket, socket } = this.#streams;
    const { account } = this.#options;
    const lost = (why: string, cause?: Error): void =>
      this.destroy(connectionLost(account, why, this.#bye, cause));
    readSocket.on('data', (chunk: Buffer) => this.#onData(chunk));
    readSocket.on('end', () => lost('the server closed it'));
    writeSocket.on('drain', () => this.#liveness.activity());
    for (const stream of new Set([readSocket, writeSocket, socket])) {
      stream.on('error', (error: Error) => lost(error.message, error));
      stream.on('close', () => lost('it was closed'));
    }
    readSocket.resume();
  }

  #onData(chunk: Buffer): void {
    if (this.#failure) return;
    this.#liveness.activity();
    try {
      const wait = this.#reader.push(chunk);
      if (wait) this.#pauseUntil(wait);
    } catch (error) {
      this.destroy(protocolBroken(this.#options.account, error));
    }
  }

  #pauseUntil(wait: Promise<void>): void {
    this.#readingWaits = true;
    this.#streams.readSocket.pause();
    wait.then(
      () => {
        this.#readingWaits = false;
        if (this.#failure) return;
        this.#liveness.activity();
        this.#streams.readSocket.resume();
      },
      (error: unknown) => this.destroy(protocolBroken(this.#options.account, error)),
    );
  }

  #onLiteral(
    parts: readonly ResponsePart[],
    sizeBytes: number,
  ): LiteralSink | null | Promise<LiteralSink | null> {
    const kind = parseUntagged(parts)?.kind;
    return kind ? this.#inFlight.literalSink(kind, parts, sizeBytes) : null;
  }

  #onResponse(parts: readonly ResponsePart[]): Pending {
    if (this.#options.trace) traceResponse(this.#options.trace, this.#options.id, parts);
    const first = parts[0];
    const head = first !== undefined && typeof first !== 'symbol' && 'text' in first ? first.text : null;
    if (!head || head.length === 0) return undefined;
    if (head[0] === 0x2b) return this.#inFlight.continued();
    if (head[0] !== 0x2a || head[1] !== 0x20) return this.#onTagged(parts, head);
    const untagged = parseUntagged(parts);
    if (!untagged) return undefined;
    if (untagged.kind === 'BYE') this.#bye = untagged.status;
    return this.#inFlight.deliver(untagged);
  }

  #onTagged(parts: readonly ResponsePart[], head: Buffer): undefined {
    const status = parseStatusLine(parts);
    const tag = head.toString('latin1').split(' ', 1)[0] ?? '';
    if (!status || !this.#inFlight.answered(tag, status)) {
      throw new Error(`unexpected response: ${head.toString('latin1', 0, 120)}`);
    }
    this.#liveness.activity(!this.#inFlight.isEmpty);
  }

  #abortOn(signal: AbortSignal): () => void {
    const abort = (): void => this.destroy(interrupted(this.#options.account));
    // One signal serves all commands of a run; Node would warn of a leak at the eleventh in flight.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #pingIfIdle(): void {
    if (this.#failure || !this.isIdle) return;
    this.execute(['NOOP'], null, new AbortController().signal).catch(() => undefined);
  }

  #trace(direction: TraceEvent['direction'], text: string, data: boolean): void {
    this.#options.trace?.({ connection: this.#options.id, direction, text, data });
  }
}
