import type { FlagTable } from '../model/flags.js';
import type {
  MailboxListing,
  MailboxSnapshot,
  MailboxStatus,
  Namespace,
  SpecialUse,
  WireName,
} from '../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../model/message.js';
import type { UidSet } from '../model/uid-set.js';

/**
 * A step that may have to wait: undefined when the caller may go on at once. The hot path allocates no promise
 * for a message or a chunk.
 */
export type Pending = Promise<void> | undefined;

/** What the engine may rely on at a server. Advertised extensions that broke their promise are off here. */
export interface StoreFeatures {
  /** CONDSTORE (RFC 7162) is enabled. */
  readonly condstore: boolean;
  /** QRESYNC (RFC 7162) was asked for and confirmed by `* ENABLED QRESYNC`. */
  readonly qresync: boolean;
  /** UIDPLUS (RFC 4315): APPENDUID, COPYUID, UID EXPUNGE. */
  readonly uidplus: boolean;
  /**
   * MULTIAPPEND (RFC 3502). `atomic`: this implementation was seen to store all or nothing when a connection
   * breaks; `unproven`: advertised by a server that was never put to the test.
   */
  readonly multiAppend: 'atomic' | 'unproven' | 'none';
  /** ESEARCH (RFC 4731): `UID SEARCH RETURN (ALL)`. */
  readonly esearch: boolean;
  /** LIST … RETURN (STATUS …) (RFC 5819). */
  readonly listStatus: boolean;
  readonly specialUse: boolean;
  /** CREATE-SPECIAL-USE (RFC 6154, section 3). */
  readonly createSpecialUse: boolean;
  /** MAILBOXID of OBJECTID (RFC 8474, section 4): survives a RENAME. */
  readonly objectId: boolean;
  /** EMAILID of OBJECTID (RFC 8474, section 5.1): messages of one account with equal ids have equal octets. */
  readonly emailId: boolean;
  /** APPENDLIMIT (RFC 7889) for all mailboxes; null when none is advertised. */
  readonly appendLimitBytes: number | null;
}

/** What secures a connection. Text of the certificate comes from the server. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  readonly certificate: {
    /** As in the certificate: `DNS:mail.example.net, …`, or its subject. */
    readonly names: string;
    readonly issuer: string;
    /** ISO 8601. */
    readonly validTo: string;
    /** Hex with colons, as --fingerprint takes it. */
    readonly sha256: string;
  } | null;
}

export interface StoreFacts {
  readonly personal: readonly Namespace[];
  readonly other: readonly Namespace[];
  readonly shared: readonly Namespace[];
  readonly features: StoreFeatures;
  /** Name and version by ID (RFC 2971), for people; hostile input like all text from a server. */
  readonly software: string | null;
  /** null: clear text, or secured by something below (a tunnel). */
  readonly tls: TlsFacts | null;
  /** The capability line after the login, upper case. */
  readonly capabilities: readonly string[];
}

/** One account on one server: a pool of logged-in connections. */
export interface MailStore {
  /** Display name such as `ann@mail.example.net`, without secrets. */
  readonly account: string;
  /**
   * Logs in once and tells what the server is.
   * Throws AUTH_FAILED, TLS_UNTRUSTED, HOST_UNKNOWN, CONNECT_FAILED, SERVER_BUSY …, all of scope account.
   */
  connect(signal: AbortSignal): Promise<StoreFacts>;
  /** One logged-in connection for the caller alone, until released. Waits while all are taken; needs no connect(). */
  lease(signal: AbortSignal): Promise<MailSession>;
  /** A hint that so many connections are soon to be leased at once: connecting begins, and nothing is waited for. */
  warmUp?(connections: number, signal: AbortSignal): void;
  /** Ends all connections; leased ones break, and lease() rejects from now on. */
  close(): Promise<void>;
}

/** One limit of an account (RFC 9208). STORAGE is in octets here, MESSAGE in messages. */
export interface Quota {
  readonly root: string;
  /** Upper case: STORAGE, MESSAGE … */
  readonly resource: string;
  readonly used: number;
  readonly limit: number;
}

/**
 * One logged-in connection. Every method throws CONNECTION_LOST or SERVER_SILENT (scope account, retry now) when
 * the connection fails; the session is dead then and must be released. Nothing returns false for 'no'.
 *
 * A signal that aborts rejects with its reason or with INTERRUPTED: at once, and with nothing sent when it was
 * aborted before; in the middle of a command the session is dead afterwards, and whether the server has done it is
 * not known. What breaks a rule below (a session after its release, a mailbox no longer open) throws INTERNAL.
 */
