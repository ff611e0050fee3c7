import type { StoreFeatures } from '../mail-store.js';
import type { LiteralMode } from './wire/command.js';

/**
 * Implementations seen to store a MULTIAPPEND whole or not at all when the connection breaks or a message in the
 * middle is refused (the conformance suite shows it on the real servers).
 */
const ATOMIC_MULTIAPPEND = /^(?:dovecot|cyrus imapd)\b/i;

/**
 * STATUS and LIST … RETURN (STATUS) print freed memory as MAILBOXID there (Cyrus 3.6.1), which is no identity and
 * may spoil the whole line. EMAILID is sound there.
 */
const BROKEN_OBJECTID = /^cyrus imapd\b/i;

/** What turned out at a server to be different from what it advertises; shared by all its connections. */
export interface Quirks {
  /** SELECT does not tell UIDNEXT although RFC 3501, section 6.3.1 requires it (Courier). */
  selectLacksUidNext: boolean;
  /** LIST … RETURN was refused although advertised. */
  plainListOnly: boolean;
  /** FETCH rows name the UID after the body, so a row cannot be told from its beginning. */
  uidAfterBody: boolean;
}

export function noQuirks(): Quirks {
  return { selectLacksUidNext: false, plainListOnly: false, uidAfterBody: false };
}

export function literalModeOf(capabilities: ReadonlySet<string>): LiteralMode {
  if (capabilities.has('LITERAL+')) return 'plus';
  return capabilities.has('LITERAL-') ? 'minus' : 'synchronizing';
}

/** `enabled` is what the server confirmed by `* ENABLED` (RFC 5161); an advertisement alone is not enough. */
export function featuresOf(
  capabilities: ReadonlySet<string>,
  enabled: ReadonlySet<string>,
  software: string | null,
): StoreFeatures {
  const atomic = software !== null && ATOMIC_MULTIAPPEND.test(software);
  return {
    condstore: enabled.has('CONDSTORE') || enabled.has('QRESYNC'),
    qresync: enabled.has('QRESYNC'),
    uidplus: capabilities.has('UIDPLUS'),
    multiAppend: capabilities.has('MULTIAPPEND') ? (atomic ? 'atomic' : 'unproven') : 'none',
    esearch: capabilities.has('ESEARCH'),
    listStatus: capabilities.has('LIST-STATUS') && capabilities.has('LIST-EXTENDED'),
    specialUse: capabilities.has('SPECIAL-USE'),
    createSpecialUse: capabilities.has('CREATE-SPECIAL-USE'),
    objectId: capabilities.has('OBJECTID') && !BROKEN_OBJECTID.test(software ?? ''),
    emailId: capabilities.has('OBJECTID'),
    appendLimitBytes: appendLimit(capabilities),
  };
}

/** APPENDLIMIT=n (RFC 7889, section 4); without a number the limit is a mailbox's own. */
function appendLimit(capabilities: ReadonlySet<string>): number | null {
  for (const capability of capabilities) {
    const match = /^APPENDLIMIT=(\d{1,15})$/.exec(capability);
    if (match) return Number(match[1]);
  }
  return null;
}
