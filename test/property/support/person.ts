import type { MailboxContents, MemoryServer } from '../../../src/store/memory.js';
import { bodyOf, dateOf } from '../../support/engine/index.js';
import { type Edit, PATHS, type SideKind } from './backup-case.js';
import { contentsIn, numberOf } from './replica.js';

/** How a server spells its mailboxes. */
export interface Naming {
  readonly delimiter: string;
  readonly prefix: string;
}

export const NAMINGS: Readonly<Record<SideKind['names'], Naming>> = {
  slash: { delimiter: '/', prefix: '' },
  dot: { delimiter: '.', prefix: '' },
  prefixed: { delimiter: '.', prefix: 'INBOX.' },
};

export function wireName({ delimiter, prefix }: Naming, path: readonly string[]): string {
  return path.length === 1 && path[0] === 'INBOX' ? 'INBOX' : prefix + path.join(delimiter);
}

/**
 * Somebody who edits an account, and remembers it as it was after the last edit. Edits that make no sense at the moment
 * do nothing.
 */
export class Person {
  readonly server: MemoryServer;
  readonly naming: Naming;
  /** How often a message, by its number, has come to a mailbox of this account by this person's doing. */
  readonly arrivals = new Map<number, number>();
  /** MAILBOXIDs of mailboxes that this person made, named, numbered or put something into. */
  readonly touched = new Set<string>();
  readonly #keepsKeywords: boolean;
  #nextNumber: number;
  #remembered: string;

  constructor(server: MemoryServer, naming: Naming, firstNumber: number, keepsKeywords = true) {
    this.server = server;
    this.naming = naming;
    this.#keepsKeywords = keepsKeywords;
    this.#nextNumber = firstNumber;
    this.#remembered = JSON.stringify(server.snapshot());
  }

