import type { BodySink, Pending } from '../store/mail-store.js';

/** Longer messages are passed on as they come. */
const SHORT_BYTES = 256 * 1024;
const MOST_MESSAGES = 20;
const MOST_BYTES = 1024 * 1024;

/** A message that is held whole. */
export interface HeldMessage {
  readonly uid: number;
  readonly sizeBytes: number;
  readonly chunks: readonly Buffer[];
}

/**
 * Holds short messages until there are some, so that what has to be done before the first octet of each may be done for
 * all at once. They are passed on in the order in which they came.
 */
export class HeldMessages implements BodySink {
  readonly #sink: BodySink;
  readonly #beforePassing: (messages: readonly HeldMessage[]) => Promise<void>;
  #held: HeldMessage[] = [];
  #heldBytes = 0;
  /** What was passed on last, and how that went. */
  #passed: readonly HeldMessage[] = [];
  #passing: Promise<void> = Promise.resolve();
  #open: (HeldMessage & { readonly chunks: Buffer[] }) | null = null;

  constructor(sink: BodySink, beforePassing: (messages: readonly HeldMessage[]) => Promise<void>) {
    this.#sink = sink;
    this.#beforePassing = beforePassing;
  }

  /** Whether all of this message has come, even if what was to be done with it failed. */
  has(uid: number): boolean {
    return [...this.#passed, ...this.#held].some((message) => message.uid === uid);
  }

  /** Whether the octets of a message are not all here. */
  get isUnfinished(): boolean {
    return this.#open !== null;
  }

  start(uid: number, sizeBytes: number): Pending {
    if (sizeBytes <= SHORT_BYTES) {
      this.#open = { uid, sizeBytes, chunks: [] };
      return undefined;
    }
    if (this.#held.length === 0) return this.#sink.start(uid, sizeBytes);
    return this.pass().then(() => this.#sink.start(uid, sizeBytes));
  }

  chunk(data: Buffer): Pending {
    if (!this.#open) return this.#sink.chunk(data);
    this.#open.chunks.push(data);
    return undefined;
  }

  end(): Pending {
    if (!this.#open) return this.#sink.end();
    this.#held.push(this.#open);
    this.#heldBytes += this.#open.sizeBytes;
    this.#open = null;
    const isFull = this.#held.length >= MOST_MESSAGES || this.#heldBytes >= MOST_BYTES;
    return isFull ? this.pass() : undefined;
  }

  /** Passes on what is held; settles when nothing is under way any more. */
  pass(): Promise<void> {
    const messages = this.#held;
    if (messages.length === 0) return this.#passing;
    this.#held = [];
    this.#heldBytes = 0;
    this.#passed = messages;
    this.#passing = this.#passAll(messages);
    return this.#passing;
  }

  async #passAll(messages: readonly HeldMessage[]): Promise<void> {
    await this.#beforePassing(messages);
    for (const { uid, sizeBytes, chunks } of messages) {
      await this.#sink.start(uid, sizeBytes);
      for (const chunk of chunks) await this.#sink.chunk(chunk);
      await this.#sink.end();
    }
  }
}
