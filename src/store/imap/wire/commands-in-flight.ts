import type { MailferryError } from '../../../errors.js';
import type { Pending } from '../../mail-store.js';
import type { LiteralSink, ResponsePart } from './response-reader.js';
import type { StatusLine } from './status-line.js';
import type { Untagged } from './untagged.js';

/** What a command does with the untagged responses that answer it. */
export interface CommandHandlers {
  /** Kinds of untagged responses that answer this command. */
  readonly accepts: ReadonlySet<string>;
  onUntagged(response: Untagged): Pending;
  /**
   * Hears also what an earlier command accepts, and tells by itself what is meant for it. A server may answer several
   * commands before it tags the first (Dovecot does), and untagged FETCH data do not name their command.
   */
  readonly overhears?: boolean;
  /** Opens another mailbox: what comes before its answer tells nothing to the commands behind it. */
  readonly selects?: boolean;
  /** Decides about a literal inside such a response; null keeps it in memory. */
  onLiteral?(
    parts: readonly ResponsePart[],
    sizeBytes: number,
  ): LiteralSink | null | Promise<LiteralSink | null>;
}

export interface InFlight {
  readonly tag: string;
  readonly handlers: CommandHandlers | null;
  readonly answer: Promise<StatusLine>;
  settle(status: StatusLine): void;
  fail(error: MailferryError): void;
  continuation: { resolve(): void; reject(error: Error): void } | null;
}

/** Why the server will not ask for a literal any more. */
function answeredInstead(): Error {
  return new Error('the command was answered instead');
}

/** Commands sent and not answered, in the order the server will answer them. */
export class CommandsInFlight {
  readonly #entries: InFlight[] = [];
  #nextTag = 1;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Resolves at the server's `+` for a command; rejects when the command is answered instead, or was before. */
  continuation(entry: InFlight): Promise<void> {
    if (!this.#entries.includes(entry)) return Promise.reject(answeredInstead());
    return new Promise((resolve, reject) => {
      entry.continuation = { resolve, reject };
    });
  }

  /** How many of them accept untagged responses of a kind. */
  accepting(kind: string): number {
    return this.#entries.filter(({ handlers }) => handlers?.accepts.has(kind)).length;
  }

  add(handlers: CommandHandlers | null): InFlight {
    let settle!: (status: StatusLine) => void;
    let fail!: (error: MailferryError) => void;
    const answer = new Promise<StatusLine>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    // Whoever waits sees the failure; an answer nobody waits for any more must not end the process.
    answer.catch(() => undefined);
    const entry: InFlight = {
      tag: `F${this.#nextTag++}`,
      handlers,
      answer,
      settle,
      fail,
      continuation: null,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** Hands an untagged response to whom it may answer; undefined when nobody asks to wait. */
  deliver(response: Untagged): Pending {
    const tag = response.answersTag;
    // Dovecot answers a search before it tags one that was sent earlier.
    if (tag !== null) return this.#entries.find((entry) => entry.tag === tag)?.handlers?.onUntagged(response);
    let pending: Pending;
    for (const receiver of this.#receiversOf(response.kind)) {
      const wait = receiver.onUntagged(response);
      pending = pending && wait ? Promise.all([pending, wait]).then(() => undefined) : (pending ?? wait);
    }
    return pending;
  }

  /** Who takes a literal inside of a response of this kind; null: nobody does. */
  literalSink(
    kind: string,
    parts: readonly ResponsePart[],
    sizeBytes: number,
  ): LiteralSink | null | Promise<LiteralSink | null> {
    for (const receiver of this.#receiversOf(kind)) {
      const sink = receiver.onLiteral?.(parts, sizeBytes);
      if (sink) return sink;
    }
    return null;
  }

  /** The first command that accepts it, and those that overhear and are about the same mailbox. */
  #receiversOf(kind: string): readonly CommandHandlers[] {
    const receivers: CommandHandlers[] = [];
    for (const { handlers } of this.#entries) {
      const isNew = handlers?.accepts.has(kind) === true && !receivers.includes(handlers);
      if (isNew && (receivers.length === 0 || handlers.overhears === true)) receivers.push(handlers);
      if (handlers?.selects) break;
    }
    return receivers;
  }

  /** The server's `+`, for the command that waits for one. */
  continued(): undefined {
    const entry = this.#entries.find((candidate) => candidate.continuation !== null);
    const waiting = entry?.continuation;
    if (entry) entry.continuation = null;
    waiting?.resolve();
  }

  /** A tagged answer; false when no command has this tag. */
  answered(tag: string, status: StatusLine): boolean {
    const index = this.#entries.findIndex((entry) => entry.tag === tag);
    const entry = this.#entries[index];
    if (!entry) return false;
    this.#entries.splice(index, 1);
    entry.continuation?.reject(answeredInstead());
    entry.settle(status);
    return true;
  }

  failAll(error: MailferryError): void {
    for (const entry of this.#entries.splice(0)) {
      entry.continuation?.reject(error);
      entry.fail(error);
    }
  }
}