  /** Throws when anything is not as this person left it. */
  assertUntouched(): void {
    if (JSON.stringify(this.server.snapshot()) !== this.#remembered)
      throw new Error('the source was changed by somebody else than its owner');
  }

  /** The account as it is now is taken for what this person left. */
  remember(): void {
    this.#remembered = JSON.stringify(this.server.snapshot());
  }

  edit(edit: Edit): void {
    const before = this.#places();
    this.#perform(edit, this.#nameOf(edit.mailbox));
    for (const [mailboxId, place] of this.#places())
      if (before.get(mailboxId) !== place) this.touched.add(mailboxId);
    this.remember();
  }

  deliver(name: string, number: number, flags: readonly string[], date = dateOf(number)): void {
    this.#create(name);
    const kept = flags.filter((flag) => this.#isKept(flag));
    this.server.deliver(name, { body: bodyOf(number), flags: kept, internalDate: date });
    this.#count(number);
    this.remember();
  }

  /** Copies a message; what is returned expunges the original. */
  startMove(edit: Extract<Edit, { to: number; at: number }>): () => void {
    const [from, to] = [this.#nameOf(edit.mailbox), this.#nameOf(edit.to)];
    const message = this.#messageAt(from, edit.at);
    if (!message || from === to) return () => undefined;
    this.#copy(from, message.uid, to);
    this.remember();
    const { mailboxId } = this.#mailbox(from) ?? {};
    return () => {
      const now = this.#mailbox(from);
      const isThere = now?.mailboxId === mailboxId && now?.messages.some(({ uid }) => uid === message.uid);
      if (isThere) this.server.expunge(from, message.uid);
      this.remember();
    };
  }

  /** What an edit of a mailbox changes, and a removal of messages does not. */
  #places(): Map<string, string> {
    const entries = Object.entries(this.server.snapshot().mailboxes);
    return new Map(
      entries.map(([name, { mailboxId, uidValidity, uidNext }]) => [
        mailboxId,
        `${name} ${uidValidity} ${uidNext}`,
      ]),
    );
  }

  #perform(edit: Edit, name: string): void {
    if (edit.act === 'deliver') this.deliver(name, this.#nextNumber++, edit.flags);
    else if (edit.act === 'create') this.#create(name);
    else if (!this.#mailbox(name)) return;
    else if ('flag' in edit) this.#flag(name, edit);
    else if ('at' in edit) this.#editMessage(name, edit);
    else if ('to' in edit) this.#moveMailbox(name, this.#nameOf(edit.to), edit.act === 'swap');
    else this.#editMailbox(name, edit.act);
  }

  #flag(name: string, edit: Extract<Edit, { flag: string }>): void {
    const message = this.#messageAt(name, edit.at);
    if (!message || !this.#isKept(edit.flag)) return;
    this.server.setFlags(name, message.uid, edit.act === 'flag' ? 'add' : 'remove', [edit.flag]);
  }

  #editMessage(name: string, edit: Exclude<Extract<Edit, { at: number }>, { flag: string }>): void {
    const message = this.#messageAt(name, edit.at);
    if (!message) return;
    const { uid } = message;
    if (edit.act === 'expunge') {
      this.server.expunge(name, uid);
      return;
    }
    const to = this.#nameOf(edit.to);
    if (edit.act === 'twin') {
      const number = numberOf(this.server, name, uid);
      this.deliver(to, number, [], dateOf(number));
    } else if (edit.act === 'copy') this.#copy(name, uid, to);
    else if (edit.act === 'move') this.startMove(edit)();
    else if (to !== name)
      for (const { uid: each } of contentsIn(this.server, name)) {
        this.#copy(name, each, to);
        this.server.expunge(name, each);
      }
  }

  #editMailbox(name: string, act: Edit['act']): void {
    if (act === 'delete' && name !== 'INBOX') this.server.deleteMailbox(name);
    else if (act === 'empty')
      for (const { uid } of contentsIn(this.server, name)) this.server.expunge(name, uid);
    else if (act === 'subscribe' || act === 'unsubscribe') this.server.subscribe(name, act === 'subscribe');
    else if (act === 'renumber' || act === 'renew')
      this.server.changeUidValidity(name, { keepUids: act === 'renew' });
    else if (act === 'forget') this.server.forgetExpunged(name);
    else if (act === 'raise') {
      const { highestModseq = '0' } = this.#mailbox(name) ?? {};
      this.server.raiseModseq(name, BigInt(highestModseq) + 1n);
    }
  }

  #moveMailbox(from: string, to: string, isSwap: boolean): void {
    if (from === 'INBOX' || to === 'INBOX' || from === to) return;
    if (this.#isBelow(from, to) || this.#isBelow(to, from)) return;
    const there = this.#mailbox(to);
    if (isSwap && there) {
      const aside = wireName(this.naming, ['Aside']);
      this.#rename(to, aside);
      this.#rename(from, to);
      this.#rename(aside, from);
    } else if (!there && !this.#hasInferiors(to)) this.#rename(from, to);
  }

  /** Subscriptions follow, as people want it. */
  #rename(from: string, to: string): void {
    const { mailboxes, subscriptions } = this.server.snapshot();
    const moving = Object.keys(mailboxes).filter((name) => name === from || this.#isBelow(name, from));
    this.server.renameMailbox(from, to);
    for (const name of moving) {
      const renamed = to + name.slice(from.length);
      this.server.subscribe(renamed, subscriptions.includes(name));
      this.server.subscribe(name, false);
      for (const { uid } of contentsIn(this.server, renamed))
        this.#count(numberOf(this.server, renamed, uid));
    }
  }

  #isKept(flag: string): boolean {
    return this.#keepsKeywords || flag.startsWith('\\');
  }

  #copy(from: string, uid: number, to: string): void {
    this.#create(to);
    this.server.copy(from, uid, to);
    this.#count(numberOf(this.server, from, uid));
  }

  #create(name: string): void {
    if (!this.#mailbox(name)) this.server.createMailbox(name);
  }

  #count(number: number): void {
    this.arrivals.set(number, (this.arrivals.get(number) ?? 0) + 1);
  }

  #messageAt(name: string, at: number): MailboxContents['messages'][number] | undefined {
    const messages = contentsIn(this.server, name);
    return messages[Math.floor(at * messages.length)];
  }

  #mailbox(name: string): MailboxContents | undefined {
    return this.server.snapshot().mailboxes[name];
  }

  #isBelow(name: string, above: string): boolean {
    return name.startsWith(above + this.naming.delimiter);
  }

  #hasInferiors(name: string): boolean {
    return Object.keys(this.server.snapshot().mailboxes).some((one) => this.#isBelow(one, name));
  }

  #nameOf(mailbox: number): string {
    return wireName(this.naming, PATHS[mailbox] ?? ['INBOX']);
  }
}
