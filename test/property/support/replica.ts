import type { MailboxContents, MemoryServer } from '../../../src/store/memory.js';
import { bodyOf, dateOf } from '../../support/engine/index.js';
import { type Edit, MAILBOXES } from './copy-case.js';

/** A message that was delivered once: copies of it carry the same number, twins of it have ids of their own. */
interface Instance {
  readonly id: number;
  readonly number: number;
}

const REPLACING: readonly Edit['act'][] = ['delete', 'replace', 'rename', 'restore', 'renew', 'renumber'];

interface Saved {
  readonly restore: (mailbox: string) => void;
  readonly instances: readonly Instance[];
}

export function numberOf(server: MemoryServer, mailbox: string, uid: number): number {
  return Number(/Text of (\d+)/.exec(server.body(mailbox, uid).toString('latin1'))?.[1]);
}

export function contentsIn(server: MemoryServer, mailbox: string): MailboxContents['messages'] {
  return server.snapshot().mailboxes[mailbox]?.messages ?? [];
}

/** Counts of a multiset. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(mailbox: string, number: number, count = 1): void {
    const key = `${mailbox}/${number}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  of(mailbox: string, number: number): number {
    return this.#counts.get(`${mailbox}/${number}`) ?? 0;
  }
}

/**
 * A server and, beside it, what a person knows who edits it: which message is which, whatever its UID. Edits that make
 * no sense at the moment do nothing.
 */
export class Replica {
  readonly server: MemoryServer;
  /** Messages that were in a mailbox of this name at some time. */
  readonly ever = new Tally();
  /** Messages somebody took away. */
  readonly expunged = new Tally();
  /** Messages whose flags somebody changed after their delivery. */
  readonly touched = new Tally();
  /** Mailboxes put back to an earlier time; where no message is gone for it, nobody may notice. */
  readonly restored = new Set<string>();
  /** Mailboxes that did not simply go on. */
  readonly replaced = new Set<string>();
  /**
   * Mailboxes put back to an earlier time and not looked at since: were they to grow beyond what they had been, no client
   * could know that its UIDs mean other messages now.
   */
  readonly frozen = new Set<string>();
  /** No mailbox is replaced meanwhile: what may still arrive late could not be told from other mail any more. */
  isHeld = false;
  readonly #seen = new Set<string>();
  readonly #instances = new Map<string, Instance[]>([['INBOX', []]]);
  readonly #saved = new Map<string, Saved>();
  readonly #hasTwins: boolean;
  readonly #tellsUidNext: boolean;
  #nextId = 1;
  #nextNumber: number;

  constructor(server: MemoryServer, firstNumber: number, twins: boolean, tellsUidNext: boolean) {
    this.server = server;
    this.#nextNumber = firstNumber;
    this.#hasTwins = twins;
    this.#tellsUidNext = tellsUidNext;
  }

