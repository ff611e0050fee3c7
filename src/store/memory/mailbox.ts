import { FlagTableBuilder, flagKey } from '../../model/flags.js';
import type { SpecialUse, WireName } from '../../model/mailbox.js';
import { UidSet, UidSetBuilder } from '../../model/uid-set.js';
import type { FlagsReport } from '../mail-store.js';

/** Flags of RFC 3501, section 2.3.2, that a client may set. */
export const SYSTEM_FLAGS: readonly string[] = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

/** A message as the server keeps it; a change of flags makes a new object. */
export interface MemoryMessage {
  readonly uid: number;
  /** Spelled as the mailbox first saw them, without `\Recent`. */
  readonly flags: ReadonlySet<string>;
  readonly internalDate: string;
  readonly body: Buffer;
  readonly modseq: bigint;
  /** No session has been told of it by SELECT yet. */
  readonly recent: boolean;
}

export interface NewMessage {
  readonly flags: Iterable<string>;
  readonly internalDate: string;
  readonly body: Buffer;
  /** Not below the mailbox's uidNext; the next one when absent. */
  readonly uid?: number;
}

export interface MailboxIdentity {
  readonly name: WireName;
  readonly uidValidity: number;
  readonly mailboxId: string;
  readonly specialUse: SpecialUse | null;
}

/**
 * One mailbox by the rules of RFC 3501 (section 2.3.1.1) and RFC 7162 (section 3): UIDs only ever grow, each
 * change takes the next mod-sequence, and what is expunged is remembered with its mod-sequence.
 */
export class MemoryMailbox {
  name: WireName;
  specialUse: SpecialUse | null;
  readonly uidValidity: number;
  readonly mailboxId: string;
  uidNext = 1;
  highestModseq = 1n;
  /** Deleted, restored over or renumbered: a session that has it open is thrown out. */
  isGone = false;
  #messages: MemoryMessage[] = [];
  readonly #expunged: { readonly uid: number; readonly modseq: bigint }[] = [];
  /** Expunges up to this mod-sequence are no longer known. */
  #historyFrom = 0n;
  readonly #spellings = new Map(SYSTEM_FLAGS.map((flag) => [flagKey(flag), flag]));

  constructor(identity: MailboxIdentity) {
    this.name = identity.name;
    this.uidValidity = identity.uidValidity;
    this.mailboxId = identity.mailboxId;
    this.specialUse = identity.specialUse;
  }

