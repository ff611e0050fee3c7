import { MailferryError } from '../../errors.js';
import type { MailboxSnapshot, WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
import type { BodySink, CopyResult, OpenMailbox } from '../mail-store.js';
import { copyMessages } from './copy-messages.js';
import { fetchEmailIds, findEmailIds } from './email-ids.js';
import { expungeUids } from './expunge.js';
import type { Quirks } from './features.js';
import { fetchBodies } from './fetch-bodies.js';
import { GuardedSink } from './guarded-sink.js';
import { ImapReads, type SelectedOn } from './mailbox-reads.js';
import { storeFlags } from './store-flags.js';

/** A selected mailbox of a session. */
export class ImapMailbox extends ImapReads implements OpenMailbox {
  readonly snapshot: MailboxSnapshot;
  readonly #on: SelectedOn;
  readonly #quirks: Quirks;

  constructor(
    on: SelectedOn,
    quirks: Quirks,
    snapshot: MailboxSnapshot,
    isCurrent: (mailbox: OpenMailbox) => boolean,
  ) {
    super(on, () => isCurrent(this));
    this.#on = on;
    this.#quirks = quirks;
    this.snapshot = snapshot;
  }

  async bodies(uids: UidSet, sink: BodySink, signal: AbortSignal): Promise<void> {
    const guarded = new GuardedSink(sink, this.#on.account);
    try {
      await this.located(() =>
        fetchBodies(this.#on.connection, this.snapshot.name, uids, guarded, this.#quirks, signal),
      );
    } catch (error) {
      throw guarded.failure ? guarded.failure.reason : error;
    } finally {
      guarded.close();
    }
  }

  storeFlags(
    uids: UidSet,
    change: 'add' | 'remove',
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    return this.located(() => {
      this.#assertWritable();
      return storeFlags(this.#on.connection, this.snapshot.name, uids, change, flags, signal);
    });
  }

  expunge(uids: UidSet, signal: AbortSignal): Promise<void> {
    return this.located(() => {
      this.#assertWritable();
      return expungeUids(this.#on, uids, signal);
    });
  }

  copyTo(uids: UidSet, mailbox: WireName, signal: AbortSignal): Promise<CopyResult> {
    return this.located(() => copyMessages(this.#on.connection, this.#on.account, uids, mailbox, signal));
  }

  emailIds(uids: UidSet, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    return this.located(() => fetchEmailIds(this.#on, this.#on.facts.features, uids, signal));
  }

  withEmailIds(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, UidSet>> {
    return this.located(() => findEmailIds(this.#on, this.#on.facts.features, ids, signal));
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
}
