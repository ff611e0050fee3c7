import type { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';
import type { TraceEvent } from '../options.js';
import {
  type CommandPart,
  type LiteralMode,
  literalHeader,
  needsContinuation,
  wholeLine,
} from './command.js';
import { type CommandHandlers, CommandsInFlight, type InFlight } from './commands-in-flight.js';
import type { ConnectionOptions, ConnectionStreams, StreamedCommand } from './connection-parts.js';
import { connectionLost, interrupted, protocolBroken, serverSilent } from './failures.js';
import { Gate } from './gate.js';
import { Liveness } from './liveness.js';
import { changesMailbox, doneWhole, isPart } from './message-limit.js';
import { OpenStreams } from './open-streams.js';
import { type LiteralSink, type ResponsePart, ResponseReader } from './response-reader.js';
import { SocketWriter, together } from './socket-writer.js';
import { parseStatusLine, type StatusLine } from './status-line.js';
import { allOf, farewell, listenTo } from './streams.js';
import { traceResponse } from './trace.js';
import { parseUntagged } from './untagged.js';
import { whenAborted } from './when-aborted.js';

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
  readonly #openStreams = new OpenStreams();
  /** Commands in flight that went out as a whole, or are about to. */
  #executing = 0;
  /** How often another mailbox was opened, or the open one left. */
  #mailboxes = 0;
  #failure: MailferryError | null = null;
  readonly #gate = new Gate();
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
      isOwed: () => this.#isOwed(),
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
    return this.#inFlight.isEmpty && this.#gate.closed === null;
  }

  /** How many commands in flight accept untagged responses of a kind. */
  accepting(kind: string): number {
    return this.#inFlight.accepting(kind);
  }

  /** Sends a command and resolves with its tagged answer, whatever that says; where it tells of a part, all is asked for. */
  async execute(
    parts: readonly CommandPart[],
    handlers: CommandHandlers | null,
    signal: AbortSignal,
  ): Promise<StatusLine> {
    while (this.#gate.closed) await this.#gate.closed;
    if (changesMailbox(parts)) this.#mailboxes++;
    const mailbox = this.#mailboxes;
    const status = await this.#execute(parts, handlers, signal);
    if (!isPart(status)) return status;
    const isOpen = (): boolean => !this.#gate.closed && this.#mailboxes === mailbox;
    return doneWhole(parts, status, (rest) => (isOpen() ? this.#execute([rest], handlers, signal) : null));
  }

  async #execute(...[parts, handlers, signal]: Parameters<Connection['execute']>): Promise<StatusLine> {
    if (signal.aborted) throw interrupted(this.#options.account);
    const entry = this.#register(handlers);
    const release = this.#abortOn(signal);
    this.#executing++;
    try {
      const asked = this.#send(entry, parts);
      if (asked) await this.#gate.hold(asked);
      return await entry.answer;
    } finally {
      this.#executing--;
      release();
    }
  }

  /** Starts a command whose octets the caller writes; nothing else goes out until it is answered. */
  startStreamed(signal: AbortSignal): StreamedCommand {
    if (signal.aborted) throw interrupted(this.#options.account);
    const entry = this.#register(null);
    const release = this.#abortOn(signal);
    entry.answer.then(release, release);
    this.#openStreams.add(entry);
    void this.#gate.hold(entry.answer);
    return {
      tag: entry.tag,
      write: (...parts) => {
        for (const part of parts) if (typeof part === 'string') this.#trace('sent', part.trimEnd(), false);
        this.#liveness.activity();
        return this.#writer.write(together(parts));
      },
      end: () => {
        this.#openStreams.end(entry);
        this.#liveness.activity();
      },
      continuation: () => this.#continuation(entry),
      answer: entry.answer,
    };
  }

  /** Ends the connection without waiting for anything. */
  destroy(error: MailferryError): void {
    if (this.#fail(error)) for (const stream of allOf(this.#streams)) stream.destroy();
  }

  /** LOGOUT (RFC 3501, section 6.1.3) without waiting for the answer. */
  logout(): void {
    const wasIdle = this.isIdle;
    if (!this.#fail(connectionLost(this.#options.account, 'closed by us', null))) return;
    if (wasIdle) {
      this.#trace('sent', 'LOGOUT', false);
      farewell(this.#streams);
    } else this.#streams.socket.destroy();
  }

  /** Marks the connection dead and rejects what is in flight; false when it was dead already. */
  #fail(error: MailferryError): boolean {
    if (this.#failure) return false;
    const failure = this.#options.words?.error(error) ?? error;
    this.#failure = failure;
    this.#liveness.stop();
    this.#streams.readSocket.removeAllListeners('data');
    this.#inFlight.failAll(failure);
    this.#writer.fail(failure);
    return true;
  }

  #register(handlers: CommandHandlers | null): InFlight {
    if (this.#failure) throw this.#failure;
    this.#liveness.activity(true);
    return this.#inFlight.add(handlers);
  }

  /** Writes a command; returns a promise only when the server has to ask for a literal first. */
  #send(entry: InFlight, parts: readonly CommandPart[]): Promise<void> | undefined {
    const line = wholeLine(entry.tag, parts, this.literalMode);
    if (line === null) return this.#sendAsked(entry, parts);
    this.#writeText(line);
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
    return this.#failure ? Promise.reject(this.#failure) : this.#inFlight.continuation(entry);
  }

  #listen(): void {
    listenTo(this.#streams, {
      data: (chunk) => this.#onData(chunk),
      drain: () => this.#liveness.activity(),
      lost: (why, cause) => this.destroy(connectionLost(this.#options.account, why, this.#bye, cause)),
    });
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
    if (head[0] !== 0x2a) return this.#onTagged(parts, head);
    const untagged = parseUntagged(parts);
    if (!untagged) return undefined;
    const status = this.#heard(untagged.status);
    if (status?.status === 'BYE') this.#bye = status;
    return this.#inFlight.deliver(untagged);
  }

  #onTagged(parts: readonly ResponsePart[], head: Buffer): undefined {
    const status = this.#heard(parseStatusLine(parts));
    const tag = head.toString('latin1').split(' ', 1)[0] ?? '';
    if (!status || !this.#inFlight.answered(tag, status)) {
      throw new Error(`unexpected response: ${head.toString('latin1', 0, 120)}`);
    }
    this.#liveness.activity(!this.#inFlight.isEmpty);
  }

  #heard(status: StatusLine | null): StatusLine | null {
    return status && (this.#options.words?.status(status) ?? status);
  }

  /** An octet that cannot go out is waited for as well: a server that does not read is as silent as any. */
  #isOwed(): boolean {
    if (this.#readingWaits) return false;
    return this.#executing > 0 || this.#openStreams.isOwed || this.#streams.writeSocket.writableNeedDrain;
  }

  #abortOn(signal: AbortSignal): () => void {
    return whenAborted(signal, () => this.destroy(interrupted(this.#options.account)));
  }

  #pingIfIdle(): void {
    if (this.#failure || !this.isIdle) return;
    this.execute(['NOOP'], null, new AbortController().signal).catch(() => undefined);
  }

  #trace(direction: TraceEvent['direction'], text: string, data: boolean): void {
    this.#options.trace?.({ connection: this.#options.id, direction, text, data });
  }
}
