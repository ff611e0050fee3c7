import type { MailferryError } from '../../errors.js';
import type { MailboxListing, MailboxStatus, SpecialUse, WireName } from '../../model/mailbox.js';
import type {
  AppendStream,
  MailboxReads,
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
import { leaveMailbox } from './leave-mailbox.js';
import { listMailboxes } from './list.js';
import { located, misuse } from './located.js';
import { isMailboxThere } from './look-for.js';
import { ImapReads } from './mailbox-reads.js';
import { ImapMailbox } from './open-mailbox.js';
import { removeMailbox } from './remove-mailbox.js';
import { renameMailbox } from './rename-mailbox.js';
import { selectMailbox } from './select.js';
import { mailboxStatus } from './status.js';
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
      if (status.code === 'ALREADYEXISTS' || (await isMailboxThere(this.#connection, mailbox, signal)))
        return false;
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

  rename(from: WireName, to: WireName, signal: AbortSignal): Promise<void> {
    return this.#located(from, async () => {
      await this.#leave(from, signal);
      await renameMailbox(this.#connection, from, to, signal);
    });
  }

  remove(mailbox: WireName, signal: AbortSignal): Promise<boolean> {
    return this.#located(mailbox, async () => {
      await this.#leave(mailbox, signal);
      return await removeMailbox(this.#connection, mailbox, signal);
    });
  }

  isThere(mailbox: WireName, signal: AbortSignal): Promise<boolean> {
    return this.#located(mailbox, () => isMailboxThere(this.#connection, mailbox, signal));
  }

  quota(mailbox: WireName, signal: AbortSignal): Promise<readonly Quota[]> {
    return this.#located(mailbox, () => quotaOf(this.#connection, this.facts, mailbox, signal));
  }

  totalBytes(mailbox: WireName, signal: AbortSignal): Promise<number | null> {
    return this.#located(mailbox, () => totalBytesOf(this.#connection, this.facts, mailbox, signal));
  }

  open(
    mailbox: WireName,
    mode: 'examine' | 'select',
    signal: AbortSignal,
    ahead?: (reads: MailboxReads) => void,
  ): Promise<OpenMailbox> {
    return this.#located(mailbox, async () => {
      // A SELECT that fails leaves no mailbox selected either (RFC 3501, section 6.3.1).
      this.#current = null;
      const on = { connection: this.#connection, facts: this.facts, account: this.#account, mailbox };
      let isOpening = true;
      const askAhead = (): void => ahead?.(new ImapReads(on, () => isOpening));
      const snapshot = await selectMailbox(on, this.#quirks, mode, askAhead, signal);
      isOpening = false;
      this.#current = new ImapMailbox(on, this.#quirks, snapshot, (opened) => opened === this.#current);
      return this.#current;
    });
  }

  leave(signal: AbortSignal): void {
    if (!this.#current || !this.facts.capabilities.includes('UNSELECT')) return;
    this.#current = null;
    // Whatever goes wrong with it goes wrong with what follows.
    leaveMailbox(this.#connection, this.facts, signal).catch(() => undefined);
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

  /**
   * Closes the open mailbox before it is renamed or deleted, with or without what lies above it. Courier refuses
   * both, Dovecot ends the session, and Cyrus goes on as if all messages in it had been expunged.
   */
  async #leave(mailbox: WireName, signal: AbortSignal): Promise<void> {
    const open = this.#current?.snapshot.name;
    const delimiter = this.facts.personal[0]?.delimiter;
    if (open !== mailbox && !(delimiter && open?.startsWith(mailbox + delimiter))) return;
    this.#current = null;
    await leaveMailbox(this.#connection, this.facts, signal);
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

function released(): MailferryError {
  return misuse('a session was used after its release');
}
