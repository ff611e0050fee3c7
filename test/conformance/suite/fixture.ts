import type { SpecialUse, WireName } from '../../../src/model/mailbox.js';
import type { MailStore, StoreFeatures } from '../../../src/store/mail-store.js';

/** One account on one server, with nothing in it but what the suite puts there. */
export interface StoreFixture {
  /** A new client of the account; the suite closes it. */
  store(options?: { readonly connections?: number }): MailStore;
  /** Another client, one that shares no code with the stores. */
  readonly peer: Peer;
  readonly expected: ExpectedFacts;
  /** Pulls the cable of all clients made so far; new ones may connect. */
  cut(): void | Promise<void>;
  /** The server does the next APPEND, but its answer never arrives and the connection ends. */
  loseNextAppendAnswer(): void;
  /** Puts octets into a mailbox that no APPEND would bring there, where that can be done. */
  readonly place?: (mailbox: WireName, body: Buffer) => Promise<void>;
  /** Octets of answers that clients have taken from the server so far, where they can be counted. */
  readonly receivedBytes?: () => number;
  cleanup(): Promise<void>;
}

/** What is known of the server without asking the store. */
export interface ExpectedFacts {
  readonly delimiter: string;
  readonly prefix: WireName;
  readonly features: Partial<StoreFeatures>;
  readonly hasModseq: boolean;
  /** What SELECT tells of UIDNEXT, or the store makes up for. */
  readonly hasUidNext: boolean;
  /** The text of an internal date survives, with its zone; elsewhere only the instant does. */
  readonly keepsZone: boolean;
  /** Sizes of bodies that the server keeps as they are, whatever is in them. */
  readonly bodySizes: readonly number[];
  /** APPEND of no octets makes some message; elsewhere it is refused (RFC 3502, section 6.3.11). */
  readonly takesEmpty?: boolean;
  /** A renamed mailbox gets another UIDVALIDITY and numbers its messages anew, in any order; elsewhere both stay. */
  readonly renumbersRenamed?: boolean;
  /** DELETE of a mailbox is refused while others lie below it. */
  readonly refusesParents?: boolean;
  /** Octets that APPEND refuses. */
  readonly refusedBody?: Buffer;
  /** A name under which no mailbox can be made. */
  readonly refusedName?: WireName;
  /** Single levels, in modified UTF-7, that are hard on a client. */
  readonly oddNames: readonly WireName[];
  /** A mailbox that is there with a special use. */
  readonly specialUse?: { readonly name: WireName; readonly use: SpecialUse };
}

/** A message as another client sees it. */
export interface PeerMessage {
  readonly uid: number;
  /** Sorted; `\Recent` among them where the server says so. */
  readonly flags: readonly string[];
  readonly internalDate: string;
  readonly body: Buffer;
}

export interface PeerView {
  readonly uidValidity: number;
  /** null where EXAMINE does not tell. */
  readonly uidNext: number | null;
  /** Ascending by UID. */
  readonly messages: readonly PeerMessage[];
}

export interface PeerAppend {
  readonly flags?: readonly string[];
  readonly internalDate?: string;
}

/** The independent client. Its reads change nothing: EXAMINE and BODY.PEEK. */
export interface Peer {
  names(): Promise<WireName[]>;
  subscriptions(): Promise<WireName[]>;
  create(mailbox: WireName): Promise<void>;
  subscribe(mailbox: WireName): Promise<void>;
  /** Appends in order and tells the UIDs. */
  append(mailbox: WireName, bodies: readonly Buffer[], options?: PeerAppend): Promise<number[]>;
  storeFlags(
    mailbox: WireName,
    uids: readonly number[],
    sign: '+' | '-',
    flags: readonly string[],
  ): Promise<void>;
  /** Removes exactly these messages. */
  expunge(mailbox: WireName, uids: readonly number[]): Promise<void>;
  look(mailbox: WireName): Promise<PeerView>;
}