  /** The same mailbox, not touched by what happens to this one; `identity` replaces what it names. */
  clone(identity: Partial<MailboxIdentity> = {}): MemoryMailbox {
    const { name, uidValidity, mailboxId, specialUse } = this;
    const copy = new MemoryMailbox({ name, uidValidity, mailboxId, specialUse, ...identity });
    copy.uidNext = this.uidNext;
    copy.highestModseq = this.highestModseq;
    copy.#messages = [...this.#messages];
    copy.#expunged.push(...this.#expunged);
    copy.#historyFrom = this.#historyFrom;
    for (const [key, spelling] of this.#spellings) copy.#spellings.set(key, spelling);
    return copy;
  }

  get count(): number {
    return this.#messages.length;
  }

  /** Keywords in use, as spelled. */
  get keywords(): readonly string[] {
    return [...this.#spellings.values()].filter((name) => !name.startsWith('\\'));
  }

  messages(): readonly MemoryMessage[] {
    return this.#messages;
  }

  /** The messages among these UIDs, ascending. */
  *messagesIn(uids: UidSet): Generator<MemoryMessage> {
    for (const [start, end] of uids.ranges()) {
      for (let at = this.#indexOf(start); at < this.#messages.length; at++) {
        const message = this.#messages[at] as MemoryMessage;
        if (message.uid > end) break;
        yield message;
      }
    }
  }

  find(uid: number): MemoryMessage | undefined {
    const message = this.#messages[this.#indexOf(uid)];
    return message?.uid === uid ? message : undefined;
  }

  uids(): UidSet {
    return UidSet.from(this.#messages.map((message) => message.uid));
  }

  existing(within: UidSet): UidSet {
    const builder = new UidSetBuilder();
    for (const { uid } of this.messagesIn(within)) builder.add(uid);
    return builder.build();
  }

  /** Adds messages as one command: one mod-sequence, UIDs ascending in the order given. */
  add(messages: readonly NewMessage[]): number[] {
    if (messages.length === 0) return [];
    const modseq = this.#nextModseq();
    return messages.map((message) => {
      const uid = Math.max(message.uid ?? 0, this.uidNext);
      this.uidNext = uid + 1;
      const flags = this.#spelled(message.flags);
      const { internalDate, body } = message;
      this.#messages.push({ uid, flags, internalDate, body, modseq, recent: true });
      return uid;
    });
  }

  /** Messages whose flags stay the same keep their mod-sequence (RFC 7162, section 3.1.3). */
  changeFlags(uids: UidSet, change: 'add' | 'remove', flags: readonly string[]): void {
    const names = this.#spelled(flags);
    const changed: MemoryMessage[] = [];
    for (const message of this.messagesIn(uids)) {
      const next = new Set(message.flags);
      for (const name of names) change === 'add' ? next.add(name) : next.delete(name);
      if (next.size !== message.flags.size) changed.push({ ...message, flags: next });
    }
    if (changed.length === 0) return;
    const modseq = this.#nextModseq();
    for (const message of changed) this.#messages[this.#indexOf(message.uid)] = { ...message, modseq };
  }

  /** Removes messages for good. */
  expunge(uids: UidSet): void {
    const gone = this.existing(uids);
    if (gone.isEmpty) return;
    const modseq = this.#nextModseq();
    for (const uid of gone.uids()) this.#expunged.push({ uid, modseq });
    this.#messages = this.#messages.filter(({ uid }) => !gone.has(uid));
  }

  /** SELECT: this session is the one that is told of the recent messages. */
  takeRecent(): void {
    this.#messages = this.#messages.map((message) =>
      message.recent ? { ...message, recent: false } : message,
    );
  }

  forgetExpunged(): void {
    this.#historyFrom = this.highestModseq;
    this.#expunged.length = 0;
  }

  /** Numbers all messages anew from 1, in their order. */
  renumber(): void {
    this.#messages = this.#messages.map((message, index) => ({ ...message, uid: index + 1 }));
    this.uidNext = this.#messages.length + 1;
    this.forgetExpunged();
  }

  raiseModseq(modseq: bigint): void {
    if (modseq > this.highestModseq) this.highestModseq = modseq;
  }

  flagsReport(within: UidSet, changedSince: bigint | null): Pick<FlagsReport, 'rows' | 'flags'> {
    const builder = new FlagTableBuilder();
    for (const { uid, flags, modseq } of this.messagesIn(within)) {
      if (changedSince === null || modseq > changedSince) builder.addRow(uid, flags);
    }
    return builder.build();
  }

  /** What went after this mod-sequence; every UID that does not exist once the history does not reach so far. */
  vanishedSince(within: UidSet, since: bigint, isHistoryLost: boolean): UidSet {
    if (isHistoryLost || since < this.#historyFrom) return within.subtract(this.existing(within));
    const gone = this.#expunged.filter(({ modseq }) => modseq > since).map(({ uid }) => uid);
    return UidSet.from(gone).intersect(within);
  }

  /** Index of the first message whose UID is not below `uid`. */
  #indexOf(uid: number): number {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#messages[middle] as MemoryMessage).uid < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #spelled(flags: Iterable<string>): Set<string> {
    const names = new Set<string>();
    for (const flag of flags) {
      const known = this.#spellings.get(flagKey(flag));
      if (known === undefined) this.#spellings.set(flagKey(flag), flag);
      names.add(known ?? flag);
    }
    return names;
  }

  #nextModseq(): bigint {
    this.highestModseq += 1n;
    return this.highestModseq;
  }
}
