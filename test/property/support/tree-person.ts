import type { MemoryServer } from '../../../src/store/memory.js';
import { deliver } from '../../support/engine/index.js';
import { numberOf } from './replica.js';
import type { TreeEdit, TreeServer } from './tree-case.js';

/** Edits the tree of one account as a person does; what the server would refuse does not happen. */
export class TreePerson {
  readonly server: MemoryServer;
  /** Numbers of messages this person removed, alone or with their mailbox. */
  readonly removed = new Set<number>();
  /** Numbers of messages that came to this side since both were last equal, and that nobody removed here. */
  readonly fresh = new Set<number>();
  /** Numbers of all messages that both sides had. */
  readonly known = new Set<number>();
  readonly #style: TreeServer;
  #next: number;

  constructor(server: MemoryServer, style: TreeServer, firstNumber: number) {
    this.server = server;
    this.#style = style;
    this.#next = firstNumber;
  }

  edit(edit: TreeEdit): void {
    if (edit.does === 'create') {
      this.create(edit.to, edit.isEmpty);
      return;
    }
    const from = this.#mailboxAt(edit.at);
    if (from === undefined) return;
    if (edit.does === 'rename') this.#rename(from, this.#style.wire(edit.to));
    else if (edit.does === 'exchange') this.#exchange(from, this.#mailboxAt(edit.with) ?? from);
    else if (edit.does === 'delete') this.#delete(from);
    else if (edit.does === 'deliver') this.#deliver(from);
    else if (edit.does === 'subscribe') this.server.subscribe(from, true);
    else if (edit.does === 'unsubscribe') this.server.subscribe(from, false);
    else this.#touch(from, edit.does);
  }

  /** With a message to tell it by, or without. */
  create(name: string, isEmpty: boolean): void {
    const wire = this.#style.wire(name);
    if (this.#isName(wire)) return;
    this.server.createMailbox(wire);
    if (!isEmpty) this.#deliver(wire);
  }

  /** How often a message is in the account, by its number. */
  counts(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const [name, { messages }] of Object.entries(this.server.snapshot().mailboxes)) {
      for (const { uid } of messages) {
        const number = numberOf(this.server, name, uid);
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** Messages by mailbox, in no order, and subscriptions, under names with `/` between levels. */
  contents(): Record<string, readonly string[]> {
    const { mailboxes, subscriptions } = this.server.snapshot();
    const plain = (name: string): string => (name === 'INBOX' ? name : this.#style.plain(name));
    const lines = Object.entries(mailboxes).map(([name, { messages }]) => [
      plain(name),
      messages
        .map(({ digest, internalDate, flags }) => `${digest} ${internalDate} ${flags.join(' ')}`)
        .sort(),
    ]);
    const there = subscriptions.filter((name) => mailboxes[name] !== undefined);
    return Object.fromEntries([...lines, ['(subscribed)', there.map(plain).sort()]]);
  }

  #mailboxAt(at: number): string | undefined {
    const names = Object.keys(this.server.snapshot().mailboxes)
      .filter((name) => name !== 'INBOX')
      .sort();
    return names[at % Math.max(1, names.length)];
  }

  #rename(from: string, to: string): void {
    const isBelow = to.startsWith(from + this.#delimiter);
    if (!isBelow && !this.#isName(to)) this.#renameWithSubscriptions(from, to);
  }

  #renameWithSubscriptions(from: string, to: string): void {
    const { subscriptions } = this.server.snapshot();
    this.server.renameMailbox(from, to);
    for (const name of subscriptions) {
      if (name !== from && !name.startsWith(from + this.#delimiter)) continue;
      this.server.subscribe(name, false);
      this.server.subscribe(to + name.slice(from.length));
    }
  }

  #exchange(one: string, other: string): void {
    const isBelow = (name: string, above: string): boolean => name.startsWith(above + this.#delimiter);
    if (one === other || isBelow(one, other) || isBelow(other, one)) return;
    const away = this.#style.wire('away');
    this.#renameWithSubscriptions(one, away);
    this.#renameWithSubscriptions(other, one);
    this.#renameWithSubscriptions(away, other);
  }

  #delete(name: string): void {
    const { messages } = this.server.snapshot().mailboxes[name] ?? { messages: [] };
    for (const { uid } of messages) this.#note(numberOf(this.server, name, uid));
    this.server.subscribe(name, false);
    this.server.deleteMailbox(name);
  }

  #deliver(name: string): void {
    deliver(this.server, name, this.#next, []);
    this.fresh.add(this.#next);
    this.#next += 1;
  }

  #touch(name: string, does: 'expunge' | 'flag'): void {
    const { messages } = this.server.snapshot().mailboxes[name] ?? { messages: [] };
    const [first] = messages
      .map(({ uid }) => ({ uid, number: numberOf(this.server, name, uid) }))
      .sort((one, other) => one.number - other.number);
    if (!first) return;
    if (does === 'expunge') {
      this.#note(first.number);
      this.server.expunge(name, first.uid);
    } else this.server.setFlags(name, first.uid, 'add', ['\\Flagged']);
  }

  #note(number: number): void {
    this.removed.add(number);
    this.fresh.delete(number);
  }

  #isName(name: string): boolean {
    return Object.keys(this.server.snapshot().mailboxes).some(
      (one) => one === name || one.startsWith(name + this.#delimiter),
    );
  }

  get #delimiter(): string {
    return this.#style.options.delimiter ?? '/';
  }
}
