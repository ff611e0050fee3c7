import { adaptedLimits, batchLength } from './batch-size.js';
import type { OutgoingMessage } from './outgoing.js';
import { ReadAhead } from './read-ahead.js';
import type { MailboxWork } from './run-context.js';
import type { TransferEnds } from './transfer.js';

/** The batch after the one under way: it is asked for while the answer to that one is awaited. */
export class NextBatch {
  readonly #work: MailboxWork;
  readonly #ends: TransferEnds;
  #reading: ReadAhead | null = null;

  constructor(work: MailboxWork, ends: TransferEnds) {
    this.#work = work;
    this.#ends = ends;
  }

  begin(queue: readonly OutgoingMessage[], readMs: number): void {
    const { batch, refusals, run, suspects } = this.#work;
    const { multiAppend } = this.#ends.session.facts.features;
    // What is written down before the first octet, and what may be the last of this run, is not read ahead.
    if (queue.length === 0 || multiAppend === 'unproven' || run.options.stopAfterBytes !== undefined) return;
    if (refusals > 0 || suspects.size > 0) return;
    const count = batchLength(queue, adaptedLimits(batch, readMs), suspects);
    this.#reading = new ReadAhead(this.#ends.source, queue.slice(0, count), run.signal);
  }

  /** What was begun, if it is what is to be carried now. */
  async take(queue: readonly OutgoingMessage[]): Promise<ReadAhead | null> {
    const reading = this.#reading;
    if (!reading) return null;
    if (this.#work.refusals > 0 || !reading.isHeadOf(queue)) {
      await this.drop();
      return null;
    }
    this.#reading = null;
    return reading;
  }

  async drop(): Promise<void> {
    const reading = this.#reading;
    this.#reading = null;
    await reading?.drop();
  }

  /** Whatever is on its way is of no use to anybody; whoever uses the connection next waits for its end. */
  forget(): void {
    void this.drop();
  }
}
