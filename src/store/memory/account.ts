import type { SpecialUse, WireName } from '../../model/mailbox.js';
import { MemoryMailbox } from './mailbox.js';

/** Mailboxes and subscriptions of one account: plain rules, no options, no faults. */
export class MemoryAccount {
  readonly #mailboxes = new Map<string, MemoryMailbox>();
  readonly #subscriptions = new Map<string, WireName>();
  readonly #delimiter: string | null;
  readonly #foldsCase: boolean;
  #nextUidValidity = 1_000_001;
  #nextMailboxId = 1;

  constructor(delimiter: string | null, foldsCase: boolean) {
    this.#delimiter = delimiter;
    this.#foldsCase = foldsCase;
  }

  /** INBOX first, then by name. */
  mailboxes(): MemoryMailbox[] {
    const isInbox = ({ name }: MemoryMailbox) => Number(name === 'INBOX');
    return [...this.#mailboxes.values()].sort(
      (left, right) => isInbox(right) - isInbox(left) || (left.name < right.name ? -1 : 1),
    );
  }

  find(name: WireName): MemoryMailbox | undefined {
    return this.#mailboxes.get(this.#key(name));
  }

  /** Makes a mailbox; null when there is one of that name. */
  create(name: WireName, specialUse: SpecialUse | null = null): MemoryMailbox | null {
    if (this.find(name)) return null;
    const mailboxId = `F${this.#nextMailboxId++}`;
    const canonical = this.#key(name) === 'inbox' ? 'INBOX' : name;
    const mailbox = new MemoryMailbox({
      name: canonical,
      uidValidity: this.newUidValidity(),
      mailboxId,
      specialUse,
    });
    this.#mailboxes.set(this.#key(name), mailbox);
    return mailbox;
  }

  delete(mailbox: MemoryMailbox): void {
    mailbox.isGone = true;
    this.#mailboxes.delete(this.#key(mailbox.name));
  }

  /** Puts `next` where `mailbox` was, under the same name. */
  replace(mailbox: MemoryMailbox, next: MemoryMailbox): void {
    mailbox.isGone = true;
    this.#mailboxes.set(this.#key(mailbox.name), next);
  }

  /** Renames a mailbox and everything below it (RFC 3501, section 6.3.5). Subscriptions keep their old names. */
  rename(from: WireName, to: WireName): void {
    for (const mailbox of this.mailboxes()) {
      if (this.#key(mailbox.name) !== this.#key(from) && !this.isBelow(mailbox.name, from)) continue;
      this.#mailboxes.delete(this.#key(mailbox.name));
      mailbox.name = to + mailbox.name.slice(from.length);
      this.#mailboxes.set(this.#key(mailbox.name), mailbox);
    }
  }

  isBelow(name: WireName, ancestor: WireName): boolean {
    return this.#delimiter !== null && this.#key(name).startsWith(this.#key(ancestor) + this.#delimiter);
  }

  /** Names of all levels above, the topmost first. */
  ancestors(name: WireName): WireName[] {
    if (this.#delimiter === null) return [];
    const levels = name.split(this.#delimiter);
    return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join(this.#delimiter ?? ''));
  }

  /** A name need not be that of a mailbox (RFC 3501, section 6.3.9). */
  subscribe(name: WireName, subscribed: boolean): void {
    if (subscribed) this.#subscriptions.set(this.#key(name), name);
    else this.#subscriptions.delete(this.#key(name));
  }

  isSubscribed(name: WireName): boolean {
    return this.#subscriptions.has(this.#key(name));
  }

  subscriptions(): WireName[] {
    return [...this.#subscriptions.values()].sort();
  }

  sizeBytes(): number {
    let sizeBytes = 0;
    for (const mailbox of this.#mailboxes.values()) {
      for (const { body } of mailbox.messages()) sizeBytes += body.length;
    }
    return sizeBytes;
  }

  /** Never the same twice, so that a mailbox made again under an old name is told from the old one. */
  newUidValidity(): number {
    return this.#nextUidValidity++;
  }

  clone(): MemoryAccount {
    const copy = new MemoryAccount(this.#delimiter, this.#foldsCase);
    for (const [key, mailbox] of this.#mailboxes) copy.#mailboxes.set(key, mailbox.clone());
    for (const [key, name] of this.#subscriptions) copy.#subscriptions.set(key, name);
    copy.continueFrom(this);
    return copy;
  }

  /** Gives out no UIDVALIDITY and no MAILBOXID that `other` has given out. */
  continueFrom(other: MemoryAccount): void {
    this.#nextUidValidity = Math.max(this.#nextUidValidity, other.#nextUidValidity);
    this.#nextMailboxId = Math.max(this.#nextMailboxId, other.#nextMailboxId);
  }

  /** INBOX is known in any case (RFC 3501, section 5.1). */
  #key(name: WireName): string {
    const folded = name.toLowerCase();
    return this.#foldsCase || folded === 'inbox' ? folded : name;
  }
}
