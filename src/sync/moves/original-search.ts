import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { MessageHeaders } from '../../model/message.js';
import { UidSet } from '../../model/uid-set.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { FINGERPRINT_FIELDS, type Fingerprint, fingerprintOf, sameMessageKey } from '../fingerprint.js';
import type { MailboxWork } from '../run-context.js';
import type { MessageThere, MovedMessage } from './moved-message.js';
import type { SearchEnds } from './search-ends.js';
import type { SettledMailbox } from './settled-mailbox.js';

interface Sought {
  readonly uid: number;
  readonly print: Fingerprint;
  readonly internalDate: string;
}

/** Looks through mailboxes of the source for the originals of messages, and for what stands for these on side b. */
export class OriginalSearch {
  /** By UID, what the destination holds elsewhere. */
  readonly found = new Map<number, MovedMessage>();
  readonly #work: MailboxWork;
  readonly #ends: SearchEnds;
  readonly #uids: UidSet;
  /** Messages without an original yet, by EMAILID. */
  readonly #left = new Map<string, readonly Sought[]>();
  #hasLeft = false;

  constructor(work: MailboxWork, ends: SearchEnds, uids: UidSet) {
    this.#work = work;
    this.#ends = ends;
    this.#uids = uids;
  }

  /** Whether other mailboxes have been opened on the sessions. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** One mailbox after the other, until nothing is left to be found. */
  async lookIn(places: readonly SettledMailbox[]): Promise<void> {
    await this.#identify();
    for (const place of places) {
      if (this.#left.size === 0) return;
      this.#work.run.checkFinish();
      await this.#lookInto(place);
    }
  }

  async #identify(): Promise<void> {
    const { source } = this.#ends;
    const { signal } = this.#work.run;
    const prints = new Map<number, Sought>();
    const onRow = (row: MessageHeaders): void => {
      const { uid, internalDate } = row;
      const print = fingerprintOf(row);
      if (sameMessageKey(print) !== null) prints.set(uid, { uid, print, internalDate });
    };
    await source.headers(this.#uids, FINGERPRINT_FIELDS, onRow, signal);
    if (prints.size === 0) return;
    for (const [uid, id] of await source.emailIds(UidSet.from(prints.keys()), signal)) {
      const sought = prints.get(uid);
      if (sought) this.#left.set(id, [...(this.#left.get(id) ?? []), sought]);
    }
  }

  async #lookInto({ key, names }: SettledMailbox): Promise<void> {
    const { run } = this.#work;
    const { a, b } = run.options.state.pair(key)?.cursors ?? { a: null, b: null };
    if (!a || !b) return;
    const mailbox = await this.#open(this.#ends.reader, names.a, a.uidValidity);
    if (!mailbox || mailbox.snapshot.messages === 0) return;
    const originals = await mailbox.withEmailIds([...this.#left.keys()], run.signal);
    if (originals.size === 0) return;
    const partners = await this.#partnersOf(key, originals, a.uidNext);
    if (partners.size === 0) return;
    const there = await this.#open(this.#ends.session, names.b, b.uidValidity);
    if (there) await this.#verify(there, partners);
  }

  /**
   * EMAILIDs by the UID of the message on side b that stands for an original. One that came after the mailbox was
   * settled may be about to get its flags.
   */
  async #partnersOf(
    key: string,
    originals: ReadonlyMap<string, UidSet>,
    uidNext: number | null,
  ): Promise<ReadonlyMap<number, string>> {
    const partners = new Map<number, string>();
    const { state } = this.#work.run.options;
    // Whoever works on the pair may unload it at any moment, so that it is read without waiting in between. What is
    // loaded here goes with the run.
    if (!state.loaded(key)) await state.load(key);
    const map = state.loaded(key)?.map;
    if (!map) return partners;
    const settled = uidNext === null ? map.aUids() : UidSet.range(1, uidNext - 1);
    for (const [id, uids] of originals) {
      for (const uid of map.toB(uids.intersect(settled)).uids()) partners.set(uid, id);
    }
    return partners;
  }

  /** Only what has the very headers, date and size of the copy, now, stands for it. */
  async #verify(mailbox: OpenMailbox, partners: ReadonlyMap<number, string>): Promise<void> {
    const { name, uidValidity } = mailbox.snapshot;
    const onRow = (row: MessageHeaders): void => {
      const id = partners.get(row.uid);
      const waiting = id === undefined ? undefined : this.#left.get(id);
      if (id === undefined || !waiting) return;
      const key = sameMessageKey(fingerprintOf(row));
      const there: MessageThere = { mailbox: name, uidValidity, uid: row.uid, flags: row.flags };
      const isThis = ({ print }: Sought): boolean => sameMessageKey(print) === key;
      for (const sought of waiting.filter(isThis)) this.found.set(sought.uid, { ...sought, there });
      const rest = waiting.filter((sought) => !isThis(sought));
      if (rest.length > 0) this.#left.set(id, rest);
      else this.#left.delete(id);
    };
    const uids = UidSet.from(partners.keys());
    await mailbox.headers(uids, FINGERPRINT_FIELDS, onRow, this.#work.run.signal);
  }

  /** null where it cannot be opened, or is another mailbox than the one that is known. */
  async #open(session: MailSession, name: WireName, uidValidity: number): Promise<OpenMailbox | null> {
    this.#hasLeft = true;
    try {
      const mailbox = await session.open(name, 'examine', this.#work.run.signal);
      return mailbox.snapshot.uidValidity === uidValidity ? mailbox : null;
    } catch (thrown) {
      if (asMailferryError(thrown).scope !== 'mailbox') throw thrown;
      return null;
    }
  }
}
