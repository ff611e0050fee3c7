import type { MailboxContents, MemoryServer } from '../../../src/store/memory.js';
import { bodyOf, dateOf } from '../../support/engine/index.js';
import { MAILBOXES, type MailEdit } from './mirror-case.js';
import { type Naming, wireName } from './person.js';
import { numberOf, Tally } from './replica.js';

type MessageContents = MailboxContents['messages'][number];

/** A message as people know it. */
export interface KnownMessage {
  readonly uid: number;
  readonly number: number;
  readonly digest: string;
  readonly flags: readonly string[];
}

/** Everything in an account, by the mailbox's name for people. */
export type MailView = ReadonlyMap<string, readonly KnownMessage[]>;

/** What somebody has done to one account since both were equal. */
export class Doings {
  /** Messages that came to a mailbox by this person's hands. */
  readonly added = new Tally();
  /** Messages taken away that this person had put there, or that were there when both were equal. */
  readonly removed = new Tally();
  /** Those of them that were there when both were equal. */
  readonly removedOld = new Tally();
  /** The same, and those that may have been on their way. */
  readonly removedAtAll = new Tally();
  readonly removedDigests = new Set<string>();
  /** Mailboxes whose messages got other numbers. */
  readonly renumbered = new Set<string>();
  /** The last value this person gave to a flag, by mailbox, number and flag. */
  readonly flags = new Map<string, boolean>();
  /** Flags of what was there twice: it goes as it is when it had arrived once too often, but for what it was given. */
  readonly doubtful = new Set<string>();

  /** Whether this person changed the flag of the message in any mailbox. */
  hasFlagged(number: number, flag: string): boolean {
    return [...this.flags.keys()].some((key) => key.endsWith(`/${number} ${flag}`));
  }

  static flagKey(mailbox: string, number: number, flag: string): string {
    return `${mailbox}/${number} ${flag}`;
  }
}

/** Somebody who edits one of two accounts that are mirrored. Edits that make no sense at the moment do nothing. */
export class MirrorPerson {
  readonly server: MemoryServer;
  readonly keepsKeywords: boolean;
  readonly #naming: Naming;
  #doings = new Doings();
  /** Messages that nobody but this person can have put where they are, or that both sides had: by mailbox and UID. */
  #own = new Set<string>();
  /** Those of them that were there when both were equal. */
  #old = new Set<string>();

  constructor(server: MemoryServer, naming: Naming, keepsKeywords: boolean) {
    this.server = server;
    this.#naming = naming;
    this.keepsKeywords = keepsKeywords;
  }

  get doings(): Doings {
    return this.#doings;
  }

  /** Both sides are equal: what was done before is done. */
  begin(): void {
    this.#doings = new Doings();
    this.#own = new Set();
    for (const [mailbox, messages] of this.view())
      for (const { uid } of messages) this.#own.add(`${mailbox}/${uid}`);
    this.#old = new Set(this.#own);
  }

  create(mailbox: string): void {
    this.server.createMailbox(this.wireName(mailbox));
  }

