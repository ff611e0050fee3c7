import {
  type FillableAccount,
  type FillableMailbox,
  generateAccount,
  Random,
} from '../../support/accounts/index.js';
import type { AppendableMessage } from '../../support/imap-client/index.js';

export type MailKind =
  | 'ten mailboxes'
  /** A third of the same, for servers that want to be asked for every message. */
  | 'ten smaller mailboxes'
  | 'one mailbox'
  | 'many mailboxes'
  | 'one large message'
  | 'large messages';

const MIB = 1024 ** 2;
/** A full line of base64 with its CRLF (RFC 2045 section 6.8). */
const LINE_BYTES = 78;
/** What all programs carry alike: mbsync knows no keywords, and mailferry leaves what is flagged \Deleted behind. */
const CARRIED_BY_ALL = { duplicates: false, deleted: false, keywords: false, spread: 'even' } as const;

/** Makes the mail of a row; at scale 1 it has the size that the targets are about. */
export function makeMail(kind: MailKind, scale: number): FillableAccount {
  switch (kind) {
    case 'ten mailboxes':
      return tenMailboxes(scale);
    case 'ten smaller mailboxes':
      return tenMailboxes(scale * 0.3);
    case 'one mailbox':
      return generateAccount({
        ...CARRIED_BY_ALL,
        seed: kind,
        messages: atLeast(100, 100_000 * scale),
        mailboxes: 1,
        medianSizeBytes: 1500,
        maxSizeBytes: 20_000,
        totalBytes: 145 * MIB * scale,
      });
    case 'many mailboxes': {
      const mailboxes = atLeast(10, 500 * scale);
      return generateAccount({
        ...CARRIED_BY_ALL,
        seed: kind,
        messages: 4 * mailboxes,
        mailboxes,
        maxSizeBytes: 100_000,
      });
    }
    case 'one large message':
      return inInbox([largeMessage(0, Math.round(200 * MIB * scale))]);
    case 'large messages':
      return inInbox(
        Array.from({ length: atLeast(10, 1000 * scale) }, (_, index) => largeMessage(index, MIB)),
      );
  }
}

function tenMailboxes(scale: number): FillableAccount {
  return generateAccount({
    ...CARRIED_BY_ALL,
    seed: 'ten mailboxes',
    messages: atLeast(100, 10_000 * scale),
    mailboxes: 10,
    totalBytes: 350 * MIB * scale,
  });
}

function atLeast(least: number, count: number): number {
  return Math.max(least, Math.round(count));
}

function inInbox(messages: readonly AppendableMessage[]): FillableAccount {
  const inbox: FillableMailbox = { path: ['INBOX'], subscribed: true, messages };
  return { mailboxes: [inbox] };
}

/** A message with one attachment that cannot be compressed: the same mebibyte of base64 over and over. */
function largeMessage(index: number, sizeBytes: number): AppendableMessage {
  const fields = [
    'From: Ann Example <ann@example.org>',
    `Message-ID: <large.${index}@example.org>`,
    'Date: Mon, 05 Feb 2024 10:00:00 +0000',
    `Subject: large ${index}`,
    'MIME-Version: 1.0',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
  ];
  const head = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1');
  const lines = Math.max(1, Math.floor((sizeBytes - head.length) / LINE_BYTES));
  return {
    flags: ['\\Seen'],
    internalDate: '05-Feb-2024 10:00:00 +0000',
    body: () => Buffer.concat([head, Buffer.alloc(lines * LINE_BYTES, attachmentLines())]),
  };
}

let linesMade: Buffer | undefined;

function attachmentLines(): Buffer {
  const text = (): string => new Random('attachment').bytes(0.75 * MIB).toString('base64');
  linesMade ??= Buffer.from((text().match(/.{76}/g) ?? []).map((line) => `${line}\r\n`).join(''), 'latin1');
  return linesMade;
}
