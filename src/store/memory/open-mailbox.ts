import { isCarriedFlag } from '../../model/flags.js';
import type { MailboxSnapshot, WireName } from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import { UidSet } from '../../model/uid-set.js';
import type { BodySink, CopyResult, FlagsQuery, FlagsReport, OpenMailbox } from '../mail-store.js';
import type { AccountEnd } from './account-end.js';
import { changeFlags } from './admission.js';
import { emailIdOf } from './body-digest.js';
import type { MemoryConnection } from './connection.js';
import { copyMessages } from './copy-messages.js';
import { headerFieldsOf } from './header-fields.js';
import type { MemoryMailbox, MemoryMessage } from './mailbox.js';
import type { Effects, OperationRequest } from './operation.js';
import { misuse, refused } from './refusal.js';
import { streamBodies } from './stream-bodies.js';

/** What an open mailbox needs of its session. */
export interface SessionEnd {
  readonly connection: MemoryConnection;
  readonly server: AccountEnd;
  /** True while this is the mailbox that the session has open. */
  isCurrent(mailbox: OpenMailbox): boolean;
}

/** A selected mailbox of the in-memory server; it always sees what is there now. */
export class MemoryOpenMailbox implements OpenMailbox {
  readonly snapshot: MailboxSnapshot;
  readonly #mailbox: MemoryMailbox;
  readonly #session: SessionEnd;

  constructor(mailbox: MemoryMailbox, snapshot: MailboxSnapshot, session: SessionEnd) {
    this.#mailbox = mailbox;
    this.snapshot = snapshot;
    this.#session = session;
  }

  existing(within: UidSet, signal: AbortSignal): Promise<UidSet> {
    return this.#run({ kind: 'search', uids: within }, signal, ({ omit }) =>
      withoutOmitted(this.#mailbox.existing(within), omit.uids),
    );
  }

  uids(signal: AbortSignal): Promise<UidSet> {
    return this.#run({ kind: 'search' }, signal, ({ omit }) =>
      withoutOmitted(this.#mailbox.uids(), omit.uids),
    );
  }

