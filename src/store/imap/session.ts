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
  Quota,
  StoreFacts,
} from '../mail-store.js';
import { quotaOf, totalBytesOf } from './account-facts.js';
import { ask } from './answers.js';
import { ImapAppend } from './append.js';
import { mailboxRefusal, refusal } from './errors.js';
import type { Quirks } from './features.js';
import { fetchBodies } from './fetch-bodies.js';
import { fetchFlags, fetchHeaders, fetchMetadata } from './fetch-rows.js';
import { GuardedSink } from './guarded-sink.js';
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
  /** The mailbox that is selected on the connection. */
  #current: OpenMailbox | null = null;

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
    return this.#located(undefined, () =>
      this.#upToDate(signal, () => listMailboxes(this.#connection, this.facts, this.#quirks, signal)),
    );
  }

  status(mailbox: WireName, signal: AbortSignal): Promise<MailboxStatus> {
    return this.#located(mailbox, () =>
      this.#upToDate(signal, () => mailboxStatus(this.#connection, this.facts.features, mailbox, signal)),
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

  quota(mailbox: WireName, signal: AbortSignal): Promise<readonly Quota[]> {
    return this.#located(mailbox, () => quotaOf(this.#connection, this.facts, mailbox, signal));
  }

  totalBytes(mailbox: WireName, signal: AbortSignal): Promise<number | null> {
    return this.#located(mailbox, () => totalBytesOf(this.#connection, this.facts, mailbox, signal));
  }

  open(mailbox: WireName, mode: 'examine' | 'select', signal: AbortSignal): Promise<OpenMailbox> {
    return this.#located(mailbox, async () => {
      // A SELECT that fails leaves no mailbox selected either (RFC 3501, section 6.3.1).
      this.#current = null;
      const snapshot = await selectMailbox(this.#connection, this.facts, this.#quirks, mailbox, mode, signal);
      const isCurrent = (opened: OpenMailbox): boolean => opened === this.#current;
      this.#current = new ImapMailbox(
        this.#connection,
        this.facts,
        this.#account,
        this.#quirks,
        snapshot,
        isCurrent,
      );
      return this.#current;
    });
  }

  append(mailbox: WireName, signal: AbortSignal): AppendStream {
    if (this.#released) throw released();
    return new ImapAppend(this.#connection, this.#account, mailbox, signal);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#current = null;
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

  /**
   * STATUS of the selected mailbox tells what this session has been told of, not what is there (RFC 3501,
   * section 6.3.10), in LIST … RETURN (STATUS) as well. NOOP brings the session up to date; its answer is waited
   * for, because Dovecot puts it off when another command follows at once.
   */
  async #upToDate<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    if (this.#current) await ask(this.#connection, ['NOOP'], [], signal);
    return await run();
  }

  async #located<T>(mailbox: WireName | undefined, run: () => Promise<T>): Promise<T> {
    if (this.#released) throw released();
    return await located(this.#account, mailbox, run);
  }
}

class ImapMailbox implements OpenMailbox {
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

function released(): MailferryError {
  return misuse('a session was used after its release');
}

/** The caller broke a rule of the port; going on would speak to the wrong mailbox. */
function misuse(message: string): MailferryError {
  return new MailferryError({ code: 'INTERNAL', scope: 'run', retry: 'never', message });
}

async function located<T>(account: string, mailbox: WireName | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MailferryError)) throw error;
    throw error.located(mailbox === undefined ? { account } : { account, mailbox });
  }
}
