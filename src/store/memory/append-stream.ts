import type { WireName } from '../../model/mailbox.js';
import type { AppendMessage, AppendResult, AppendStream, Pending } from '../mail-store.js';
import type { Draft } from './admission.js';
import type { AppendTarget } from './append-target.js';
import type { MemoryConnection } from './connection.js';
import { misuse } from './refusal.js';

/** Octets taken before the caller has to wait a turn. */
const TURN_BYTES = 256 * 1024;

interface Literal {
  readonly message: AppendMessage;
  readonly chunks: Buffer[];
  missingBytes: number;
}

/** One APPEND on its way to the in-memory server, which gets to see it whole at {@link commit} only. */
export class MemoryAppendStream implements AppendStream {
  readonly #connection: MemoryConnection;
  readonly #mailbox: WireName;
  readonly #target: AppendTarget;
  readonly #signal: AbortSignal;
  readonly #literals: Literal[] = [];
  #state: 'new' | 'open' | 'committed' | 'ended' = 'new';
  #failure: { readonly reason: unknown } | null = null;
  #cutAfterBytes = Number.POSITIVE_INFINITY;
  #sentBytes = 0;
  #turnAtBytes = TURN_BYTES;

  /** Claims the connection until the stream has ended. */
  constructor(connection: MemoryConnection, mailbox: WireName, target: AppendTarget, signal: AbortSignal) {
    this.#connection = connection;
    this.#mailbox = mailbox;
    this.#target = target;
    this.#signal = signal;
    connection.startStream();
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  begin(message: AppendMessage): Pending {
    const failed = this.#failed();
    if (failed) return failed;
    if (this.#state === 'ended' || this.#state === 'committed') throw misuse('the APPEND has ended');
    const last = this.#literals.at(-1);
    if (last && last.missingBytes > 0) throw misuse('the message before is not complete');
    if (last && !this.#target.takesMany()) throw misuse('this server takes one message an APPEND');
    if (this.#state === 'new') return this.#start(message);
    if (last) this.#target.receive(draftOf(last));
    return this.#open(message);
  }

  write(chunk: Buffer): Pending {
    const failed = this.#failed();
    if (failed) return failed;
    const literal = this.#literals.at(-1);
    if (this.#state !== 'open' || !literal) throw misuse('no message of the APPEND has begun');
    if (chunk.length > literal.missingBytes) throw misuse('more octets than the message was said to have');
    literal.chunks.push(Buffer.from(chunk));
    literal.missingBytes -= chunk.length;
    this.#sentBytes += chunk.length;
    if (this.#sentBytes >= this.#cutAfterBytes) {
      return Promise.reject(this.#fail(this.#connection.lose('cut in the middle of an APPEND')));
    }
    if (this.#sentBytes < this.#turnAtBytes) return undefined;
    this.#turnAtBytes = this.#sentBytes + TURN_BYTES;
    return this.#turn();
  }

  async commit(): Promise<AppendResult> {
    const failed = this.#failed();
    if (failed) await failed;
    const last = this.#literals.at(-1);
    if (this.#state !== 'open' || !last || last.missingBytes > 0) throw misuse('the APPEND is not complete');
    const drafts = this.#literals.map(draftOf);
    this.#state = 'committed';
    const request = { kind: 'append-commit', mailbox: this.#mailbox, messages: drafts.length } as const;
    try {
      return await this.#connection.commitStream(request, this.#signal, () => this.#target.store(drafts));
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#end();
    }
  }

  abandon(): void {
    if (this.#state === 'ended') return;
    this.#fail(this.#connection.lose('an APPEND was broken off'));
  }

  async #start(message: AppendMessage): Promise<void> {
    this.#state = 'open';
    try {
      await this.#connection.exchange({ kind: 'append', mailbox: this.#mailbox }, this.#signal, (effects) => {
        this.#cutAfterBytes = effects.cutAfterBytes;
      });
    } catch (error) {
      throw this.#fail(error);
    }
    await this.#open(message);
  }

  /** Lets the rest of the program have its turn. */
  #turn(): Promise<void> {
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    return this.#connection.process.outlive(() => this.#connection.wait(turn, this.#signal));
  }

  #open(message: AppendMessage): Pending {
    try {
      this.#target.announce(message.sizeBytes);
    } catch (error) {
      return Promise.reject(this.#fail(error));
    }
    this.#literals.push({ message, chunks: [], missingBytes: message.sizeBytes });
    return undefined;
  }

  /** Nothing more can be done with this stream, when it has failed or its connection has. */
  #failed(): Promise<never> | undefined {
    if (this.#connection.process.isKilled) return this.#connection.process.end();
    if (!this.#failure && this.#connection.failure) this.#fail(this.#connection.failure);
    return this.#failure ? Promise.reject(this.#failure.reason) : undefined;
  }

  /** The first reason stands. */
  #fail(reason: unknown): unknown {
    this.#failure ??= { reason };
    this.#end();
    return this.#failure.reason;
  }

  #end(): void {
    if (this.#state === 'ended') return;
    // After the end was sent the connection is somebody else's.
    if (this.#state !== 'committed') this.#connection.endStream();
    this.#state = 'ended';
    this.#literals.length = 0;
    this.#signal.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#fail(this.#signal.reason);
    this.#connection.lose('an APPEND was broken off');
  };
}

function draftOf({ message, chunks }: Literal): Draft {
  const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  return { flags: message.flags, internalDate: message.internalDate, body };
}
