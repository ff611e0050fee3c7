import type { Duplex, Readable, Writable } from 'node:stream';
import type { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';
import type { TraceEvent } from '../options.js';
import type { LiteralMode } from './command.js';
import type { StatusLine } from './status-line.js';

/** The streams of a logged-in connection; `socket` is the one on the network. */
export interface ConnectionStreams {
  readonly readSocket: Readable;
  readonly writeSocket: Writable;
  readonly socket: Duplex;
}

/** Hears what the server says to people, and says what of it may be told. */
export interface WordsHeard {
  status(heard: StatusLine): StatusLine;
  error(error: MailferryError): MailferryError;
}

export interface ConnectionOptions {
  readonly id: number;
  readonly account: string;
  readonly literalMode: LiteralMode;
  readonly timeoutMs: number;
  readonly words?: WordsHeard;
  readonly trace?: ((event: TraceEvent) => void) | undefined;
}

/** A command whose octets the caller writes, such as a streamed APPEND. */
export interface StreamedCommand {
  readonly tag: string;
  /** Text of the command and octets of literals; what is given together leaves in one call. */
  write(...parts: readonly (Buffer | string)[]): Pending;
  /** All of it has been given: from now on the server owes the answer. */
  end(): void;
  /** Resolves at the server's `+`; rejects when it answers for good instead. */
  continuation(): Promise<void>;
  /** The tagged answer, whenever it comes. */
  readonly answer: Promise<StatusLine>;
}
