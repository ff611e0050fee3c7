/** How much of a run an error spoils. */
export type ErrorScope = 'message' | 'mailbox' | 'account' | 'run';

/** When trying the same again may succeed. */
export type ErrorRetry = 'now' | 'later' | 'never';

export type ErrorCode =
  | 'USAGE'
  | 'SECRET_UNAVAILABLE'
  | 'AUTH_FAILED'
  | 'TLS_UNTRUSTED'
  | 'TLS_UNAVAILABLE'
  | 'HOST_UNKNOWN'
  | 'CONNECT_FAILED'
  | 'CONNECTION_LOST'
  | 'SERVER_SILENT'
  | 'SERVER_BUSY'
  | 'PROTOCOL_ERROR'
  | 'COMMAND_REFUSED'
  | 'OVER_QUOTA'
  | 'STOPPED_EARLY'
  | 'MESSAGE_TOO_LARGE'
  | 'MESSAGE_REJECTED'
  | 'MESSAGE_UNREADABLE'
  | 'MAILBOX_UNAVAILABLE'
  | 'MAILBOX_CHANGED'
  | 'PAIRING_UNCERTAIN'
  | 'LISTING_INCOMPLETE'
  | 'REMOVALS_HELD'
  | 'REMOVALS_WAITING'
  | 'REMOVAL_UNSUPPORTED'
  | 'FOREIGN_MESSAGES'
  | 'DRIFT'
  | 'MAILBOX_KEPT'
  | 'STILL_CHANGING'
  | 'READ_ONLY_SIDE'
  | 'STATE_LOCKED'
  | 'STATE_DAMAGED'
  | 'STATE_NEWER'
  | 'STATE_FOREIGN'
  | 'STATE_WRITE_FAILED'
  | 'INTERRUPTED'
  | 'INTERNAL';

/** Where an error happened. `account` is a display name without secrets. */
export interface ErrorPlace {
  readonly account?: string;
  readonly mailbox?: string;
  readonly uid?: number;
  readonly file?: string;
}

export interface MailferryErrorInit {
  readonly code: ErrorCode;
  readonly scope: ErrorScope;
  readonly retry: ErrorRetry;
  readonly message: string;
  readonly at?: ErrorPlace;
  /** The server's own words, untouched; whoever prints them removes control characters. */
  readonly serverText?: string;
  /** IMAP response code of the refusal (RFC 5530), upper case, without brackets. */
  readonly responseCode?: string;
  /** How long the server asks to be left alone before the next try, in ms. */
  readonly retryAfterMs?: number;
  /** The next command or setting that mends it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one error class. The engine acts on `scope` and `retry` alone; `code` decides the exit code and the
 * sentence a person reads.
 */
export class MailferryError extends Error {
  readonly code: ErrorCode;
  readonly scope: ErrorScope;
  readonly retry: ErrorRetry;
  readonly at: ErrorPlace;
  readonly serverText: string | undefined;
  readonly responseCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;

  constructor(init: MailferryErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'MailferryError';
    this.code = init.code;
    this.scope = init.scope;
    this.retry = init.retry;
    this.at = init.at ?? {};
    this.serverText = init.serverText;
    this.responseCode = init.responseCode;
    this.retryAfterMs = init.retryAfterMs;
    this.hint = init.hint;
  }

  /** The same error with a place filled in where it was not known yet. */
  located(place: ErrorPlace): MailferryError {
    const init = { ...this, message: this.message, cause: this.cause, at: { ...place, ...this.at } };
    return new MailferryError(init as MailferryErrorInit);
  }
}

/** Turns anything thrown into a MailferryError; what is not one already is a bug of ours (code INTERNAL). */
export function asMailferryError(error: unknown): MailferryError {
  if (error instanceof MailferryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MailferryError({ code: 'INTERNAL', scope: 'run', retry: 'never', message, cause: error });
}
