import type { SpecialUse, WireName } from '../../model/mailbox.js';
import { UidSet } from '../../model/uid-set.js';
import { MemoryAccount } from './account.js';
import type { MemoryConnection } from './connection.js';
import type { MemoryMailbox } from './mailbox.js';
import {
  isWriteOperation,
  type OnOperation,
  type Operation,
  type OperationKind,
  type OperationRequest,
  type Verdict,
} from './operation.js';
import { withoutUid } from './rename-mailbox.js';
import { type AccountSnapshot, snapshotAccount } from './snapshot.js';
import { MemoryStore, type MemoryStoreOptions, type StoreEnd } from './store.js';
import { type MemoryServerOptions, type MemoryTraits, traitsFrom } from './traits.js';

export interface Delivery {
  readonly body: Buffer | string;
  readonly flags?: readonly string[];
  /** IMAP date-time; the server's clock when absent. */
  readonly internalDate?: string;
  /** To leave a gap before it; must not be below the mailbox's uidNext. */
  readonly uid?: number;
}

interface Late {
  operations: number;
  readonly act: () => void;
}

/**
 * An IMAP server with one account, in memory. Stores made of it are its clients; the methods that edit are another
 * client, one that nothing ever happens to, and throw a plain Error for what does not exist.
 */
export class MemoryServer {
  /** Decides what becomes of each operation of the stores; may be set and taken away at any time. */
  onOperation: OnOperation | null = null;
  #traits: MemoryTraits;
  #data: MemoryAccount;
  readonly #connections = new Set<MemoryConnection>();
  readonly #stores: MemoryStore[] = [];
  #log: Operation[] = [];
  readonly #counts = new Map<OperationKind, number>();
  #logged = 0;
  #late: Late[] = [];

  constructor(options: MemoryServerOptions = {}) {
    this.#traits = traitsFrom(options);
    this.#data = new MemoryAccount(this.#traits.delimiter, this.#traits.caseInsensitiveNames);
    this.#data.create('INBOX');
  }