  wireName(mailbox: string): string {
    return wireName(this.#naming, [mailbox]);
  }

  view(): Map<string, KnownMessage[]> {
    const { mailboxes } = this.server.snapshot();
    return new Map(
      MAILBOXES.flatMap((mailbox) => {
        const name = this.wireName(mailbox);
        const found = mailboxes[name];
        const describe = ({ uid, flags, digest }: MessageContents): KnownMessage => ({
          uid,
          digest,
          number: numberOf(this.server, name, uid),
          flags: flags.filter((flag) => flag !== '\\Recent'),
        });
        return found ? [[mailbox, found.messages.map(describe)] as const] : [];
      }),
    );
  }

  deliver(mailbox: string, number: number, flags: readonly string[]): void {
    const name = this.wireName(mailbox);
    if (!this.server.snapshot().mailboxes[name]) return;
    const kept = flags.filter((flag) => this.#isKept(flag));
    const uid = this.server.deliver(name, {
      body: bodyOf(number),
      flags: kept,
      internalDate: dateOf(number),
    });
    this.#noteAdded(mailbox, uid);
  }

  /** Does it at once but for a move, whose last step is returned. */
  edit(edit: MailEdit, newNumber: number): () => void {
    const mailbox = MAILBOXES[edit.mailbox] ?? 'INBOX';
    if (edit.act === 'deliver') this.deliver(mailbox, newNumber, edit.flags);
    else if ('flag' in edit) this.#flag(mailbox, edit);
    else if ('to' in edit) return this.#refile(mailbox, edit);
    else if ('at' in edit) this.#expunge(mailbox, this.#messagesAt(mailbox, edit.at).slice(0, 1));
    else this.#editMailbox(mailbox, edit.act);
    return () => undefined;
  }

  #flag(mailbox: string, edit: Extract<MailEdit, { flag: string }>): void {
    const [message] = this.#messagesAt(mailbox, edit.at);
    const isAdded = edit.act === 'flag';
    if (!message || !this.#isKept(edit.flag) || message.flags.includes(edit.flag) === isAdded) return;
    const { uid, number } = message;
    this.server.setFlags(this.wireName(mailbox), uid, isAdded ? 'add' : 'remove', [edit.flag]);
    const key = Doings.flagKey(mailbox, number, edit.flag);
    this.#doings.flags.set(key, isAdded);
    const isTwice = (this.view().get(mailbox) ?? []).filter((one) => one.number === number).length > 1;
    if (isTwice && (!isAdded || edit.flag === '\\Deleted')) this.#doings.doubtful.add(key);
  }

  #refile(mailbox: string, { act, at, to: target }: Extract<MailEdit, { to: number }>): () => void {
    const to = MAILBOXES[target] ?? 'INBOX';
    const all = this.#messagesAt(mailbox, at);
    const messages = act === 'move-all' ? all : all.slice(0, 1);
    const isThere = this.server.snapshot().mailboxes[this.wireName(to)] !== undefined;
    if (!isThere || (to === mailbox && act !== 'twin' && act !== 'copy')) return () => undefined;
    for (const { uid, number } of messages) {
      if (act === 'twin') this.deliver(to, number, []);
      else
        for (const copy of this.server.copy(this.wireName(mailbox), uid, this.wireName(to)))
          this.#noteAdded(to, copy);
    }
    const isMove = act === 'move' || act === 'move-all';
    return isMove ? () => this.#expunge(mailbox, messages) : () => undefined;
  }

  #expunge(mailbox: string, messages: readonly KnownMessage[]): void {
    const there = this.view().get(mailbox) ?? [];
    for (const { uid, number, digest } of messages) {
      if (!there.some((message) => message.uid === uid && message.number === number)) continue;
      this.server.expunge(this.wireName(mailbox), uid);
      this.#doings.removedAtAll.add(mailbox, number);
      this.#doings.removedDigests.add(digest);
      if (this.#own.has(`${mailbox}/${uid}`)) this.#doings.removed.add(mailbox, number);
      if (this.#old.has(`${mailbox}/${uid}`)) this.#doings.removedOld.add(mailbox, number);
    }
  }

  #editMailbox(mailbox: string, act: MailEdit['act']): void {
    const name = this.wireName(mailbox);
    const there = this.server.snapshot().mailboxes[name];
    if (!there) return;
    if (act === 'forget') this.server.forgetExpunged(name);
    else if (act === 'raise') this.server.raiseModseq(name, BigInt(there.highestModseq) + 1n);
    else {
      this.server.changeUidValidity(name, { keepUids: act === 'renew' });
      this.#doings.renumbered.add(mailbox);
      for (const keys of [this.#own, this.#old])
        for (const key of keys) if (key.startsWith(`${mailbox}/`)) keys.delete(key);
    }
  }

  #noteAdded(mailbox: string, uid: number): void {
    const message = this.view()
      .get(mailbox)
      ?.find((one) => one.uid === uid);
    if (!message) throw new Error('what was put there is not there');
    const { number, flags } = message;
    this.#own.add(`${mailbox}/${uid}`);
    this.#doings.added.add(mailbox, number);
    for (const flag of flags) this.#doings.flags.set(Doings.flagKey(mailbox, number, flag), true);
  }

  /** In the order of their numbers, which is the same on both sides, from a share of them on. */
  #messagesAt(mailbox: string, at: number): KnownMessage[] {
    const messages = this.view().get(mailbox) ?? [];
    const inOrder = messages.toSorted((one, other) => one.number - other.number);
    return inOrder.slice(Math.floor(at * inOrder.length));
  }

  #isKept(flag: string): boolean {
    return this.keepsKeywords || flag.startsWith('\\');
  }
}
