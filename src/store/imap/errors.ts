import { type ErrorPlace, MailferryError, type MailferryErrorInit } from '../../errors.js';
import { backoffOf, isBusy, saysBusy } from './wire/busy.js';
import type { StatusLine } from './wire/status-line.js';

/** Response codes of RFC 5530 that pass by themselves. */
const TEMPORARY = new Set(['UNAVAILABLE', 'INUSE', 'SERVERBUG', 'THROTTLED', 'LIMIT', 'EXPUNGEISSUED']);
const TEMPORARY_TEXT = /try again later/i;
/** Exchange, of a mailbox store that is away: it has forgotten whose session it is. */
const NOT_CONNECTED = /authenticated but not connected/i;
const NONEXISTENT_TEXT = /mailbox (?:does not|doesn't) exist/i;
/** Others say it in these words; too few do to decide more by them than what a refusal is not about. */
const NO_SUCH_TEXT =
  /no such (?:mailbox|folder)|(?:mailbox|folder) (?:does not|doesn't) exist|unknown mailbox/i;
/** As Dovecot, Cyrus, Courier and Exchange say it. `quota` alone may be part of a name. */
const QUOTA_TEXT = new RegExp(
  [
    String.raw`\bover ?quota\b`,
    String.raw`\bquota (?:is |was |has been |limit )?(?:exceeded|exhausted|reached|met|full)\b`,
    String.raw`\bexceed(?:s|ed|ing)?\b[^:;]{0,40}\b(?:quota|storage)\b`,
    String.raw`\bdisk quota\b`,
    String.raw`\b(?:mailbox|account) (?:is |has )?(?:over|reached|exceed(?:s|ed)) (?:\w+ ){0,3}(?:size|quota)\b`,
    String.raw`\bmailbox size\b`,
    String.raw`\b(?:mailbox|account) (?:is )?full\b`,
    String.raw`\b(?:not enough|insufficient|no more|out of) (?:\w+ )?(?:space|storage|quota)\b`,
    String.raw`\bno (?:disk |free )?space\b`,
  ].join('|'),
  'i',
);
const SIZE_TEXT = new RegExp(
  [
    String.raw`\btoobig\b`,
    String.raw`\b(?:message|mail|literal|item|request)\b.{0,20}\btoo (?:large|big)\b`,
    String.raw`\btoo (?:large|big)\b.{0,20}\b(?:message|mail|literal)\b`,
    String.raw`\bmax(?:imum)?\.? (?:\w+ )?size\b`,
    String.raw`\bexceed(?:s|ed|ing)?\b.{0,40}\bsize\b`,
    String.raw`\bsize\b.{0,20}\b(?:exceed|limit)`,
  ].join('|'),
  'i',
);
/** What speaks of one message is not about the account, whatever it says of storage. */
const MESSAGE_SIZE_TEXT = new RegExp(
  [
    String.raw`\bmessage size\b[^:;,.]{0,20}\bexceed(?!.*\b(?:quota|mailbox|account)\b)`,
    String.raw`\bmessage\b[^:;,.]{0,20}\bexceed(?:s|ed|ing)? (?:the )?(?:(?!mailbox|account)\w+ )?size\b`,
  ].join('|'),
  'i',
);
/** Some servers limit a folder's size; others of the account may still take mail. */
const FOLDER_SIZE_TEXT = /\bfolder (?:is |has )?(?:(?:over|reached|exceed(?:s|ed)) (?:\w+ ){0,3})?size\b/i;
/** Codes that leave it to the words to tell what the matter is. */
const TELLS_NOTHING = new Set([null, 'ALERT', 'CANNOT']);

type Kind = Pick<MailferryErrorInit, 'code' | 'scope' | 'retry'>;

const BUSY: Kind = { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later' };
const FULL: Kind = { code: 'OVER_QUOTA', scope: 'account', retry: 'never' };

/** Whether a refusal is about the moment and not about what was asked. */
export function isTemporary(status: StatusLine): boolean {
  return (
    isBusyInWords(status) ||
    (status.code !== null && TEMPORARY.has(status.code)) ||
    TEMPORARY_TEXT.test(status.text)
  );
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

/**
 * Why a FETCH failed as a whole, null when it did not. NO may say that some messages are gone or cannot be read: what
 * came counts, and who misses some asks again. NO of a busy server says nothing of the messages.
 */
export function fetchRefusal(status: StatusLine, what: string, at: ErrorPlace): MailferryError | null {
  if (status.status === 'OK') return null;
  // Reading fills nothing up: Gmail says OVERQUOTA of the octets that may be read in a day.
  const isTooMuch = status.code === 'OVERQUOTA';
  if (isTooMuch || isBusy({ code: status.code, text: unquoted(status.text) }) || isBusyInWords(status))
    return build(status, what, at, BUSY);
  return status.status === 'BAD' ? mailboxRefusal(status, what, at) : null;
}

/** The same for APPEND, where most refusals speak of the message. */
export function appendRefusal(status: StatusLine, at: ErrorPlace): MailferryError {
  return build(status, 'take the message', at, appendKind(status));
}

function commandKind(status: StatusLine): Kind {
  const refused: Kind = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never' };
  // What is quoted of a name may have any words in it.
  if (saysNoSuch(status)) return refused;
  if (isBusyInWords(status)) return BUSY;
  if (isOverQuota(status)) return FULL;
  return isTemporary(status) ? BUSY : refused;
}

function appendKind(status: StatusLine): Kind {
  const ofMailbox = ['TRYCREATE', 'NONEXISTENT', 'NOPERM'].includes(status.code ?? '');
  if (ofMailbox || saysNoSuch(status))
    return { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never' };
  if (isBusyInWords(status)) return BUSY;
  if (isOverQuota(status)) return FULL;
  if (isFolderFull(status)) return { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'later' };
  if (isTooLarge(status)) return { code: 'MESSAGE_TOO_LARGE', scope: 'message', retry: 'never' };
  // Any limit that the message runs into, such as that of keywords in a mailbox (RFC 5530, section 3).
  if (status.code === 'LIMIT' && !TEMPORARY_TEXT.test(status.text))
    return { code: 'MESSAGE_REJECTED', scope: 'message', retry: 'later' };
  if (isTemporary(status)) return BUSY;
  return { code: 'MESSAGE_REJECTED', scope: 'message', retry: 'never' };
}

function saysNoSuch({ code, text }: StatusLine): boolean {
  if (code === 'NONEXISTENT' || code === 'TRYCREATE') return true;
  return TELLS_NOTHING.has(code) && NO_SUCH_TEXT.test(text);
}

function isBusyInWords({ text }: StatusLine): boolean {
  const words = unquoted(text);
  return saysBusy({ text: words }) || NOT_CONNECTED.test(words);
}

function isOverQuota({ code, text }: StatusLine): boolean {
  if (code === 'OVERQUOTA') return true;
  const words = unquoted(text);
  return TELLS_NOTHING.has(code) && QUOTA_TEXT.test(words) && !MESSAGE_SIZE_TEXT.test(words);
}

function isFolderFull({ code, text }: StatusLine): boolean {
  return TELLS_NOTHING.has(code) && FOLDER_SIZE_TEXT.test(unquoted(text));
}

function isTooLarge({ code, text }: StatusLine): boolean {
  if (code === 'TOOBIG') return true;
  // LIMIT is said of any limit (RFC 5530, section 3).
  return (TELLS_NOTHING.has(code) || code === 'LIMIT') && SIZE_TEXT.test(unquoted(text));
}

/** Without the names in it. */
function unquoted(text: string): string {
  return text.replace(/"[^"]*"/g, '');
}

function build(status: StatusLine, what: string, at: ErrorPlace, kind: Kind): MailferryError {
  return new MailferryError({
    ...kind,
    message: `the server refused to ${what}`,
    at,
    serverText: status.text,
    ...(kind.code === 'SERVER_BUSY' ? backoffOf(status.text) : {}),
    ...(status.code === null ? {} : { responseCode: status.code }),
  });
}
