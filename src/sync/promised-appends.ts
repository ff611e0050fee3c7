import type { Intent } from '../state/record.js';
import type { HeldMessage } from './held-messages.js';
import { AppendLedger, type IntentBase, type OutgoingMessage } from './outgoing.js';
import { endIntent } from './reconcile.js';
import type { MailboxWork } from './run-context.js';

/** An APPEND of one message whose commit record is on the disk. */
export interface PromisedAppend {
  readonly ledger: AppendLedger;
  readonly intent: Intent;
}

/** Commit records of several APPENDs that are made durable together, before the first octet of the first leaves. */
export class PromisedAppends {
  readonly #work: MailboxWork;
  readonly #intentBase: () => IntentBase;
  readonly #promised = new Map<number, PromisedAppend>();

  constructor(work: MailboxWork, intentBase: () => IntentBase) {
    this.#work = work;
    this.#intentBase = intentBase;
  }

  /** Resolves when all records are on the disk. */
  async promise(
    messages: readonly { readonly message: OutgoingMessage; readonly held: HeldMessage }[],
  ): Promise<void> {
    const { state } = this.#work.run.options;
    for (const { message, held } of messages) {
      // A server may send a message twice.
      if (this.#promised.has(message.uid)) continue;
      const ledger = new AppendLedger();
      ledger.begin(message, held.sizeBytes);
      for (const chunk of held.chunks) ledger.update(chunk);
      ledger.end();
      const intent = { ...ledger.intent(this.#intentBase()), ahead: true } as const;
      state.record({ t: 'intent', key: this.#work.pair.key, intent });
      this.#promised.set(message.uid, { ledger, intent });
    }
    await state.commit();
  }

  /** The one whose octets are sent now. */
  take(uid: number): PromisedAppend | null {
    const promised = this.#promised.get(uid) ?? null;
    this.#promised.delete(uid);
    return promised;
  }

  /** Of the others not one octet was sent. */
  withdraw(): void {
    for (const { intent } of this.#promised.values()) endIntent(this.#work, intent.id, 'void');
    this.#promised.clear();
  }
}
