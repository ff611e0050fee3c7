import { UidSet } from '../model/uid-set.js';
import type { BodySink, OpenMailbox, Pending } from '../store/mail-store.js';
import type { OutgoingMessage } from './outgoing.js';

/** So much is held in memory; what comes after it waits on the line. */
const MOST_HELD_BYTES = 4 * 1024 * 1024;
/** What it takes besides octets to hold on to a part of a message. */
const STEP_BYTES = 64;

/**
 * Messages that are asked for before anybody can take them, so that the source works while the destination stores those
 * before. Nothing else can be read on that connection until they are taken or dropped.
 */
export class ReadAhead implements BodySink {
  readonly messages: readonly OutgoingMessage[];
  readonly askedMs = Date.now();
  readonly #reading: Promise<void>;
  /** What came before it was known who takes it, in order. */
  #held: ((sink: BodySink) => Pending)[] | null = [];
  #heldBytes = 0;
  #hasFailed = false;
  /** Once it takes what comes, everything that was held has gone before. null: what comes is dropped. */
  #sink: BodySink | null = null;
  #isPassing = false;
  #pass: (passed: Promise<void>) => void = () => undefined;
  readonly #passed: Promise<void>;

  constructor(source: OpenMailbox, messages: readonly OutgoingMessage[], signal: AbortSignal) {
    this.messages = messages;
    this.#passed = new Promise((resolve) => {
      this.#pass = resolve;
    });
    // Whoever takes them, and what comes after, hears of a failure.
    this.#passed.catch(() => undefined);
    this.#reading = source.bodies(UidSet.from(messages.map(({ uid }) => uid)), this, signal);
    this.#reading.catch(() => {
      this.#hasFailed = true;
    });
  }

  /** Whether the reading has ended too early: what was held of it is not worth to be passed on. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether these are what is to be carried first. */
  isHeadOf(queue: readonly OutgoingMessage[]): boolean {
    return this.messages.every(({ uid }, index) => queue[index]?.uid === uid);
  }

  /** Settles when the last octet has come, whoever has it by then. */
  get read(): Promise<void> {
    return this.#reading;
  }

  /** Hands all of them over, and settles as the reading of them does, or with what `sink` throws. */
  async into(sink: BodySink): Promise<void> {
    this.#pass(this.#passHeld(sink));
    try {
      await this.#passed;
    } catch (error) {
      await this.#reading.catch(() => undefined);
      throw error;
    }
    await this.#reading;
  }

  /** Resolves when the connection is free again. */
  async drop(): Promise<void> {
    this.#held = null;
    this.#isPassing = true;
    this.#pass(Promise.resolve());
    await this.#reading.catch(() => undefined);
  }

  start(uid: number, sizeBytes: number): Pending {
    if (this.#isPassing) return this.#sink?.start(uid, sizeBytes);
    return this.#hold((sink) => sink.start(uid, sizeBytes), 0);
  }

  chunk(data: Buffer): Pending {
    if (this.#isPassing) return this.#sink?.chunk(data);
    return this.#hold((sink) => sink.chunk(data), data.length);
  }

  end(): Pending {
    if (this.#isPassing) return this.#sink?.end();
    return this.#hold((sink) => sink.end(), 0);
  }

  #hold(step: (sink: BodySink) => Pending, sizeBytes: number): Pending {
    if (this.#held && this.#heldBytes < MOST_HELD_BYTES) {
      this.#heldBytes += sizeBytes + STEP_BYTES;
      this.#held.push(step);
      return undefined;
    }
    return this.#passed.then(() => (this.#sink ? step(this.#sink) : undefined));
  }

  async #passHeld(sink: BodySink): Promise<void> {
    const held = this.#held ?? [];
    // From now on what comes waits its turn on the line.
    this.#held = null;
    for (const step of held) {
      const wait = step(sink);
      if (wait) await wait;
    }
    this.#sink = sink;
    this.#isPassing = true;
  }
}
