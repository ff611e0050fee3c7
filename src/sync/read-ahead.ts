import { UidSet } from '../model/uid-set.js';
import type { BodySink, OpenMailbox, Pending } from '../store/mail-store.js';
import type { OutgoingMessage } from './outgoing.js';

/**
 * Messages that are asked for before anybody can take them: the first of them waits on the line, so that nothing is held
 * in memory. Nothing else can be read on that connection until they are taken or dropped.
 */
export class ReadAhead implements BodySink {
  readonly messages: readonly OutgoingMessage[];
  readonly #reading: Promise<void>;
  #decide: (sink: BodySink | null) => void = () => undefined;
  readonly #decided: Promise<void>;
  /** null: what comes is dropped. */
  #sink: BodySink | null = null;
  #isDecided = false;

  constructor(source: OpenMailbox, messages: readonly OutgoingMessage[], signal: AbortSignal) {
    this.messages = messages;
    this.#decided = new Promise((resolve) => {
      this.#decide = (sink) => {
        this.#sink = sink;
        this.#isDecided = true;
        resolve();
      };
    });
    this.#reading = source.bodies(UidSet.from(messages.map(({ uid }) => uid)), this, signal);
    // It fails for whoever takes them.
    this.#reading.catch(() => undefined);
  }

  /** Whether these are what is to be carried first. */
  isHeadOf(queue: readonly OutgoingMessage[]): boolean {
    return this.messages.every(({ uid }, index) => queue[index]?.uid === uid);
  }

  /** Hands all of them over, and settles as the reading of them does. */
  into(sink: BodySink): Promise<void> {
    this.#decide(sink);
    return this.#reading;
  }

  /** Resolves when the connection is free again. */
  async drop(): Promise<void> {
    this.#decide(null);
    await this.#reading.catch(() => undefined);
  }

  start(uid: number, sizeBytes: number): Pending {
    if (this.#isDecided) return this.#sink?.start(uid, sizeBytes);
    return this.#decided.then(() => this.#sink?.start(uid, sizeBytes));
  }

  chunk(data: Buffer): Pending {
    return this.#sink?.chunk(data);
  }

  end(): Pending {
    return this.#sink?.end();
  }
}
