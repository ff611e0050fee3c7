import type { WireName } from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import type { UidSet } from '../../model/uid-set.js';
import type { FlagsQuery, FlagsReport, MailboxReads, StoreFacts } from '../mail-store.js';
import { fetchFlags, fetchHeaders, fetchMetadata } from './fetch-rows.js';
import { located, misuse } from './located.js';
import { existingUids, search } from './search.js';
import type { Connection } from './wire/connection.js';

/** Where a mailbox is selected, or is about to be: what is asked comes behind the SELECT. */
export interface SelectedOn {
  readonly connection: Connection;
  readonly facts: StoreFacts;
  readonly account: string;
  readonly mailbox: WireName;
}

/** What a mailbox can be asked as soon as its SELECT has been sent. */
export class ImapReads implements MailboxReads {
  readonly #on: SelectedOn;
  readonly #isUsable: () => boolean;

  constructor(on: SelectedOn, isUsable: () => boolean) {
    this.#on = on;
    this.#isUsable = isUsable;
  }

  existing(within: UidSet, signal: AbortSignal): Promise<UidSet> {
    const { connection, facts, mailbox } = this.#on;
    return this.located(() => existingUids(connection, facts.features, mailbox, within, signal));
  }

  uids(signal: AbortSignal): Promise<UidSet> {
    const { connection, facts, mailbox } = this.#on;
    return this.located(() => search(connection, facts.features, mailbox, 'ALL', signal));
  }

  flags(query: FlagsQuery, signal: AbortSignal): Promise<FlagsReport> {
    return this.located(() => fetchFlags(this.#on, this.#on.facts.features, query, signal));
  }

  metadata(uids: UidSet, signal: AbortSignal): Promise<MessageMetadata[]> {
    return this.located(() => fetchMetadata(this.#on, uids, signal));
  }

  headers(
    uids: UidSet,
    fields: readonly string[],
    onRow: (row: MessageHeaders) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.located(() => fetchHeaders(this.#on, uids, fields, onRow, signal));
  }

  /** Sends at once what `run` sends; errors get to know where they happened. */
  protected async located<T>(run: () => Promise<T>): Promise<T> {
    const { account, mailbox } = this.#on;
    if (!this.#isUsable()) throw misuse(`the mailbox ${mailbox} is no longer open`);
    return await located(account, mailbox, run);
  }
}