  /** A client of this server. Several may be at work at once. */
  store(options: MemoryStoreOptions = {}): MemoryStore {
    const store = new MemoryStore(this.#end(), { name: `client ${this.#stores.length + 1}`, ...options });
    this.#stores.push(store);
    return store;
  }

  /** Makes it another kind of server; connections that are open keep the facts they were told. */
  configure(options: MemoryServerOptions): void {
    this.#traits = traitsFrom(options, this.#traits);
  }

  /** What the stores have asked for, in order. */
  get operations(): readonly Operation[] {
    return this.#log;
  }

  /** What the stores have asked for that could change the account. */
  get writes(): readonly Operation[] {
    return this.#log.filter(isWriteOperation);
  }

  forgetOperations(): void {
    this.#log = [];
  }

  /** Breaks all connections, as a cable that is pulled. */
  dropConnections(): void {
    for (const connection of [...this.#connections]) connection.lose('the network is gone');
  }

  /** Ends the process of all stores made so far: see {@link MemoryStore.kill}. */
  freeze(): void {
    for (const store of this.#stores) store.kill();
  }

  /** Does now what a `late` verdict has put off. */
  landLate(): void {
    const due = this.#late;
    this.#late = [];
    for (const { act } of due) act();
  }

  /** Plain data for comparisons. */
  snapshot(): AccountSnapshot {
    return snapshotAccount(this.#data);
  }

  /** The octets of a message. */
  body(mailbox: WireName, uid: number): Buffer {
    const message = this.#mailbox(mailbox).find(uid);
    if (!message) throw new Error(`no message ${uid} in ${mailbox}`);
    return message.body;
  }

  /** Remembers the account as it is; calling what is returned puts it back, or one mailbox of it. */
  save(): (mailbox?: WireName) => void {
    const saved = this.#data.clone();
    return (mailbox) => (mailbox === undefined ? this.#restore(saved) : this.#restoreOne(saved, mailbox));
  }

  createMailbox(mailbox: WireName, specialUse: SpecialUse | null = null): void {
    if (!this.#data.create(mailbox, specialUse)) throw new Error(`there is a mailbox ${mailbox}`);
  }

  deleteMailbox(mailbox: WireName): void {
    this.#data.delete(this.#mailbox(mailbox));
  }

  /** With everything below it; UIDs, UIDVALIDITY and MAILBOXID stay. */
  renameMailbox(from: WireName, to: WireName): void {
    this.#mailbox(from);
    if (this.#data.find(to)) throw new Error(`there is a mailbox ${to}`);
    this.#data.rename(from, to);
  }

  subscribe(mailbox: WireName, subscribed = true): void {
    this.#data.subscribe(mailbox, subscribed);
  }

  /** Adds a message as it is, whatever the server would make of it. Tells its UID. */
  deliver(mailbox: WireName, delivery: Delivery): number {
    const { body, flags = [], internalDate = this.#traits.now(), uid } = delivery;
    const found = this.#mailbox(mailbox);
    if (uid !== undefined && uid < found.uidNext) throw new Error(`UID ${uid} is below UIDNEXT`);
    const message = { flags, internalDate, body: Buffer.from(body), ...(uid === undefined ? {} : { uid }) };
    return found.add([message])[0] ?? 0;
  }

  setFlags(
    mailbox: WireName,
    uids: UidSet | number,
    change: 'add' | 'remove',
    flags: readonly string[],
  ): void {
    this.#mailbox(mailbox).changeFlags(setOf(uids), change, flags);
  }

  expunge(mailbox: WireName, uids: UidSet | number): void {
    this.#mailbox(mailbox).expunge(setOf(uids));
  }

  /** Tells the UIDs of the copies, in the order of the originals. */
  copy(from: WireName, uids: UidSet | number, to: WireName): number[] {
    return this.#mailbox(to).add([...this.#mailbox(from).messagesIn(setOf(uids))].map(withoutUid));
  }

  move(from: WireName, uids: UidSet | number, to: WireName): number[] {
    const moved = this.copy(from, uids, to);
    this.expunge(from, uids);
    return moved;
  }

  /** A new UIDVALIDITY; with it, messages are numbered anew from 1 unless they are to keep their UIDs. */
  changeUidValidity(mailbox: WireName, { keepUids = false }: { readonly keepUids?: boolean } = {}): void {
    const old = this.#mailbox(mailbox);
    const next = old.clone({ uidValidity: this.#data.newUidValidity() });
    if (!keepUids) next.renumber();
    this.#data.replace(old, next);
  }

  /** The mod-sequence grows without anything to see, as by SETMETADATA (RFC 7162, section 3.2). */
  raiseModseq(mailbox: WireName, modseq: bigint): void {
    this.#mailbox(mailbox).raiseModseq(modseq);
  }

  /** VANISHED for what went before now names every UID that does not exist. */
  forgetExpunged(mailbox: WireName): void {
    this.#mailbox(mailbox).forgetExpunged();
  }

  #mailbox(name: WireName): MemoryMailbox {
    const found = this.#data.find(name);
    if (!found) throw new Error(`no mailbox ${name}`);
    return found;
  }

  #restore(saved: MemoryAccount): void {
    const old = this.#data;
    this.#data = saved.clone();
    this.#data.continueFrom(old);
    for (const mailbox of old.mailboxes()) mailbox.isGone = true;
  }

  #restoreOne(saved: MemoryAccount, name: WireName): void {
    const older = saved.find(name);
    if (!older) throw new Error(`there was no mailbox ${name}`);
    this.#data.replace(this.#mailbox(name), older.clone());
  }

  #record(client: string, request: OperationRequest): Operation {
    this.#logged++;
    const nth = (this.#counts.get(request.kind) ?? 0) + 1;
    this.#counts.set(request.kind, nth);
    const operation = { ...request, client, index: this.#logged, nth };
    this.#log.push(operation);
    this.#landDue();
    return operation;
  }

  #landDue(): void {
    for (const late of this.#late) late.operations--;
    const due = this.#late.filter(({ operations }) => operations < 0);
    this.#late = this.#late.filter(({ operations }) => operations >= 0);
    for (const { act } of due) act();
  }

  /** The server as its stores see it. */
  #end(): StoreEnd {
    const server = this;
    return {
      connections: this.#connections,
      get account() {
        return server.#traits.account;
      },
      get data() {
        return server.#data;
      },
      get traits() {
        return server.#traits;
      },
      log: (client, request) => this.#record(client, request),
      judge: (operation): Verdict | Promise<Verdict> => this.onOperation?.(operation) ?? 'go',
      later: (operations, act) => void this.#late.push({ operations, act }),
    };
  }
}

function setOf(uids: UidSet | number): UidSet {
  return typeof uids === 'number' ? UidSet.of(uids) : uids;
}
