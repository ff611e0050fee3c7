import { MailferryError } from '../../errors.js';
import type {
  MailboxListing,
  MailboxSnapshot,
  MailboxStatus,
  SpecialUse,
  WireName,
} from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import type { UidSet } from '../../model/uid-set.js';
import type {
  AppendStream,
  BodySink,
  FlagsQuery,
  FlagsReport,
  MailSession,
  OpenMailbox,
  StoreFacts,
} from '../mail-store.js';
import { ask } from './answers.js';
import { ImapAppend } from './append.js';
import { mailboxRefusal, refusal } from './errors.js';
import type { Quirks } from './features.js';
import { fetchBodies } from './fetch-bodies.js';
import { fetchFlags, fetchHeaders, fetchMetadata } from './fetch-rows.js';
import { listMailboxes } from './list.js';
import { existingUids, search } from './search.js';
import { selectMailbox } from './select.js';
import { mailboxStatus } from './status.js';
import { expungeUids, storeFlags } from './store-flags.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';

/** A leased connection. `onRelease` takes it back into the pool. */
export class ImapSession implements MailSession {
  readonly facts: StoreFacts;
  readonly #connection: Connection;
  readonly #account: string;
  readonly #quirks: Quirks;
  readonly #onRelease: () => void;
  #released = false;

  constructor(
    connection: Connection,
    facts: StoreFacts,
    account: string,
    quirks: Quirks,
    onRelease: () => void,
  ) {
    this.#connection = connection;
    this.facts = facts;
    this.#account = account;
    this.#quirks = quirks;
    this.#onRelease = onRelease;
  }

  list(signal: AbortSignal): Promise<MailboxListing> {
    return this.#located(undefined, () => listMailboxes(this.#connection, this.facts, this.#quirks, signal));
  }

  status(mailbox: WireName, signal: AbortSignal): Promise<MailboxStatus> {
    return this.#located(mailbox, () =>
      mailboxStatus(this.#connection, this.facts.features, mailbox, signal),
    );
  }

  create(mailbox: WireName, specialUse: SpecialUse | null, signal: AbortSignal): Promise<boolean> {
    return this.#located(mailbox, async () => {
      const use = specialUse && this.facts.features.createSpecialUse ? ` (USE (${specialUse}))` : '';
      const { status } = await ask(this.#connection, ['CREATE ', stringPart(mailbox), use], [], signal);
      if (status.status === 'OK') return true;
      if (status.code === 'ALREADYEXISTS' || (await this.#exists(mailbox, signal))) return false;
      throw mailboxRefusal(status, 'create the mailbox', { mailbox });
    });
  }

  subscribe(mailbox: WireName, subscribed: boolean, signal: AbortSignal): Promise<void> {
    return this.#located(mailbox, async () => {
      const verb = subscribed ? 'SUBSCRIBE ' : 'UNSUBSCRIBE ';
      const { status } = await ask(this.#connection, [verb, stringPart(mailbox)], [], signal);
      if (status.status !== 'OK') throw refusal(status, `${verb.toLowerCase()}to the mailbox`, { mailbox });
    });
  }

  open(mailbox: WireName, mode: 'examine' | 'select', signal: AbortSignal): Promise<OpenMailbox> {
    return this.#located(mailbox, async () => {
      const snapshot = await selectMailbox(this.#connection, this.facts, this.#quirks, mailbox, mode, signal);
      return new ImapMailbox(this.#connection, this.facts, this.#account, this.#quirks, snapshot);
    });
  }

  append(mailbox: WireName, signal: AbortSignal): AppendStream {
    return new ImapAppend(this.#connection, this.#account, mailbox, signal);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease();
  }

  async #exists(mailbox: WireName, signal: AbortSignal): Promise<boolean> {
    const { status, untagged } = await ask(
      this.#connection,
      ['LIST "" ', stringPart(mailbox)],
      ['LIST'],
      signal,
    );
    return status.status === 'OK' && untagged.some((row) => !/\\(?:nonexistent|noselect)/i.test(row.rest()));
  }

  #located<T>(mailbox: WireName | undefined, run: () => Promise<T>): Promise<T> {
    return located(this.#account, mailbox, run);
  }
}

class ImapMailbox implements OpenMailbox {
  readonly snapshot: MailboxSnapshot;
  readonly #connection: Connection;
  readonly #facts: StoreFacts;
  readonly #account: string;
  readonly #quirks: Quirks;

  constructor(
    connection: Connection,
    facts: StoreFacts,
    account: string,
    quirks: Quirks,
    snapshot: MailboxSnapshot,
  ) {
    this.#connection = connection;
    this.#facts = facts;
    this.#account = account;
    this.#quirks = quirks;
    this.snapshot = snapshot;
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

  bodies(uids: UidSet, sink: BodySink, signal: AbortSignal): Promise<void> {
    return this.#located(() =>
      fetchBodies(this.#connection, this.snapshot.name, uids, sink, this.#quirks, signal),
    );
  }

  storeFlags(
    uids: UidSet,
    change: 'add' | 'remove',
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    return this.#located(() => storeFlags(this.#connection, this.snapshot.name, uids, change, flags, signal));
  }

  expunge(uids: UidSet, signal: AbortSignal): Promise<void> {
    return this.#located(() =>
      expungeUids(this.#connection, this.#facts.features, this.snapshot.name, uids, signal),
    );
  }

  #target(): { connection: Connection; mailbox: WireName } {
    return { connection: this.#connection, mailbox: this.snapshot.name };
  }

  #located<T>(run: () => Promise<T>): Promise<T> {
    return located(this.#account, this.snapshot.name, run);
  }
}

async function located<T>(account: string, mailbox: WireName | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MailferryError)) throw error;
    throw error.located(mailbox === undefined ? { account } : { account, mailbox });
  }
}
