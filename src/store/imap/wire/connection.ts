import type { Duplex, Readable, Writable } from 'node:stream';
import type { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';
import type { TraceEvent } from '../options.js';
import { type CommandPart, type LiteralMode, literalHeader, needsContinuation } from './command.js';
import { connectionLost, interrupted, protocolBroken, serverSilent } from './failures.js';
import { type LiteralSink, type ResponsePart, ResponseReader } from './response-reader.js';
import { SocketWriter } from './socket-writer.js';
import { parseStatusLine, type StatusLine } from './status-line.js';
import { parseUntagged, type Untagged } from './untagged.js';

/** The streams of a logged-in connection; `socket` is the one on the network. */
export interface ConnectionStreams {
  readonly readSocket: Readable;
  readonly writeSocket: Writable;
  readonly socket: Duplex;
}

export interface ConnectionOptions {
  readonly id: number;
  readonly account: string;
  readonly literalMode: LiteralMode;
  readonly timeoutMs: number;
  readonly trace?: ((event: TraceEvent) => void) | undefined;
}

export interface CommandHandlers {
  /** Kinds of untagged responses that answer this command. */
  readonly accepts: ReadonlySet<string>;
  onUntagged(response: Untagged): Pending;
  /** Decides about a literal inside such a response; null keeps it in memory. */
  onLiteral?(
    parts: readonly ResponsePart[],
    sizeBytes: number,
  ): LiteralSink | null | Promise<LiteralSink | null>;
}

interface InFlight {
  readonly tag: string;
  readonly handlers: CommandHandlers | null;
  settle(status: StatusLine): void;
  fail(error: MailferryError): void;
  continuation: { resolve(): void; reject(error: Error): void } | null;
}

/** A command whose octets the caller writes, such as a streamed APPEND. */
export interface StreamedCommand {
  readonly tag: string;
  write(data: Buffer | string): Pending;
  /** Resolves at the server's `+`; rejects when it answers for good instead. */
  continuation(): Promise<void>;
  /** The tagged answer, whenever it comes. */
  readonly answer: Promise<StatusLine>;
}

/** Servers may log out after 30 minutes (RFC 3501, section 5.4), routers forget a connection much sooner. */
const KEEP_ALIVE_MS = 120_000;
const FAREWELL_MS = 1000;

/**
 * One IMAP connection after the login: commands go out as soon as they are given (RFC 3501, section 5.5), answers
 * go to the first command in flight that accepts them. Reading pauses while a receiver asks to wait. Any failure
 * destroys the connection and rejects everything in flight with one error.
 */
export class Connection {
  /** Keywords that an APPEND on this connection was accepted with. */
  readonly acceptedKeywords = new Set<string>();
  readonly #streams: ConnectionStreams;
  readonly #options: ConnectionOptions;
  readonly #reader: ResponseReader;
  readonly #writer: SocketWriter;
  readonly #inFlight: InFlight[] = [];
  readonly #watchdog: NodeJS.Timeout;
  readonly #keepAlive: NodeJS.Timeout;
  #nextTag = 1;
  #failure: MailferryError | null = null;
  /** While set, somebody is in the middle of writing a command. */
  #gate: Promise<unknown> | null = null;
  #readingWaits = false;
  #bye: StatusLine | null = null;
  #lastUseMs = Date.now();

  constructor(streams: ConnectionStreams, options: ConnectionOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#writer = new SocketWriter(streams.writeSocket);
    this.#reader = new ResponseReader({
      literal: (parts, sizeBytes) => this.#onLiteral(parts, sizeBytes),
      response: (parts) => this.#onResponse(parts),
    });
    this.#watchdog = setTimeout(() => this.#onSilence(), options.timeoutMs).unref();
    this.#keepAlive = setInterval(() => this.#pingIfIdle(), KEEP_ALIVE_MS / 2).unref();
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
    return this.#inFlight.length === 0 && this.#gate === null;
  }

  /** Sends a command and resolves with its tagged answer, whatever that says. */
  async execute(
    parts: readonly CommandPart[],
    handlers: CommandHandlers | null,
    signal: AbortSignal,
  ): Promise<StatusLine> {
    while (this.#gate) await this.#gate;
    if (signal.aborted) throw interrupted(this.#options.account);
    const { entry, answer } = this.#register(handlers);
    const release = this.#abortOn(signal);
    try {
      const asked = this.#send(entry, parts);
      if (asked) await this.#hold(asked);
      return await answer;
    } finally {
      release();
    }
  }

  /** Starts a command whose octets the caller writes; nothing else goes out until it is answered. */
  startStreamed(signal: AbortSignal): StreamedCommand {
    if (signal.aborted) throw interrupted(this.#options.account);
    const { entry, answer } = this.#register(null);
    const release = this.#abortOn(signal);
    void this.#hold(answer.then(release, release));
    return {
      tag: entry.tag,
      write: (data) => {
        if (typeof data === 'string') this.#trace('sent', data.trimEnd(), false);
        return this.#writer.write(data);
      },
      continuation: () => this.#continuation(entry),
      answer,
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
    clearTimeout(this.#watchdog);
    clearInterval(this.#keepAlive);
    this.#streams.readSocket.removeAllListeners('data');
    for (const entry of this.#inFlight.splice(0)) {
      entry.continuation?.reject(error);
      entry.fail(error);
    }
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

  #register(handlers: CommandHandlers | null): { entry: InFlight; answer: Promise<StatusLine> } {
    if (this.#failure) throw this.#failure;
    let settle!: (status: StatusLine) => void;
    let fail!: (error: MailferryError) => void;
    const answer = new Promise<StatusLine>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    // Whoever waits sees the failure; an answer nobody waits for any more must not end the process.
    answer.catch(() => undefined);
    const entry: InFlight = { tag: `F${this.#nextTag++}`, handlers, settle, fail, continuation: null };
    this.#inFlight.push(entry);
    this.#lastUseMs = Date.now();
    this.#watchdog.refresh().ref();
    return { entry, answer };
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
    // A command line is short; the socket keeps it, and a failure shows in the command's answer.
    this.#writer.write(text)?.catch(() => undefined);
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
    writeSocket.on('drain', () => this.#failure ?? this.#watchdog.refresh());
    for (const stream of new Set([readSocket, writeSocket, socket])) {
      stream.on('error', (error: Error) => lost(error.message, error));
      stream.on('close', () => lost('it was closed'));
    }
    readSocket.resume();
  }

  #onData(chunk: Buffer): void {
    if (this.#failure) return;
    this.#watchdog.refresh();
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
        this.#watchdog.refresh();
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
    return (kind && this.#ownerOf(kind)?.handlers?.onLiteral?.(parts, sizeBytes)) || null;
  }

  #onResponse(parts: readonly ResponsePart[]): Pending {
    if (this.#options.trace) this.#traceResponse(parts);
    const first = parts[0];
    const head = first !== undefined && typeof first !== 'symbol' && 'text' in first ? first.text : null;
    if (!head || head.length === 0) return undefined;
    if (head[0] === 0x2b) {
      this.#onContinuation();
      return undefined;
    }
    if (head[0] !== 0x2a || head[1] !== 0x20) {
      this.#onTagged(parts, head);
      return undefined;
    }
    const untagged = parseUntagged(parts);
    if (!untagged) return undefined;
    if (untagged.kind === 'BYE') this.#bye = untagged.status;
    return this.#ownerOf(untagged.kind)?.handlers?.onUntagged(untagged);
  }

  #ownerOf(kind: string): InFlight | undefined {
    return this.#inFlight.find((entry) => entry.handlers?.accepts.has(kind));
  }

  #onContinuation(): void {
    const entry = this.#inFlight.find((candidate) => candidate.continuation !== null);
    const waiting = entry?.continuation;
    if (entry) entry.continuation = null;
    waiting?.resolve();
  }

  #onTagged(parts: readonly ResponsePart[], head: Buffer): void {
    const status = parseStatusLine(parts);
    const tag = head.toString('latin1').split(' ', 1)[0] ?? '';
    const index = this.#inFlight.findIndex((entry) => entry.tag === tag);
    const entry = this.#inFlight[index];
    if (!status || !entry) throw new Error(`unexpected response: ${head.toString('latin1', 0, 120)}`);
    this.#inFlight.splice(index, 1);
    this.#lastUseMs = Date.now();
    if (this.#inFlight.length === 0) this.#watchdog.unref();
    entry.continuation?.reject(new Error('the command was answered instead'));
    entry.settle(status);
  }

  #abortOn(signal: AbortSignal): () => void {
    const abort = (): void => this.destroy(interrupted(this.#options.account));
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #onSilence(): void {
    // Silence counts only while the server owes something: not while we make it wait, nor between commands.
    if (this.#readingWaits || this.#inFlight.length === 0) this.#watchdog.refresh();
    else this.destroy(serverSilent(this.#options.account, this.#options.timeoutMs));
  }

  #pingIfIdle(): void {
    if (this.#failure || !this.isIdle || Date.now() - this.#lastUseMs < KEEP_ALIVE_MS) return;
    this.execute(['NOOP'], null, new AbortController().signal).catch(() => undefined);
  }

  #traceResponse(parts: readonly ResponsePart[]): void {
    for (const part of parts) {
      if (typeof part === 'symbol') this.#trace('received', '(octets passed on)', true);
      else if ('text' in part) this.#trace('received', part.text.toString('latin1'), false);
      else this.#trace('received', part.literal.toString('latin1'), true);
    }
  }

  #trace(direction: TraceEvent['direction'], text: string, data: boolean): void {
    this.#options.trace?.({ connection: this.#options.id, direction, text, data });
  }
}