export interface MailSession {
  readonly facts: StoreFacts;
  /**
   * All mailboxes of the personal namespaces, with subscriptions and STATUS, as they are now, the one that this
   * session has open included. A subscribed name without a mailbox is not listed.
   */
  list(signal: AbortSignal): Promise<MailboxListing>;
  /** As it is now, for the open mailbox too. Throws MAILBOX_UNAVAILABLE (scope mailbox) when the server refuses. */
  status(mailbox: WireName, signal: AbortSignal): Promise<MailboxStatus>;
  /**
   * Creates a mailbox, and the levels above it where the server wants them; one that is there already is fine
   * (returns false then). `specialUse` is asked for where `features.createSpecialUse`, else left out. Throws
   * MAILBOX_UNAVAILABLE (scope mailbox) when the server refuses the name.
   */
  create(mailbox: WireName, specialUse: SpecialUse | null, signal: AbortSignal): Promise<boolean>;
  /** Throws COMMAND_REFUSED (scope mailbox), as some servers do for a mailbox that is not there. */
  subscribe(mailbox: WireName, subscribed: boolean, signal: AbortSignal): Promise<void>;
  /**
   * Gives a mailbox another name; what lies below it moves along (RFC 3501, section 6.3.5). Throws
   * MAILBOX_UNAVAILABLE (scope mailbox) when the server refuses, as it does when the new name is taken.
   */
  rename(from: WireName, to: WireName, signal: AbortSignal): Promise<void>;
  /**
   * Deletes a mailbox with all it holds; what lies below it stays. One that is not there is fine (returns false
   * then). Throws MAILBOX_UNAVAILABLE (scope mailbox) when the server refuses.
   */
  remove(mailbox: WireName, signal: AbortSignal): Promise<boolean>;
  /** Whether a mailbox that can be selected has exactly this name now, by a LIST of its own. */
  isThere(mailbox: WireName, signal: AbortSignal): Promise<boolean>;
  /** Limits that count for a mailbox; empty where the server tells none. */
  quota(mailbox: WireName, signal: AbortSignal): Promise<readonly Quota[]>;
  /** Octets of all messages of a mailbox; null where the server cannot tell without reading them. */
  totalBytes(mailbox: WireName, signal: AbortSignal): Promise<number | null>;
  /**
   * A fresh SELECT or EXAMINE. The mailbox opened before on this session becomes unusable, also when this one
   * cannot be opened; it is never CLOSEd, so nothing is expunged. Throws MAILBOX_UNAVAILABLE.
   *
   * `ahead` is called once the request is on its way: what it asks goes along, which saves a round trip. Its answers
   * speak of the mailbox as opened, and are nothing when it cannot be opened.
   */
  open(
    mailbox: WireName,
    mode: 'examine' | 'select',
    signal: AbortSignal,
    ahead?: (reads: MailboxReads) => void,
  ): Promise<OpenMailbox>;
  /** Has the open mailbox closed, where that expunges nothing (UNSELECT), and does not wait; it is not to be used any more. */
  leave(signal: AbortSignal): void;
  /**
   * Starts one APPEND of one message or, where `features.multiAppend` is not none, of many. A session has one
   * such stream at a time and does nothing else meanwhile: the open mailbox stays open, but is not to be used.
   */
  append(mailbox: WireName, signal: AbortSignal): AppendStream;
  /** Gives the connection back; a broken one or one in the middle of a command is closed. */
  release(): void;
}

export interface FlagsQuery {
  /** UIDs asked about; must not be empty. */
  readonly within: UidSet;
  /** Only what changed after this mod-sequence (must not be 0; needs `features.condstore`). */
  readonly changedSince?: bigint;
}

export interface FlagsReport {
  /** UIDs that had a row; flags below speak of these alone. */
  readonly rows: UidSet;
  readonly flags: FlagTable;
  /**
   * UIDs inside `within` that the server says are gone (VANISHED, RFC 7162, section 3.2.10); a superset is
   * legal. null when the server cannot tell (no QRESYNC, or no `changedSince`).
   */
  readonly vanished: UidSet | null;
  /** False when a row could not be understood: nothing may be removed on such evidence. */
  readonly complete: boolean;
}

/** What may be asked while a mailbox is still being opened. */
export type MailboxReads = Pick<OpenMailbox, 'existing' | 'uids' | 'flags' | 'metadata' | 'headers'>;

