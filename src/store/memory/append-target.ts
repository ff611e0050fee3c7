import type { WireName } from '../../model/mailbox.js';
import type { AppendResult } from '../mail-store.js';
import type { AccountEnd } from './account-end.js';
import { checkSize, type Draft, storeMessages, writableMailbox } from './admission.js';

/** What the server does with an APPEND while it comes in. */
export class AppendTarget {
  readonly #server: AccountEnd;
  readonly #mailbox: WireName;
  /** UIDs of what a server that does not store all at once has stored so far. */
  readonly #stored: number[] = [];
  #refusal: { readonly reason: unknown } | null = null;

  constructor(server: AccountEnd, mailbox: WireName) {
    this.#server = server;
    this.#mailbox = mailbox;
  }

  takesMany(): boolean {
    return this.#server.traits.features.multiAppend !== 'none';
  }

  /** A literal's header has come: with synchronising literals the server may say no to the rest. */
  announce(sizeBytes: number): void {
    const { data, traits } = this.#server;
    if (traits.literals !== 'synchronising') return;
    writableMailbox(data, traits, this.#mailbox);
    checkSize(sizeBytes, traits, this.#mailbox);
  }

  /** A literal has come to its end and another one follows. What is wrong with it is said at the end. */
  receive(draft: Draft): void {
    const { data, traits } = this.#server;
    if (traits.multiAppendAtomic || this.#refusal) return;
    try {
      this.#stored.push(...storeMessages(data, traits, this.#mailbox, [draft]).uids);
    } catch (reason) {
      this.#refusal = { reason };
    }
  }

  /** The command has come to its end. Throws as storeMessages does. */
  store(drafts: readonly Draft[]): AppendResult {
    if (this.#refusal) throw this.#refusal.reason;
    const { data, traits } = this.#server;
    const rest = drafts.slice(this.#stored.length);
    const { uidValidity, uids } = storeMessages(data, traits, this.#mailbox, rest);
    return { assigned: traits.features.uidplus ? { uidValidity, uids: [...this.#stored, ...uids] } : null };
  }
}
