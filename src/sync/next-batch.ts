import { adaptedLimits, batchLength } from './batch-size.js';
import type { OutgoingMessage } from './outgoing.js';
import { ReadAhead } from './read-ahead.js';
import type { MailboxWork } from './run-context.js';
import type { TransferEnds } from './transfer-ends.js';

/** The batch after the one under way: it is asked for while the answer to that one is awaited. */
export class NextBatch {
  readonly #work: MailboxWork;
  readonly #ends: TransferEnds;
  #reading: ReadAhead | null = null;
  /** What is to be asked for once the connection is free for it. */
  #wanted: readonly OutgoingMessage[] | null = null;

  constructor(work: MailboxWork, ends: TransferEnds) {
    this.#work = work;
    this.#ends = ends;
  }

  /**
   * `free` resolves when nothing else is on its way that somebody may wait for before these messages are taken: servers
   * (Dovecot is one) send answers mixed, and the first octet of a message waits on the line.
   */
  begin(queue: readonly OutgoingMessage[], readMs: number, free: Promise<unknown>): void {
    const { batch, refusals, run, suspects } = this.#work;
    const { multiAppend } = this.#ends.session.facts.features;
    // What may be stored in part, and what may be the last of this run, is not read ahead.
    if (queue.length === 0 || multiAppend === 'unproven' || run.options.stopAfterBytes !== undefined) return;
    if (refusals > 0 || suspects.size > 0) return;
    const count = batchLength(queue, adaptedLimits(batch, readMs), suspects);
    const wanted = queue.slice(0, count);
    this.#wanted = wanted;
    const start = (): void => {
      if (this.#wanted === wanted) this.#reading = new ReadAhead(this.#ends.source, wanted, run.signal);
    };
    free.then(start, () => undefined);
  }

  /** What was begun, if it is what is to be carried now. */
  async take(queue: readonly OutgoingMessage[]): Promise<ReadAhead | null> {
    const reading = this.#reading;
    this.#wanted = null;
    if (!reading) return null;
    if (this.#work.refusals > 0 || reading.hasFailed || !reading.isHeadOf(queue)) {
      await this.drop();
      return null;
    }
    this.#reading = null;
    return reading;
  }

  async drop(): Promise<void> {
    const reading = this.#reading;
    this.#wanted = null;
    this.#reading = null;
    await reading?.drop();
  }

  /** Whatever is on its way is of no use to anybody; whoever uses the connection next waits for its end. */
  forget(): void {
    void this.drop();
  }
}