/** A selected mailbox of a session. UIDs that do not exist are silently absent from every answer (RFC 3501, 6.4.8). */
export interface OpenMailbox {
  readonly snapshot: MailboxSnapshot;
  /** Which of these UIDs exist now (`UID SEARCH`, numbers only). */
  existing(within: UidSet, signal: AbortSignal): Promise<UidSet>;
  /** All UIDs that exist now. */
  uids(signal: AbortSignal): Promise<UidSet>;
  flags(query: FlagsQuery, signal: AbortSignal): Promise<FlagsReport>;
  /** Ascending by UID. The caller bounds the number of UIDs. */
  metadata(uids: UidSet, signal: AbortSignal): Promise<MessageMetadata[]>;
  /** Metadata and BODY.PEEK[HEADER.FIELDS (`fields`)]; rows are handed over one by one, in any order. */
  headers(
    uids: UidSet,
    fields: readonly string[],
    onRow: (row: MessageHeaders) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Streams whole messages with BODY.PEEK[], in the order the server sends them (ascending everywhere seen).
   * A message that has gone meanwhile, or that the server cannot read, is left out; for the latter it may throw
   * MESSAGE_UNREADABLE (scope message, with the UID) instead. What was handed over before any error is good, and
   * what had no end() is not. Rejects with the very thing that the sink threw, after which the session is dead:
   * an answer cannot be cancelled, only cut.
   */
  bodies(uids: UidSet, sink: BodySink, signal: AbortSignal): Promise<void>;
  /**
   * `UID STORE ±FLAGS.SILENT`. A flag that cannot be kept may be dropped in silence. Throws COMMAND_REFUSED (scope
   * mailbox), always when the mailbox is open for reading only.
   */
  storeFlags(
    uids: UidSet,
    change: 'add' | 'remove',
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * `UID STORE +FLAGS.SILENT (\Deleted)` and `UID EXPUNGE`; needs `features.uidplus` and a mailbox opened by
   * SELECT, else COMMAND_REFUSED (scope mailbox).
   */
  expunge(uids: UidSet, signal: AbortSignal): Promise<void>;
  /**
   * `UID COPY` into another mailbox of the same account, in ascending order of UIDs; flags and internalDate go along.
   * UIDs that do not exist are left out in silence. Throws MAILBOX_UNAVAILABLE (scope mailbox), OVER_QUOTA (scope
   * account), COMMAND_REFUSED (scope mailbox): then nothing was stored; or CONNECTION_LOST, SERVER_SILENT: then
   * nobody knows.
   */
  copyTo(uids: UidSet, mailbox: WireName, signal: AbortSignal): Promise<CopyResult>;
  /** EMAILID (RFC 8474, section 5.1) of messages; needs `features.emailId`. */
  emailIds(uids: UidSet, signal: AbortSignal): Promise<ReadonlyMap<number, string>>;
  /** UIDs that have one of these EMAILIDs, by the id; needs `features.emailId`. The caller bounds their number. */
  withEmailIds(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, UidSet>>;
}

export interface CopyResult {
  /**
   * By COPYUID (RFC 4315, section 3): which message became which, `from` and `to` in parallel; null where the server
   * does not tell.
   */
  readonly assigned: {
    readonly uidValidity: number;
    readonly from: readonly number[];
    readonly to: readonly number[];
  } | null;
}

/** Receives bodies, one call after the other. Each method may return a promise to slow the server down. */
export interface BodySink {
  /** `sizeBytes` is the length of the literal, the true one. */
  start(uid: number, sizeBytes: number): Pending;
  /** The buffer may be kept: it is not used again. */
  chunk(data: Buffer): Pending;
  /** All octets of the message have been handed over. */
  end(): Pending;
}

export interface AppendMessage {
  readonly flags: readonly string[];
  readonly internalDate: string;
  readonly sizeBytes: number;
}

export interface AppendResult {
  /** By APPENDUID (RFC 4315, section 3), in the order of the literals; null where the server does not tell. */
  readonly assigned: { readonly uidValidity: number; readonly uids: readonly number[] } | null;
}

/**
 * One APPEND command on its way. The last octet of the last literal and the end of the command are withheld until
 * {@link commit}, so that until then the server cannot have stored anything (with several messages: where it
 * stores all or nothing).
 */
export interface AppendStream {
  /**
   * Starts the next message; the one before must be complete. Nothing is sent before the first. A refusal may come
   * here or in {@link write} already (synchronising literals): the stream is over then, and the session dead if
   * octets were on their way.
   */
  begin(message: AppendMessage): Pending;
  /** Takes the buffer over: it must not be changed afterwards. */
  write(chunk: Buffer): Pending;
  /**
   * Sends what is withheld and waits for the answer. The next APPEND of the session may begin meanwhile; answers come in
   * the order of the commands. Throws OVER_QUOTA (scope account), MESSAGE_TOO_LARGE,
   * MESSAGE_REJECTED (scope message), MAILBOX_UNAVAILABLE (scope mailbox): then nothing was stored; or
   * CONNECTION_LOST, SERVER_SILENT: then nobody knows.
   */
  commit(): Promise<AppendResult>;
  /** Breaks off what is not committed; nothing of it is stored. The session is dead afterwards. */
  abandon(): void;
}
