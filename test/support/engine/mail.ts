import type { MemoryServer } from '../../../src/store/memory.js';

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A message by its number: the same number is the same message. */
export function bodyOf(number: number, text = ''): string {
  const messageId = number % 11 === 0 ? '' : `Message-ID: <${number}@example.net>\r\n`;
  return `${messageId}From: ann@example.net\r\nSubject: message ${number}\r\n\r\nText of ${number}${text}\r\n`;
}

export function dateOf(number: number): string {
  const date = new Date(Date.UTC(2024, 0, 1, 8, 0, 0) + number * DAY_MS);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${day}-${MONTHS[date.getUTCMonth()] ?? ''}-${date.getUTCFullYear()} 08:00:00 +0000`;
}

const FLAGS = [[], ['\\Seen'], ['\\Seen', '\\Answered'], ['$Forwarded', '\\Flagged'], ['Work']];

/** Flags that go with a message of this number; every thirteenth is on its way out. */
export function flagsOf(number: number): string[] {
  const flags = FLAGS[number % FLAGS.length] ?? [];
  return number % 13 === 0 ? [...flags, '\\Deleted'] : flags;
}

/** Returns its UID. */
export function deliver(
  server: MemoryServer,
  mailbox: string,
  number: number,
  flags: readonly string[] = flagsOf(number),
): number {
  return server.deliver(mailbox, { body: bodyOf(number), flags, internalDate: dateOf(number) });
}

/**
 * Mail with all that makes a copy difficult: several mailboxes, one empty; messages that are there twice, with one
 * date or two; some without Message-ID; some flagged \Deleted; UIDs with gaps.
 */
export function fillSource(server: MemoryServer, messages: number): void {
  server.createMailbox('Archive');
  server.createMailbox('Archive/2024');
  server.createMailbox('Empty');
  server.createMailbox('Sent', '\\sent');
  server.subscribe('INBOX');
  server.subscribe('Sent');
  for (let number = 1; number <= messages; number++) {
    deliver(server, 'INBOX', number);
    if (number % 17 === 0) deliver(server, 'INBOX', number, ['\\Seen']);
    if (number % 19 === 0)
      server.deliver('INBOX', { body: bodyOf(number), internalDate: dateOf(number + 400), flags: [] });
  }
  server.expunge('INBOX', 3);
  for (let number = 1; number <= 9; number++) deliver(server, 'Archive/2024', number * 5);
  server.deliver('Archive/2024', { body: bodyOf(1000), uid: 500, internalDate: dateOf(1000) });
  for (let number = 1; number <= 7; number++) deliver(server, 'Sent', 2000 + number);
}

/** What the destination holds before: mail of its own, and some of the source's with other flags. */
export function fillDestination(server: MemoryServer): void {
  server.createMailbox('Sent', '\\sent');
  server.createMailbox('Own');
  deliver(server, 'INBOX', 5000, ['\\Seen']);
  deliver(server, 'INBOX', 1, ['\\Flagged']);
  deliver(server, 'INBOX', 17, []);
  deliver(server, 'INBOX', 4, ['\\Draft']);
  deliver(server, 'INBOX', 5001, ['Work']);
  deliver(server, 'Sent', 2003, []);
  deliver(server, 'Own', 5002, ['\\Seen']);
}
