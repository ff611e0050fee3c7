import { type ErrorPlace, MailferryError, type MailferryErrorInit } from '../../errors.js';
import type { StatusLine } from './wire/status-line.js';

/** Response codes of RFC 5530 that pass by themselves. */
const TEMPORARY = new Set([
  'UNAVAILABLE',
  'INUSE',
  'SERVERBUG',
  'THROTTLED',
  'LIMIT',
  'EXPIRED',
  'EXPUNGEISSUED',
]);
const THROTTLE_TEXT = /throttl|backoff time|too many (?:requests|connections)|rate limit|try again later/i;
const NONEXISTENT_TEXT = /mailbox (?:does not|doesn't) exist/i;
const QUOTA_TEXT = /quota|mailbox (?:is )?full/i;

type Kind = Pick<MailferryErrorInit, 'code' | 'scope' | 'retry'>;

/** Whether a refusal is about the moment and not about what was asked. */
export function isTemporary(status: StatusLine): boolean {
  return (status.code !== null && TEMPORARY.has(status.code)) || THROTTLE_TEXT.test(status.text);
}

/** Whether a refusal says that there is no such mailbox; Dovecot and Courier leave the code away in STATUS. */
export function isNonexistent({ status, code, text }: Pick<StatusLine, 'status' | 'code' | 'text'>): boolean {
  return status === 'NO' && (code === 'NONEXISTENT' || (code === null && NONEXISTENT_TEXT.test(text)));
}

/** The same of a refusal that was thrown. */
export function saysNonexistent(error: unknown): boolean {
  if (!(error instanceof MailferryError) || error.code !== 'MAILBOX_UNAVAILABLE') return false;
  const { responseCode = null, serverText = '' } = error;
  return isNonexistent({ status: 'NO', code: responseCode, text: serverText });
}

/** A command the server answered with NO or BAD. `what` completes the sentence 'the server refused to …'. */
export function refusal(status: StatusLine, what: string, at: ErrorPlace): MailferryError {
  return build(status, what, at, commandKind(status));
}

/** The same for opening, asking about or changing a mailbox. */
export function mailboxRefusal(status: StatusLine, what: string, at: ErrorPlace): MailferryError {
  const kind = commandKind(status);
  return build(
    status,
    what,
    at,
    kind.code === 'COMMAND_REFUSED' ? { ...kind, code: 'MAILBOX_UNAVAILABLE' } : kind,
  );
}

/** The same for APPEND, where most refusals speak of the message. */
export function appendRefusal(status: StatusLine, at: ErrorPlace): MailferryError {
  return build(status, 'take the message', at, appendKind(status));
}

function commandKind(status: StatusLine): Kind {
  if (isOverQuota(status)) return { code: 'OVER_QUOTA', scope: 'account', retry: 'never' };
  if (isTemporary(status)) return { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later' };
  return { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never' };
}

function appendKind(status: StatusLine): Kind {
  if (isOverQuota(status)) return { code: 'OVER_QUOTA', scope: 'account', retry: 'never' };
  if (status.code === 'TOOBIG') return { code: 'MESSAGE_TOO_LARGE', scope: 'message', retry: 'never' };
  if (isTemporary(status)) return { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later' };
  const ofMailbox = ['TRYCREATE', 'NONEXISTENT', 'NOPERM'].includes(status.code ?? '');
  if (ofMailbox) return { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never' };
  return { code: 'MESSAGE_REJECTED', scope: 'message', retry: 'never' };
}

function isOverQuota(status: StatusLine): boolean {
  return status.code === 'OVERQUOTA' || (status.code === null && QUOTA_TEXT.test(status.text));
}

function build(status: StatusLine, what: string, at: ErrorPlace, kind: Kind): MailferryError {
  return new MailferryError({
    ...kind,
    message: `the server refused to ${what}`,
    at,
    serverText: status.text,
    ...(status.code === null ? {} : { responseCode: status.code }),
  });
}
