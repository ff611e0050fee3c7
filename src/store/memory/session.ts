import type { MailboxListing, MailboxStatus, SpecialUse, WireName } from '../../model/mailbox.js';
import type {
  AppendStream,
  MailboxReads,
  MailSession,
  OpenMailbox,
  Quota,
  StoreFacts,
} from '../mail-store.js';
import type { AccountEnd } from './account-end.js';
import { MemoryAppendStream } from './append-stream.js';
import { AppendTarget } from './append-target.js';
import type { Act, MemoryConnection } from './connection.js';
import { listingOf, snapshotOf, statusOf } from './describe.js';
import type { MemoryMailbox } from './mailbox.js';
import { checkMailboxName } from './mailbox-name.js';
import { MemoryOpenMailbox, type SessionEnd } from './open-mailbox.js';
import type { OperationRequest } from './operation.js';
import { misuse, refused } from './refusal.js';
import { removeMailbox } from './remove-mailbox.js';
import { renameMailbox } from './rename-mailbox.js';

/** One leased connection to the in-memory server. */
export class MemorySession implements MailSession {
  readonly facts: StoreFacts;
  readonly #connection: MemoryConnection;
  readonly #server: AccountEnd;
  readonly #onRelease: (connection: MemoryConnection) => void;
  #current: OpenMailbox | null = null;
  #isReleased = false;

  constructor(
    facts: StoreFacts,
    connection: MemoryConnection,
    server: AccountEnd,
    onRelease: (connection: MemoryConnection) => void,
  ) {
    this.facts = facts;
    this.#connection = connection;
    this.#server = server;
    this.#onRelease = onRelease;
  }

  list(signal: AbortSignal): Promise<MailboxListing> {
    return this.#run({ kind: 'list' }, signal, ({ omit, complete }) => {
      const listing = listingOf(this.#server.data, this.#server.traits);
      const mailboxes = listing.mailboxes.filter(({ name }) => !omit.mailboxes?.includes(name));
      return { mailboxes, complete };
    });
  }

  status(mailbox: WireName, signal: AbortSignal): Promise<MailboxStatus> {
    return this.#run({ kind: 'status', mailbox }, signal, () =>
      statusOf(this.#find(mailbox), this.#server.traits),
    );
  }

  create(mailbox: WireName, specialUse: SpecialUse | null, signal: AbortSignal): Promise<boolean> {
    return this.#run({ kind: 'create', mailbox }, signal, () => {
      const { data, traits } = this.#server;
      if (data.find(mailbox)) return false;
      checkMailboxName(mailbox, traits);
      return data.create(mailbox, traits.features.createSpecialUse ? specialUse : null) !== null;
    });
  }

  subscribe(mailbox: WireName, subscribed: boolean, signal: AbortSignal): Promise<void> {
    return this.#run({ kind: 'subscribe', mailbox }, signal, () => {
      if (subscribed && !this.#server.data.find(mailbox)) {
        const at = { account: this.#connection.account, mailbox };
        throw refused('COMMAND_REFUSED', '[NONEXISTENT] Mailbox does not exist', at);
      }
      this.#server.data.subscribe(mailbox, subscribed);
    });
  }

  rename(from: WireName, to: WireName, signal: AbortSignal): Promise<void> {
    this.#leave(from);
    return this.#run({ kind: 'rename', mailbox: from, to }, signal, () =>
      renameMailbox(this.#server, from, to),
    );
  }

  remove(mailbox: WireName, signal: AbortSignal): Promise<boolean> {
    this.#leave(mailbox);
    return this.#run({ kind: 'remove', mailbox }, signal, () => removeMailbox(this.#server, mailbox));
  }

  isThere(mailbox: WireName, signal: AbortSignal): Promise<boolean> {
    return this.#run({ kind: 'is-there', mailbox }, signal, ({ omit }) => {
      const found = this.#server.data.find(mailbox);
      const isExact = found?.name === mailbox || found?.name === 'INBOX';
      return isExact && !omit.mailboxes?.includes(mailbox);
    });
  }

  quota(mailbox: WireName, signal: AbortSignal): Promise<readonly Quota[]> {
    return this.#run({ kind: 'status', mailbox }, signal, () => {
      const { data, traits } = this.#server;
      if (!Number.isFinite(traits.quotaBytes)) return [];
      return [{ root: '', resource: 'STORAGE', used: data.sizeBytes(), limit: traits.quotaBytes }];
    });
  }

  totalBytes(mailbox: WireName, signal: AbortSignal): Promise<number | null> {
    return this.#run({ kind: 'status', mailbox }, signal, () =>
      [...this.#find(mailbox).messages()].reduce((sum, { body }) => sum + body.length, 0),
    );
  }

  open(
    mailbox: WireName,
    mode: 'examine' | 'select',
    signal: AbortSignal,
    ahead?: (reads: MailboxReads) => void,
  ): Promise<OpenMailbox> {
    return this.#run({ kind: mode, mailbox }, signal, () => {
      // A SELECT that fails leaves no mailbox selected either (RFC 3501, section 6.3.1).
      this.#current = null;
      const found = this.#find(mailbox);
      const snapshot = snapshotOf(found, this.#server.traits, mode === 'examine');
      if (mode === 'select') found.takeRecent();
      this.#current = new MemoryOpenMailbox(found, snapshot, this.#end);
      ahead?.(this.#current);
      return this.#current;
    });
  }

  leave(): void {
    this.#current = null;
  }

  append(mailbox: WireName, signal: AbortSignal): AppendStream {
    if (this.#isReleased) throw misuse('a session was used after its release');
    const target = new AppendTarget(this.#server, mailbox);
    return new MemoryAppendStream(this.#connection, mailbox, target, signal);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#current = null;
    this.#onRelease(this.#connection);
  }

  /** Closes the open mailbox before it is renamed or deleted, with or without what lies above it. */
  #leave(mailbox: WireName): void {
    const open = this.#current?.snapshot.name;
    if (open !== undefined && (open === mailbox || this.#server.data.isBelow(open, mailbox)))
      this.#current = null;
  }

  async #run<T>(request: OperationRequest, signal: AbortSignal, act: Act<T>): Promise<T> {
    if (this.#isReleased) throw misuse('a session was used after its release');
    return await this.#connection.run(request, signal, act);
  }

  #find(mailbox: WireName): MemoryMailbox {
    const found = this.#server.data.find(mailbox);
    if (found) return found;
    const at = { account: this.#connection.account, mailbox };
    throw refused('MAILBOX_UNAVAILABLE', '[NONEXISTENT] Mailbox does not exist', at);
  }

  get #end(): SessionEnd {
    return {
      connection: this.#connection,
      server: this.#server,
      isCurrent: (mailbox) => mailbox === this.#current,
    };
  }
}
