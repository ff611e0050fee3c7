import { MailferryError } from '../../errors.js';
import type { MailboxSnapshot, WireName } from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import type { UidSet } from '../../model/uid-set.js';
import type {
  BodySink,
  CopyResult,
  FlagsQuery,
  FlagsReport,
  OpenMailbox,
  StoreFacts,
} from '../mail-store.js';
import { copyMessages } from './copy-messages.js';
import { fetchEmailIds, findEmailIds } from './email-ids.js';
import type { Quirks } from './features.js';
import { fetchBodies } from './fetch-bodies.js';
import { fetchFlags, fetchHeaders, fetchMetadata } from './fetch-rows.js';
import { GuardedSink } from './guarded-sink.js';
import { located, misuse } from './located.js';
import { existingUids, search } from './search.js';
import { expungeUids, storeFlags } from './store-flags.js';
import type { Connection } from './wire/connection.js';

/** A selected mailbox of a session. */
export class ImapMailbox implements OpenMailbox {
  readonly snapshot: MailboxSnapshot;
  readonly #connection: Connection;
  readonly #facts: StoreFacts;
  readonly #account: string;
  readonly #quirks: Quirks;
  readonly #isCurrent: (mailbox: OpenMailbox) => boolean;

  constructor(
    connection: Connection,
    facts: StoreFacts,
    account: string,
    quirks: Quirks,
    snapshot: MailboxSnapshot,
    isCurrent: (mailbox: OpenMailbox) => boolean,
  ) {
    this.#connection = connection;
    this.#facts = facts;
    this.#account = account;
    this.#quirks = quirks;
    this.snapshot = snapshot;
    this.#isCurrent = isCurrent;
  }

  existing(within: UidSet, signal: AbortSignal): Promise<UidSet> {
    const { features } = this.#facts;
    return this.#located(() => existingUids(this.#connection, features, this.snapshot.name, within, signal));
  }

  uids(signal: AbortSignal): Promise<UidSet> {
    return this.#located(() =>
      search(this.#connection, this.#facts.features, this.snapshot.name, 'ALL', signal),
    );
  }

  flags(query: FlagsQuery, signal: AbortSignal): Promise<FlagsReport> {
    return this.#located(() => fetchFlags(this.#target(), this.#facts.features, query, signal));
  }

  metadata(uids: UidSet, signal: AbortSignal): Promise<MessageMetadata[]> {
    return this.#located(() => fetchMetadata(this.#target(), uids, signal));
  }

  headers(
    uids: UidSet,
    fields: readonly string[],
    onRow: (row: MessageHeaders) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#located(() => fetchHeaders(this.#target(), uids, fields, onRow, signal));
  }

  async bodies(uids: UidSet, sink: BodySink, signal: AbortSignal): Promise<void> {
    const guarded = new GuardedSink(sink, this.#account);
    try {
      await this.#located(() =>
        fetchBodies(this.#connection, this.snapshot.name, uids, guarded, this.#quirks, signal),
      );
    } catch (error) {
      throw guarded.failure ? guarded.failure.reason : error;
    }
  }

  storeFlags(
    uids: UidSet,
    change: 'add' | 'remove',
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    return this.#located(() => {
      this.#assertWritable();
      return storeFlags(this.#connection, this.snapshot.name, uids, change, flags, signal);
    });
  }

  expunge(uids: UidSet, signal: AbortSignal): Promise<void> {
    return this.#located(() => {
      this.#assertWritable();
      return expungeUids(this.#connection, this.#facts.features, this.snapshot.name, uids, signal);
    });
  }

  copyTo(uids: UidSet, mailbox: WireName, signal: AbortSignal): Promise<CopyResult> {
    return this.#located(() => copyMessages(this.#connection, this.#account, uids, mailbox, signal));
  }

  emailIds(uids: UidSet, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    return this.#located(() => fetchEmailIds(this.#target(), this.#facts.features, uids, signal));
  }

  withEmailIds(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, UidSet>> {
    return this.#located(() => findEmailIds(this.#target(), this.#facts.features, ids, signal));
  }

  /** Some servers say OK to a STORE in a mailbox opened by EXAMINE and do nothing. */
  #assertWritable(): void {
    if (!this.snapshot.readOnly) return;
    throw new MailferryError({
      code: 'COMMAND_REFUSED',
      scope: 'mailbox',
      retry: 'never',
      message: 'the mailbox is open for reading only',
    });
  }

  #target(): { connection: Connection; mailbox: WireName } {
    return { connection: this.#connection, mailbox: this.snapshot.name };
  }

  async #located<T>(run: () => Promise<T>): Promise<T> {
    if (!this.#isCurrent(this)) throw misuse(`the mailbox ${this.snapshot.name} is no longer open`);
    return await located(this.#account, this.snapshot.name, run);
  }
}
