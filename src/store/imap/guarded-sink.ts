import type { BodySink, Pending } from '../mail-store.js';
import { connectionLost } from './wire/failures.js';

/**
 * Passes bodies on and keeps what the receiver throws apart from what goes wrong with the server: to the connection
 * it is an answer that was cut off, to whoever asked for the bodies it is `failure.reason`, untouched. Once closed it
 * takes what still comes and passes nothing on.
 */
export class GuardedSink implements BodySink {
  readonly #sink: BodySink;
  readonly #account: string;
  #failure: { readonly reason: unknown } | null = null;
  #isClosed = false;

  constructor(sink: BodySink, account: string) {
    this.#sink = sink;
    this.#account = account;
  }

  get failure(): { readonly reason: unknown } | null {
    return this.#failure;
  }

  close(): void {
    this.#isClosed = true;
  }

  start(uid: number, sizeBytes: number): Pending {
    return this.#guard(() => this.#sink.start(uid, sizeBytes));
  }

  chunk(data: Buffer): Pending {
    return this.#guard(() => this.#sink.chunk(data));
  }

  end(): Pending {
    return this.#guard(() => this.#sink.end());
  }

  #guard(step: () => Pending): Pending {
    if (this.#isClosed) return undefined;
    try {
      return step()?.catch((reason: unknown) => this.#fail(reason));
    } catch (reason) {
      return this.#fail(reason);
    }
  }

  #fail(reason: unknown): never {
    this.#failure ??= { reason };
    throw connectionLost(this.#account, 'an answer was cut off', null, reason);
  }
}