  numbers(mailbox: string): number[] {
    return (this.#instances.get(mailbox) ?? []).map(({ number }) => number);
  }

  /** A mailbox that is there already stays. */
  create(name: string): void {
    if (this.#instances.has(name)) return;
    if (!this.server.snapshot().mailboxes[name]) this.server.createMailbox(name);
    this.#instances.set(name, []);
  }

  deliver(name: string, number: number, flags: readonly string[], date = dateOf(number)): void {
    this.create(name);
    this.server.deliver(name, { body: bodyOf(number), flags, internalDate: date });
    this.#of(name).push({ id: this.#nextId++, number });
    this.#remember(name);
  }

  /** Messages that came by other hands are taken note of, in the order of their UIDs. */
  takeStock(): void {
    const { mailboxes } = this.server.snapshot();
    for (const name of this.#instances.keys()) if (!mailboxes[name]) this.#instances.delete(name);
    for (const [name, { messages }] of Object.entries(mailboxes)) {
      const instances = messages.map(({ uid }) => ({ id: 0, number: numberOf(this.server, name, uid) }));
      this.#instances.set(name, instances);
    }
  }

  /** What `restore` goes back to. */
  save(): void {
    const restore = this.server.save();
    this.#saved.clear();
    for (const [name, instances] of this.#instances)
      this.#saved.set(name, { restore, instances: [...instances] });
  }

  edit(edit: Edit): void {
    const name = MAILBOXES[edit.mailbox] ?? 'INBOX';
    if (edit.act === 'create') this.create(name);
    if (!this.#instances.has(name) && edit.act !== 'deliver') return;
    if (this.isHeld && REPLACING.includes(edit.act)) return;
    if (edit.act === 'delete') this.#delete(name);
    else if (edit.act === 'rename') this.#rename(name, MAILBOXES[edit.to] ?? 'INBOX');
    else if (edit.act === 'replace') this.#replace(name);
    else if (edit.act === 'restore') this.#restore(name);
    else if (edit.act === 'renew' || edit.act === 'renumber') this.#renew(name, edit.act === 'renew');
    else if (!this.frozen.has(name)) this.#editMessage(name, edit);
  }

  #editMessage(name: string, edit: Edit): void {
    if (!('at' in edit)) return;
    if (edit.act === 'deliver') {
      this.deliver(name, this.#nextNumber++, edit.flags);
      return;
    }
    const instances = this.#of(name);
    const index = Math.floor(edit.at * instances.length);
    const instance = instances[index];
    const uid = contentsIn(this.server, name)[index]?.uid;
    if (!instance || uid === undefined) return;
    const { number } = instance;
    if (edit.act === 'twin') {
      if (!this.#hasTwins) return;
      this.deliver(name, number, edit.flags, dateOf(number + (edit.at < 0.5 ? 0 : 400)));
    } else if (edit.act === 'expunge') {
      this.server.expunge(name, uid);
      instances.splice(index, 1);
      this.expunged.add(name, number);
    } else if (edit.act === 'flag' || edit.act === 'unflag') {
      this.server.setFlags(name, uid, edit.act === 'flag' ? 'add' : 'remove', [edit.flag]);
      this.touched.add(name, number);
    }
  }

  #delete(name: string): void {
    if (name === 'INBOX') return;
    this.server.deleteMailbox(name);
    this.#instances.delete(name);
    this.frozen.delete(name);
    this.replaced.add(name);
  }

  /** Another mailbox takes its name. */
  #replace(name: string): void {
    this.server.deleteMailbox(name);
    this.#instances.delete(name);
    this.frozen.delete(name);
    this.replaced.add(name);
    for (let count = 0; count < 3; count++) this.deliver(name, this.#nextNumber++, []);
  }

  #rename(from: string, to: string): void {
    if (from === 'INBOX' || this.#instances.has(to) || this.server.snapshot().mailboxes[to]) return;
    this.server.renameMailbox(from, to);
    this.#instances.set(to, this.#of(from));
    this.#instances.delete(from);
    if (this.frozen.delete(from)) this.frozen.add(to);
    this.replaced.add(from).add(to);
    this.#remember(to);
  }

  #renew(name: string, keepUids: boolean): void {
    this.server.changeUidValidity(name, { keepUids });
    this.frozen.delete(name);
    this.replaced.add(name);
  }

  #restore(name: string): void {
    const saved = this.#saved.get(name);
    // That it went back in time shows in UIDNEXT alone.
    if (!saved || !this.#tellsUidNext) return;
    // What is late must not make the mailbox grow unseen.
    this.server.landLate();
    saved.restore(name);
    this.#instances.set(name, [...saved.instances]);
    this.frozen.add(name);
    this.restored.add(name);
    this.replaced.add(name);
  }

  #of(name: string): Instance[] {
    const instances = this.#instances.get(name);
    if (!instances) throw new Error(`the replica has no ${name}`);
    return instances;
  }

  #remember(name: string): void {
    for (const { id, number } of this.#of(name)) {
      const key = `${name}/${id}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.ever.add(name, number);
    }
  }
}