  flags({ within, changedSince }: FlagsQuery, signal: AbortSignal): Promise<FlagsReport> {
    const asked = changedSince === undefined ? {} : { changedSince };
    return this.#run({ kind: 'flags', uids: within, ...asked }, signal, ({ omit, complete }) => {
      if (within.isEmpty || changedSince === 0n) throw misuse('FETCH of nothing, or of changes since 0');
      if (changedSince !== undefined && this.snapshot.highestModseq === null) {
        throw this.#refused('BAD Mailbox has no mod-sequences');
      }
      const { qresync } = this.#session.server.traits.features;
      const visible = withoutOmitted(within, omit.uids);
      const vanished = changedSince !== undefined && qresync ? this.#vanished(within, changedSince) : null;
      return { ...this.#mailbox.flagsReport(visible, changedSince ?? null), vanished, complete };
    });
  }

  metadata(uids: UidSet, signal: AbortSignal): Promise<MessageMetadata[]> {
    return this.#run({ kind: 'metadata', uids }, signal, ({ omit }) =>
      this.#present(uids, omit.uids).map((message) => this.#metadataOf(message)),
    );
  }

  headers(
    uids: UidSet,
    fields: readonly string[],
    onRow: (row: MessageHeaders) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#run({ kind: 'headers', uids }, signal, ({ omit, cutAfterBytes }) => {
      let sentBytes = 0;
      for (const message of this.#present(uids, omit.uids)) {
        const header = headerFieldsOf(message.body, fields);
        sentBytes += header.length;
        if (sentBytes > cutAfterBytes) throw this.#session.connection.lose('cut in the middle of a header');
        onRow({ ...this.#metadataOf(message), header });
      }
    });
  }

  bodies(uids: UidSet, sink: BodySink, signal: AbortSignal): Promise<void> {
    const { connection } = this.#session;
    return this.#run({ kind: 'bodies', uids }, signal, (effects) =>
      streamBodies(this.#readable(uids, effects), sink, { connection, signal, ...effects }),
    );
  }

  storeFlags(
    uids: UidSet,
    change: 'add' | 'remove',
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const sign = change === 'add' ? '+' : '-';
    const request = { kind: 'store', uids, flags: flags.map((flag) => sign + flag) } as const;
    return this.#run(request, signal, () => {
      this.#assertWritable();
      changeFlags(this.#mailbox, this.#session.server.traits, uids, change, flags);
    });
  }

  expunge(uids: UidSet, signal: AbortSignal): Promise<void> {
    return this.#run({ kind: 'expunge', uids }, signal, () => {
      this.#assertWritable();
      if (!this.#session.server.traits.features.uidplus)
        throw this.#refused('BAD Unknown command: UID EXPUNGE');
      this.#mailbox.expunge(uids);
    });
  }

  copyTo(uids: UidSet, mailbox: WireName, signal: AbortSignal): Promise<CopyResult> {
    return this.#run({ kind: 'copy', uids, to: mailbox }, signal, () =>
      copyMessages(this.#session.server, [...this.#mailbox.messagesIn(uids)], mailbox),
    );
  }

  emailIds(uids: UidSet, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    return this.#run({ kind: 'email-ids', uids }, signal, ({ omit }) => {
      this.#assertEmailIds();
      return new Map(this.#present(uids, omit.uids).map(({ uid, body }) => [uid, emailIdOf(body)]));
    });
  }

  withEmailIds(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, UidSet>> {
    return this.#run({ kind: 'search' }, signal, ({ omit }) => {
      this.#assertEmailIds();
      const found = new Map<string, UidSet>();
      for (const { uid, body } of this.#present(this.#mailbox.uids(), omit.uids)) {
        const id = emailIdOf(body);
        if (ids.includes(id)) found.set(id, (found.get(id) ?? UidSet.empty).union(UidSet.of(uid)));
      }
      return found;
    });
  }

  async #run<T>(
    request: OperationRequest,
    signal: AbortSignal,
    act: (effects: Effects) => T | Promise<T>,
  ): Promise<T> {
    const { connection } = this.#session;
    if (!this.#session.isCurrent(this))
      throw misuse(`${this.snapshot.name} is no longer open in this session`);
    return await connection.run({ ...request, mailbox: this.snapshot.name }, signal, (effects) => {
      if (this.#mailbox.isGone) throw connection.lose('BYE Mailbox was deleted or made anew under us');
      return act(effects);
    });
  }

  #present(uids: UidSet, omitted: UidSet | undefined): MemoryMessage[] {
    return [...this.#mailbox.messagesIn(withoutOmitted(uids, omitted))];
  }

  /** Messages whose body can be had, looked up one by one as the stream gets to them. */
  *#readable(uids: UidSet, { omit }: Effects): Generator<MemoryMessage> {
    for (const uid of this.#mailbox.existing(withoutOmitted(uids, omit.uids)).uids()) {
      const message = this.#mailbox.find(uid);
      if (!message) continue;
      const trouble = this.#session.server.traits.unreadable({
        ...message,
        flags: [...message.flags],
        mailbox: this.#mailbox.name,
      });
      if (trouble === 'refused') {
        const at = { ...this.#place(), uid };
        throw refused('MESSAGE_UNREADABLE', '[SERVERBUG] Message cannot be read', at);
      }
      if (trouble === null) yield message;
    }
  }

  #vanished(within: UidSet, since: bigint): UidSet {
    return this.#mailbox.vanishedSince(within, since, this.#session.server.traits.expungeHistory === 'lost');
  }

  #metadataOf({ uid, flags, internalDate, body }: MemoryMessage): MessageMetadata {
    const sizeBytes = this.#session.server.traits.reportedSize(body);
    return { uid, flags: [...flags].filter(isCarriedFlag), internalDate, sizeBytes };
  }

  #assertWritable(): void {
    if (this.snapshot.readOnly) throw this.#refused('[READ-ONLY] Mailbox was opened by EXAMINE');
  }

  #assertEmailIds(): void {
    if (!this.#session.server.traits.features.emailId) throw this.#refused('BAD Unknown item: EMAILID');
  }

  #refused(serverText: string): Error {
    return refused('COMMAND_REFUSED', serverText, this.#place());
  }

  #place(): { account: string; mailbox: string } {
    return { account: this.#session.connection.account, mailbox: this.snapshot.name };
  }
}

function withoutOmitted(uids: UidSet, omitted: UidSet | undefined): UidSet {
  return omitted ? uids.subtract(omitted) : uids;
}
