import { asMailferryError, type MailferryError } from '../errors.js';
import { isSystemFlag } from '../model/flags.js';
import { UidSet } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import type { AppendStream, BodySink, Pending } from '../store/mail-store.js';
import { AppendAnswers, isRefusal } from './append-answers.js';
import { type HeldMessage, HeldMessages } from './held-messages.js';
import { AppendLedger, earlyIntent, type IntentBase, type OutgoingMessage } from './outgoing.js';
import { PromisedAppends } from './promised-appends.js';
import type { ReadAhead } from './read-ahead.js';
import { endIntent } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import type { TransferEnds } from './transfer-ends.js';
import type { TransferEvents } from './transfer-events.js';
import { unreadableUid } from './unreadable.js';

/** Octets between two notes to a progress display. */
const PROGRESS_BYTES = 256 * 1024;

export interface BatchResult {
  /** Stored and recorded. */
  readonly stored: UidSet;
  /** Asked for but not sent by the source. */
  readonly missing: UidSet;
}

/**
 * Streams one FETCH of messages into APPENDs at the destination: one for all where the server has MULTIAPPEND, else one
 * each, sent without waiting for the answers to those before. The last octet of an APPEND leaves only after its commit
 * record is on disk, so what happens to an APPEND can always be found out.
 */
export class BatchTransfer implements BodySink {
  readonly #work: MailboxWork;
  readonly #ends: TransferEnds;
  readonly #expected: Map<number, OutgoingMessage>;
  readonly #onePerAppend: boolean;
  readonly #mayKeepPart: boolean;
  #stream: AppendStream | null = null;
  #ledger = new AppendLedger();
  #early: Intent | null = null;
  /** Short messages with an APPEND each: their records are written together. null: each record is written by itself. */
  readonly #held: HeldMessages | null;
  readonly #promised: PromisedAppends;
  /** The record of what is on its way now, where it was written before. */
  #intent: Intent | null = null;
  #refusal: MailferryError | null = null;
  readonly #events: TransferEvents;
  readonly #ahead: ReadAhead | null;
  /** The message under way is not passed on: its APPEND was refused already. */
  #swallowing = false;
  readonly #answers: AppendAnswers;
  /** Settles when the APPEND that came to its end last is sent; whoever passes messages on may have gone meanwhile. */
  #ending: Promise<void> = Promise.resolve();
  #unreportedBytes = 0;
  #unreportedMessages = 0;

  constructor(
    work: MailboxWork,
    ends: TransferEnds,
    messages: readonly OutgoingMessage[],
    events: TransferEvents,
    ahead: ReadAhead | null = null,
  ) {
    this.#work = work;
    this.#ends = ends;
    this.#events = events;
    this.#ahead = ahead;
    this.#expected = new Map(messages.map((message) => [message.uid, message]));
    const { multiAppend } = ends.session.facts.features;
    this.#onePerAppend = multiAppend === 'none' || messages.length === 1;
    this.#mayKeepPart = !this.#onePerAppend && multiAppend === 'unproven';
    this.#answers = new AppendAnswers(work, ends, events, this.#mayKeepPart);
    const isAhead = this.#onePerAppend && messages.length > 1 && !work.appendsAlone;
    this.#promised = new PromisedAppends(work, () => this.#intentBase());
    this.#held = isAhead ? new HeldMessages(this, (held) => this.#promise(held)) : null;
  }

