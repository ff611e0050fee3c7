import type { ErrorCode } from '../../errors.js';

/** What a code means to a person. `%a` is the account, `%p` the start of its options (`--source-`). */
export interface ErrorWords {
  readonly what: string;
  /** Only where what was seen does not say it. */
  readonly wanted?: string;
  /** Used when the error brings no hint of its own. */
  readonly fix?: string;
}

const AGAIN = 'run the same command again; it goes on from what is saved';

/** null: the error's own message says what, seen and wanted. */
export const ERROR_WORDS: Readonly<Record<ErrorCode, ErrorWords | null>> = {
  USAGE: null,
  SECRET_UNAVAILABLE: null,
  AUTH_FAILED: {
    what: '%a refused the login',
    wanted: 'a user name and a password that this server accepts',
    fix: 'check the user name in the account URL and the password; some servers want a password made for one program',
  },
  TLS_UNTRUSTED: {
    what: 'the certificate of %a is not trusted',
    wanted: 'a valid certificate for this host name, signed by an authority this machine knows',
    fix: 'give the authority by %pca FILE, or this very certificate by %pfingerprint SHA256',
  },
  TLS_UNAVAILABLE: {
    what: '%a offers no encryption',
    wanted: 'STARTTLS, or TLS from the first octet',
    fix: 'try imaps:// (port 993) instead of imap://',
  },
  HOST_UNKNOWN: {
    what: 'the host of %a is unknown',
    wanted: 'a host name that leads to an address',
    fix: 'check the spelling of the host in the account URL and the name service of this machine',
  },
  CONNECT_FAILED: {
    what: 'no connection to %a',
    wanted: 'a mail server that answers on this host and port',
    fix: 'check host and port in the account URL, and whether the server is up; then run the same command again',
  },
  CONNECTION_LOST: {
    what: 'the connection to %a was lost',
    wanted: 'a connection that holds until the run has ended',
    fix: AGAIN,
  },
  SERVER_SILENT: {
    what: '%a owed an answer and gave none',
    wanted: 'an answer within the time that --timeout allows',
    fix: `${AGAIN}; --timeout allows a longer silence`,
  },
  SERVER_BUSY: {
    what: '%a wants no more of us for now',
    wanted: 'a server that takes as many connections and commands as the run needs',
    fix: 'run the same command again later, with fewer --connections if it says so',
  },
  PROTOCOL_ERROR: {
    what: '%a sent what could not be understood',
    wanted: 'IMAP',
    fix: 'check the port; to see what was sent add --trace imap',
  },
  COMMAND_REFUSED: { what: '%a refused a command', fix: 'to see the command add --trace imap' },
  OVER_QUOTA: {
    what: '%a is full',
    wanted: 'room for what is still to be copied',
    fix: 'make room there or raise its quota, then run the same command again',
  },
  STOPPED_EARLY: { what: 'the run ended early, as asked for', fix: AGAIN },
  MESSAGE_TOO_LARGE: {
    what: 'a message is too large for %a',
    wanted: 'no message larger than that server takes',
    fix: 'raise the limit of that server; --max-size SIZE leaves such messages out, --accept-skipped stops telling of them',
  },
  MESSAGE_REJECTED: {
    what: '%a refused a message',
    fix: 'look at it with a mail program; --accept-skipped stops telling of what has to stay behind',
  },
  MESSAGE_UNREADABLE: { what: '%a could not hand out a message' },
  MAILBOX_UNAVAILABLE: {
    what: 'a mailbox of %a cannot be used',
    fix: 'look at it with a mail program, give it another name if its name is what is refused, or leave it out by --exclude',
  },
  MAILBOX_CHANGED: { what: 'a mailbox of %a changed meanwhile', fix: AGAIN },
  PAIRING_UNCERTAIN: {
    what: 'it is not certain which messages of %a are there already',
    fix: 'compare the two mailboxes by hand',
  },
  LISTING_INCOMPLETE: {
    what: 'a listing of %a could not be understood whole',
    fix: 'add --trace imap to see it',
  },
  REMOVALS_HELD: {
    what: 'more would be removed at %a than a run may remove unasked',
    fix: 'look whether the other account still holds its mail; if so, allow it by --max-delete',
  },
  REMOVALS_WAITING: { what: 'removals at %a wait for another run', fix: AGAIN },
  REMOVAL_UNSUPPORTED: {
    what: '%a cannot remove single messages',
    wanted: 'UIDPLUS (RFC 4315)',
    fix: 'remove them there with a mail program',
  },
  FOREIGN_MESSAGES: {
    what: '%a has messages that no run has brought and the source does not have',
    wanted: 'a decision about them',
    fix: '--keep-extra leaves them there for good, --remove-foreign removes them',
  },
  DRIFT: {
    what: '%a was changed by others since the last run',
    wanted: 'no such changes, because of --on-drift stop',
    fix: 'look at them; without --on-drift stop they are undone',
  },
  MAILBOX_KEPT: {
    what: 'a mailbox of %a that is gone in the other account was not removed',
    fix: 'move away or remove there what it still holds, then run the same command again',
  },
  STILL_CHANGING: {
    what: 'the accounts kept changing while they were made equal',
    fix: 'run the same command again when less is going on',
  },
  READ_ONLY_SIDE: {
    what: 'a write to %a was stopped, which must never be written',
    fix: 'this is a mistake in mailferry: please report it',
  },
  STATE_LOCKED: {
    what: 'another run holds these accounts',
    wanted: 'one run at a time for an account that is written',
    fix: 'wait until it has ended, or stop it',
  },
  STATE_DAMAGED: {
    what: 'the saved state is damaged',
    wanted: 'the files of the state folder as mailferry wrote them',
    fix: 'put the state folder back from a backup, or move it away: the next run then compares all messages again',
  },
  STATE_NEWER: {
    what: 'the saved state is of a newer mailferry',
    fix: 'use that one, or give another --state-dir',
  },
  STATE_FOREIGN: {
    what: 'the saved state belongs to other accounts',
    wanted: 'state of the accounts that were given',
    fix: 'give another --state-dir',
  },
  STATE_WRITE_FAILED: {
    what: 'the state cannot be saved, so nothing more was done',
    wanted: 'a state folder that can be written',
    fix: 'give another --state-dir, then run the same command again',
  },
  INTERRUPTED: null,
  INTERNAL: {
    what: 'mailferry failed',
    fix: 'this is a mistake in mailferry: please report it; what is saved stays saved',
  },
};
