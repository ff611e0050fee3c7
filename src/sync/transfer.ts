import { asMailferryError, type MailferryError } from '../errors.js';
import { isSystemFlag } from '../model/flags.js';
import { UidSet, UidSetBuilder } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import type {
  AppendResult,
  AppendStream,
  BodySink,
  MailSession,
  OpenMailbox,
  Pending,
} from '../store/mail-store.js';
import { AppendsInFlight } from './appends-in-flight.js';
import { AppendLedger, earlyIntent, type IntentBase, type OutgoingMessage } from './outgoing.js';
import type { ReadAhead } from './read-ahead.js';
import type { MailboxWork } from './run-context.js';
import { recordFound, recordKept, recordStored } from './stored.js';
import type { TransferEvents } from './transfer-events.js';
import { unreadableUid } from './unreadable.js';

/** Octets between two notes to a progress display. */
const PROGRESS_BYTES = 256 * 1024;

/** An answered APPEND whose UIDs need a look before they are believed. */
interface Doubtful {
  readonly intent: Intent;
  readonly assigned: NonNullable<AppendResult['assigned']>;
}

/** What a transfer reads and writes. */
export interface TransferEnds {
  readonly source: OpenMailbox;
  /** The session that appends; the destination mailbox is selected on it. */
  readonly session: MailSession;
  readonly destination: OpenMailbox;
}

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
  #stream: AppendStream | null = null;
  #ledger = new AppendLedger();
  #early: Intent | null = null;
  #refusal: MailferryError | null = null;
  readonly #events: TransferEvents;
  readonly #ahead: ReadAhead | null;
  /** The message under way is not passed on: its APPEND was refused already. */
  #swallowing = false;
  /** A refused message is to be tried again before those that follow it. */
  #isOver = false;
  readonly #stored = new UidSetBuilder();
  /** Stored, but not told where: looked for once the FETCH is over, as the look may have to read the source. */
  readonly #unlocated: Intent[] = [];
  readonly #doubtful: Doubtful[] = [];
  readonly #inFlight = new AppendsInFlight();
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
    this.#onePerAppend = ends.session.facts.features.multiAppend === 'none' || messages.length === 1;
  }

  async run(): Promise<BatchResult> {
    const { signal } = this.#work.run;
    const wanted = [...this.#expected.values()];
    if (!this.#onePerAppend && this.#ends.session.facts.features.multiAppend === 'unproven') {
      this.#early = earlyIntent(wanted, this.#intentBase());
      this.#record(this.#early);
      await this.#work.run.options.state.commit();
    }
    const unreadable = await this.#fetch(UidSet.from(this.#expected.keys()), signal).catch(
      async (error: unknown) => {
        // What is on its way is nearly always answered, and then nobody has to look for it.
        await this.#inFlight.all().catch(() => undefined);
        throw error;
      },
    );
    if (this.#stream) await this.#commit();
    else if (this.#early) this.#endIntent(this.#early.id);
    await this.#inFlight.all();
    if (this.#doubtful.length + this.#unlocated.length > 0) await this.#events.beforeLook();
    for (const { intent, assigned } of this.#doubtful)
      await recordStored(this.#work, this.#ends, intent, assigned);
    await recordFound(this.#work, this.#ends, this.#unlocated);
    return { stored: this.#stored.build(), missing: unreadable ?? UidSet.from(this.#expected.keys()) };
  }

  /** The first message that has not arrived whole from the source. */
  get unread(): OutgoingMessage | undefined {
    return this.#ledger.unfinished ?? this.#expected.values().next().value;
  }

  /** Returns the message at which the source gave up, null when it did not; what came before it is good. */
  async #fetch(uids: UidSet, signal: AbortSignal): Promise<UidSet | null> {
    const { onRead } = this.#events;
    try {
      // What is read ahead has often come before it is passed on.
      this.#ahead?.read.then(onRead, () => undefined);
      await (this.#ahead?.into(this) ?? this.#ends.source.bodies(uids, this, signal));
      if (!this.#ahead) onRead();
      return null;
    } catch (error) {
      const uid = unreadableUid(error);
      if (uid === null || this.#ledger.unfinished) throw error;
      return UidSet.of(uid);
    }
  }

  start(uid: number, sizeBytes: number): Pending {
    this.#inFlight.throwIfFailed();
    const message = this.#expected.get(uid);
    // A second row for a message, or one after a refusal: its octets are read and dropped.
    this.#swallowing = message === undefined || this.#refusal !== null || this.#isOver;
    this.#expected.delete(uid);
    if (!message || this.#swallowing) return undefined;
    this.#ledger.begin(message, sizeBytes);
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
    return this.#onePerAppend ? this.#commit() : undefined;
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
    this.#stream = null;
    this.#ledger = new AppendLedger();
    const refusal = this.#refusal;
    if (refusal) {
      this.#refusal = null;
      await this.#endRefused(ledger.messages, this.#early, refusal);
      return;
    }
    // A record made before the first octet keeps its id, but what counts is when the last octet left.
    const intent = ledger.intent({ ...(this.#early ?? this.#intentBase()), writtenAtMs: Date.now() });
    this.#record(intent);
    await this.#work.run.options.state.commit();
    const answer = stream.commit();
    // It may come before its turn.
    answer.catch(() => undefined);
    this.#inFlight.add(() => this.#settle(ledger.messages, intent, answer));
    await (this.#mayGoOn(ledger.messages) ? this.#inFlight.room() : this.#inFlight.all());
  }

  /** One that may be refused for its keywords, and tried again without, is waited for: the order stays. */
  #mayGoOn(messages: readonly OutgoingMessage[]): boolean {
    if (!this.#onePerAppend || this.#work.appendsAlone) return false;
    return messages.every(({ flags }) => flags.every(isSystemFlag));
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
      if (isRefusal(error)) return await this.#endRefused(messages, intent, error);
      // Some servers lose a command that follows a literal too soon.
      this.#work.appendsAlone = true;
      throw error;
    }
    // From here on the messages are stored: no error of finding out where may be taken for a refusal.
    if (assigned) await this.#believe(intent, assigned);
    else this.#unlocated.push(intent);
    for (const { uid } of messages) this.#stored.add(uid);
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

  /** Where no more is known than that the server said no, part of a MULTIAPPEND may be stored: that is found first. */
  async #endRefused(
    messages: readonly OutgoingMessage[],
    intent: Intent | null,
    error: MailferryError,
  ): Promise<void> {
    if (!this.#early || !intent) {
      if (intent) this.#endIntent(intent.id);
      this.#noteRefused(messages, error);
      return;
    }
    this.#work.run.answered.add(intent.id);
    this.#noteRefused(messages, error);
    for (const uid of await recordKept(this.#work, this.#ends, intent)) this.#stored.add(uid);
    this.#endIntent(intent.id);
  }

  #noteRefused(messages: readonly OutgoingMessage[], error: MailferryError): void {
    const isTriedAgain = this.#events.onRefused(messages, error);
    this.#isOver ||= isTriedAgain;
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

  #endIntent(id: number): void {
    this.#work.run.options.state.record({ t: 'intent-end', key: this.#work.pair.key, id, outcome: 'void' });
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

/** The server said no, so nothing was stored; anything else leaves that open. */
function isRefusal(error: MailferryError): boolean {
  return (
    !['CONNECTION_LOST', 'SERVER_SILENT', 'PROTOCOL_ERROR', 'INTERRUPTED', 'INTERNAL'].includes(error.code) &&
    error.scope !== 'run'
  );
}