  run(): Promise<BatchResult> {
    return this.#run().finally(() => {
      this.#promised.withdraw();
      // Its last octet was never sent.
      if (this.#intent) endIntent(this.#work, this.#intent.id, 'void');
    });
  }

  async #run(): Promise<BatchResult> {
    const { signal } = this.#work.run;
    const wanted = [...this.#expected.values()];
    if (this.#mayKeepPart) {
      this.#early = earlyIntent(wanted, this.#intentBase());
      this.#record(this.#early);
      await this.#work.run.options.state.commit();
    }
    const unreadable = await this.#fetch(UidSet.from(this.#expected.keys()), signal).catch(
      async (error: unknown) => {
        // What is on its way is nearly always answered, and then nobody has to look for it.
        await this.#answers.all().catch(() => undefined);
        throw error;
      },
    );
    if (this.#stream) await this.#commit();
    else if (this.#early) endIntent(this.#work, this.#early.id, 'void');
    await this.#answers.all();
    await this.#answers.locate();
    return { stored: this.#answers.stored, missing: unreadable ?? UidSet.from(this.#expected.keys()) };
  }

  /** The first message that has not arrived whole from the source. */
  get unread(): OutgoingMessage | undefined {
    return this.#ledger.unfinished ?? [...this.#expected.values()].find(({ uid }) => !this.#held?.has(uid));
  }

  /** Returns the message at which the source gave up, null when it did not; what came before it is good. */
  async #fetch(uids: UidSet, signal: AbortSignal): Promise<UidSet | null> {
    const { onRead } = this.#events;
    try {
      // What is read ahead has often come before it is passed on.
      this.#ahead?.read.then(onRead, () => undefined);
      const sink = this.#held ?? this;
      await (this.#ahead?.into(sink) ?? this.#ends.source.bodies(uids, sink, signal));
      if (!this.#ahead) onRead();
      await this.#held?.pass();
      return null;
    } catch (error) {
      const uid = unreadableUid(error);
      const isBroken = uid === null || this.#ledger.unfinished !== undefined || this.#held?.isUnfinished;
      // What came before is good. No end of an APPEND may leave once this is over.
      await this.#ending.catch(() => undefined);
      await this.#held?.pass().catch((reason: unknown) => {
        if (!isBroken) throw reason;
      });
      if (isBroken) throw error;
      return UidSet.of(uid);
    }
  }

  start(uid: number, sizeBytes: number): Pending {
    this.#answers.throwIfFailed();
    const message = this.#expected.get(uid);
    // A second row for a message, or one after a refusal: its octets are read and dropped.
    this.#swallowing = message === undefined || this.#refusal !== null || this.#answers.isOver;
    this.#expected.delete(uid);
    if (!message || this.#swallowing) return undefined;
    const promised = this.#promised.take(uid);
    this.#intent = promised?.intent ?? null;
    if (promised) this.#ledger = promised.ledger;
    else this.#ledger.begin(message, sizeBytes);
    this.#stream ??= this.#ends.session.append(this.#ends.destination.snapshot.name, this.#work.run.signal);
    const { flags, internalDate } = message;
    return this.#heed(this.#stream.begin({ flags, internalDate, sizeBytes }));
  }

  chunk(data: Buffer): Pending {
    if (this.#swallowing || !this.#stream) return undefined;
    this.#ledger.update(data);
    this.#report(data.length);
    return this.#heed(this.#stream.write(data));
  }

  end(): Pending {
    if (!this.#stream) return undefined;
    if (!this.#swallowing) {
      this.#ledger.end();
      this.#unreportedMessages++;
    }
    if (!this.#onePerAppend) return undefined;
    this.#ending = this.#commit();
    return this.#ending;
  }

  /** Waits for the destination; a refusal is remembered while the rest of the FETCH is read and dropped. */
  #heed(wait: Pending): Pending {
    return wait?.catch((thrown: unknown) => {
      const error = asMailferryError(thrown);
      if (!isRefusal(error)) throw error;
      this.#refusal = error;
      this.#swallowing = true;
      this.#ledger.end();
    });
  }

  async #commit(): Promise<void> {
    const stream = this.#stream as AppendStream;
    const ledger = this.#ledger;
    const promised = this.#intent;
    this.#stream = null;
    this.#ledger = new AppendLedger();
    this.#intent = null;
    const refusal = this.#refusal;
    if (refusal) {
      this.#refusal = null;
      await this.#answers.refused(ledger.messages, this.#early ?? promised, refusal);
      return;
    }
    const intent = promised ?? (await this.#promiseNow(ledger));
    if (promised) this.#work.run.lastOctetsMs.set(promised.id, Date.now());
    await this.#answers.sent(ledger.messages, intent, stream.commit(), this.#mayGoOn(ledger.messages));
  }

  async #promiseNow(ledger: AppendLedger): Promise<Intent> {
    // A record made before the first octet keeps its id, but what counts is when the last octet left.
    const intent = ledger.intent({ ...(this.#early ?? this.#intentBase()), writtenAtMs: Date.now() });
    this.#record(intent);
    await this.#work.run.options.state.commit();
    return intent;
  }

  /** None for what will not be sent. */
  async #promise(held: readonly HeldMessage[]): Promise<void> {
    this.#answers.throwIfFailed();
    if (this.#refusal || this.#answers.isOver) return;
    await this.#promised.promise(
      held.flatMap((one) => {
        const message = this.#expected.get(one.uid);
        return message ? [{ message, held: one }] : [];
      }),
    );
  }

  /** One that may be refused for its keywords, and tried again without, is waited for: the order stays. */
  #mayGoOn(messages: readonly OutgoingMessage[]): boolean {
    if (!this.#onePerAppend || this.#work.appendsAlone) return false;
    return messages.every(({ flags }) => flags.every(isSystemFlag));
  }

  #intentBase(): IntentBase {
    const { source, destination } = this.#ends;
    return {
      id: this.#work.run.options.state.nextIntentId(),
      side: 'b',
      sourceUidValidity: source.snapshot.uidValidity,
      uidValidity: destination.snapshot.uidValidity,
      uidNext: this.#work.destinationUidNext,
      writtenAtMs: Date.now(),
    };
  }

  #record(intent: Intent): void {
    this.#work.run.options.state.record({ t: 'intent', key: this.#work.pair.key, intent });
  }

  #report(bytes: number): void {
    this.#unreportedBytes += bytes;
    if (this.#unreportedBytes < PROGRESS_BYTES) return;
    const moved = { sizeBytes: this.#unreportedBytes, messages: this.#unreportedMessages };
    this.#work.run.emit({ type: 'bytes-moved', mailbox: this.#work.display, ...moved });
    this.#unreportedBytes = 0;
    this.#unreportedMessages = 0;
  }
}
