import { asMailferryError, type MailferryError } from '../errors.js';
import { type UidSet, UidSetBuilder } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import type { AppendResult } from '../store/mail-store.js';
import { AppendsInFlight } from './appends-in-flight.js';
import type { OutgoingMessage } from './outgoing.js';
import { endIntent } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import { recordFound, recordKept, recordStored } from './stored.js';
import type { TransferEnds } from './transfer-ends.js';
import type { TransferEvents } from './transfer-events.js';

/** An answered APPEND whose UIDs need a look before they are believed. */
interface Doubtful {
  readonly intent: Intent;
  readonly assigned: NonNullable<AppendResult['assigned']>;
}

/** What became of the APPENDs of one transfer, by what the destination answered. */
export class AppendAnswers {
  readonly #work: MailboxWork;
  readonly #ends: TransferEnds;
  readonly #events: TransferEvents;
  readonly #inFlight = new AppendsInFlight();
  readonly #stored = new UidSetBuilder();
  /** Stored, but not told where: looked for once the FETCH is over, as the look may have to read the source. */
  readonly #unlocated: Intent[] = [];
  readonly #doubtful: Doubtful[] = [];
  readonly #mayKeepPart: boolean;
  #isOver = false;
  #answeredAtMs = 0;
  #isAnyMissing = false;

  /** `mayKeepPart`: nobody has seen that the server stores all of a MULTIAPPEND or nothing. */
  constructor(work: MailboxWork, ends: TransferEnds, events: TransferEvents, mayKeepPart: boolean) {
    this.#work = work;
    this.#ends = ends;
    this.#events = events;
    this.#mayKeepPart = mayKeepPart;
  }

  /** A refused message is to be tried again before those that follow it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Stored and recorded. */
  get stored(): UidSet {
    return this.#stored.build();
  }

  throwIfFailed(): void {
    this.#inFlight.throwIfFailed();
  }

  /** All octets of these messages have left, and `answer` is awaited. Resolves when the next may be sent. */
  async sent(
    messages: readonly OutgoingMessage[],
    intent: Intent,
    answer: Promise<AppendResult>,
    mayGoOn: boolean,
  ): Promise<void> {
    // It may come before its turn.
    answer.catch(() => undefined);
    this.#inFlight.add(() => this.#settle(messages, intent, answer));
    await (mayGoOn ? this.#inFlight.room() : this.#inFlight.all());
  }

  /** Resolves when everything that was sent is answered; rejects with what the first that failed did. */
  all(): Promise<void> {
    return this.#inFlight.all();
  }

  /** Finds what was stored without being told where, once nothing else is read or sent. */
  async locate(): Promise<void> {
    if (this.#doubtful.length + this.#unlocated.length > 0) await this.#events.beforeLook();
    for (const { intent, assigned } of this.#doubtful)
      await recordStored(this.#work, this.#ends, intent, assigned);
    await recordFound(this.#work, this.#ends, this.#unlocated);
  }

  /** Where no more is known than that the server said no, part of a MULTIAPPEND may be stored: that is found first. */
  async refused(
    messages: readonly OutgoingMessage[],
    intent: Intent | null,
    error: MailferryError,
  ): Promise<void> {
    if (!this.#mayKeepPart || !intent) {
      if (intent) {
        endIntent(this.#work, intent.id, 'void');
        this.#noteAnswer(intent.id);
      }
      this.#noteRefused(messages, error);
      return;
    }
    this.#work.run.answered.add(intent.id);
    this.#noteRefused(messages, error);
    for (const uid of await recordKept(this.#work, this.#ends, intent)) this.#stored.add(uid);
    endIntent(this.#work, intent.id, 'void');
  }

  async #settle(
    messages: readonly OutgoingMessage[],
    intent: Intent,
    answer: Promise<AppendResult>,
  ): Promise<void> {
    let assigned: AppendResult['assigned'];
    try {
      ({ assigned } = await answer);
    } catch (thrown) {
      const error = asMailferryError(thrown);
      if (isRefusal(error)) return await this.refused(messages, intent, error);
      this.#noteMissing(intent.id);
      // Some servers lose a command that follows a literal too soon.
      this.#work.appendsAlone = true;
      throw error;
    }
    this.#noteAnswer(intent.id);
    // From here on the messages are stored: no error of finding out where may be taken for a refusal.
    if (assigned) await this.#believe(intent, assigned);
    else this.#locateLater(intent);
    for (const { uid } of messages) this.#stored.add(uid);
  }

  /** When the source breaks before that, whoever looks after what was on its way knows that it is stored. */
  #locateLater(intent: Intent): void {
    this.#work.run.accepted.add(intent.id);
    this.#unlocated.push(intent);
  }

  /** Others may have been stored since the record was made, so that a UID above its uidNext need not be new. */
  async #believe(sent: Intent, assigned: NonNullable<AppendResult['assigned']>): Promise<void> {
    const { destinationUidNext } = this.#work;
    const intent = { ...sent, uidNext: Math.max(sent.uidNext, destinationUidNext) };
    const isNew = assigned.uids.every((uid) => uid >= intent.uidNext);
    // A look opens the mailbox, for which no APPEND may be on its way.
    if (isNew) await recordStored(this.#work, this.#ends, intent, assigned);
    else this.#doubtful.push({ intent, assigned });
  }

  #noteAnswer(id: number): void {
    this.#work.run.lastOctetsMs.delete(id);
    this.#answeredAtMs = Date.now();
  }

  /** A server that has them all takes up one after the other: nobody knows when those behind the first had their turn. */
  #noteMissing(id: number): void {
    const { lastOctetsMs } = this.#work.run;
    const sentMs = lastOctetsMs.get(id);
    if (this.#isAnyMissing) lastOctetsMs.set(id, Number.POSITIVE_INFINITY);
    else if (sentMs !== undefined) lastOctetsMs.set(id, Math.max(sentMs, this.#answeredAtMs));
    this.#isAnyMissing = true;
  }

  #noteRefused(messages: readonly OutgoingMessage[], error: MailferryError): void {
    const isTriedAgain = this.#events.onRefused(messages, error);
    this.#isOver ||= isTriedAgain;
  }
}

/** The server said no, so nothing was stored; anything else leaves that open. */
export function isRefusal(error: MailferryError): boolean {
  return (
    !['CONNECTION_LOST', 'SERVER_SILENT', 'PROTOCOL_ERROR', 'INTERRUPTED', 'INTERNAL'].includes(error.code) &&
    error.scope !== 'run'
  );
}
