import type { Namespace, WireName } from '../../model/mailbox.js';
import type { StoreFacts, StoreFeatures } from '../mail-store.js';
import { formatInternalDate } from './internal-date.js';

/** A message on its way in, or one that is there. */
export interface MessageFacts {
  readonly mailbox: WireName;
  readonly flags: readonly string[];
  readonly internalDate: string;
  readonly body: Buffer;
}

/** What kind of server it is. Each may be changed while it runs (`server.configure`). */
export interface MemoryTraits {
  /** Display name of the account. */
  readonly account: string;
  readonly features: StoreFeatures;
  readonly software: string | null;
  readonly delimiter: string | null;
  /** Prefix of the personal namespace, such as `INBOX.`. */
  readonly prefix: WireName;
  readonly other: readonly Namespace[];
  readonly shared: readonly Namespace[];
  /** Flags that can be kept; `\*` among them: any keyword. */
  readonly permanentFlags: readonly string[];
  /** What happens to a keyword that cannot be kept. */
  readonly foreignKeywords: 'ignored' | 'refused';
  /** Which mailboxes have mod-sequences (where `features.condstore`). */
  readonly persistentModseq: (mailbox: WireName) => boolean;
  /** lost: VANISHED always names every UID of the asked range that does not exist (RFC 7162, section 3.2.10). */
  readonly expungeHistory: 'kept' | 'lost';
  /** False: a MULTIAPPEND that breaks leaves behind what was complete by then. */
  readonly multiAppendAtomic: boolean;
  /** Synchronising literals let the server refuse before the octets of a message; others only at the end. */
  readonly literals: 'synchronising' | 'non-synchronising';
  /** False: SELECT does not tell UIDNEXT. */
  readonly uidNextInSelect: boolean;
  readonly caseInsensitiveNames: boolean;
  /** Logged-in connections of all clients together. */
  readonly connectionLimit: number;
  /** Octets of all bodies together. */
  readonly quotaBytes: number;
  /** APPEND of octets that the mailbox holds already makes no message and returns the UID that is there. */
  readonly dedupes: boolean;
  /** What the server makes of the octets it is given, e.g. CRLF of LF. */
  readonly rewriteBody: (body: Buffer) => Buffer;
  readonly rewriteInternalDate: (internalDate: string) => string;
  /** RFC822.SIZE, where it lies. */
  readonly reportedSize: (body: Buffer) => number;
  /** The server's words when it does not take a message, else null. */
  readonly refuseMessage: (message: MessageFacts) => string | null;
  /** The server's words when it does not create a mailbox of that name, else null. */
  readonly refuseMailbox: (mailbox: WireName) => string | null;
  /** refused: FETCH of its body is answered with NO; omitted: it is left out of the answer. */
  readonly unreadable: (message: MessageFacts & { readonly uid: number }) => 'refused' | 'omitted' | null;
  /** The internal date of what is delivered without one. */
  readonly now: () => string;
}

export interface MemoryServerOptions extends Partial<Omit<MemoryTraits, 'features'>> {
  readonly features?: Partial<StoreFeatures>;
}

const FEATURES: StoreFeatures = {
  condstore: true,
  qresync: true,
  uidplus: true,
  multiAppend: 'atomic',
  esearch: true,
  listStatus: true,
  specialUse: true,
  createSpecialUse: true,
  objectId: true,
  emailId: true,
  appendLimitBytes: null,
};

const TRAITS: MemoryTraits = {
  account: 'memory@localhost',
  features: FEATURES,
  software: 'memory',
  delimiter: '/',
  prefix: '',
  other: [],
  shared: [],
  permanentFlags: ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', '\\*'],
  foreignKeywords: 'ignored',
  persistentModseq: () => true,
  expungeHistory: 'kept',
  multiAppendAtomic: true,
  literals: 'non-synchronising',
  uidNextInSelect: true,
  caseInsensitiveNames: false,
  connectionLimit: Number.POSITIVE_INFINITY,
  quotaBytes: Number.POSITIVE_INFINITY,
  dedupes: false,
  rewriteBody: (body) => body,
  rewriteInternalDate: (internalDate) => internalDate,
  reportedSize: (body) => body.length,
  refuseMessage: () => null,
  refuseMailbox: () => null,
  unreadable: () => null,
  now: () => formatInternalDate(new Date()),
};

/** QRESYNC implies CONDSTORE (RFC 7162, section 3.2.3), so taking away the latter takes away both. */
export function traitsFrom(options: MemoryServerOptions, base: MemoryTraits = TRAITS): MemoryTraits {
  const features = { ...base.features, ...options.features };
  return { ...base, ...options, features: { ...features, qresync: features.qresync && features.condstore } };
}

export function factsOf(traits: MemoryTraits): StoreFacts {
  return {
    personal: [{ prefix: traits.prefix, delimiter: traits.delimiter }],
    other: traits.other,
    shared: traits.shared,
    features: traits.features,
    software: traits.software,
    tls: null,
    capabilities: capabilitiesOf(traits),
  };
}

function capabilitiesOf({ features, literals }: MemoryTraits): string[] {
  const offered: readonly (readonly [string, boolean])[] = [
    ['NAMESPACE', true],
    ['LITERAL+', literals === 'non-synchronising'],
    ['CONDSTORE', features.condstore],
    ['QRESYNC', features.qresync],
    ['UIDPLUS', features.uidplus],
    ['MULTIAPPEND', features.multiAppend !== 'none'],
    ['ESEARCH', features.esearch],
    ['LIST-STATUS', features.listStatus],
    ['SPECIAL-USE', features.specialUse],
    ['CREATE-SPECIAL-USE', features.createSpecialUse],
    ['OBJECTID', features.objectId || features.emailId],
    [`APPENDLIMIT=${features.appendLimitBytes}`, features.appendLimitBytes !== null],
  ];
  return ['IMAP4REV1', ...offered.filter(([, has]) => has).map(([name]) => name)];
}
