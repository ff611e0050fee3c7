import { type AppendableMessage, formatInternalDate } from '../imap-client/index.js';

const FIRST_DAY = Date.UTC(2024, 0, 1, 8) / 1000;
const FLAGS = [[], ['\\Seen'], ['\\Seen', '\\Answered'], ['\\Flagged', 'Work'], ['\\Draft']];

/** A small message by its label: the same label is the same message. */
export function smallMessage(label: string, number: number, sizeBytes = 300): AppendableMessage {
  const head = `Message-ID: <${label}@example.net>\r\nFrom: ann@example.net\r\nSubject: ${label}\r\n\r\n`;
  const line = `Text of ${label}, line after line.\r\n`;
  const text = line.repeat(Math.max(1, Math.round((sizeBytes - head.length) / line.length)));
  return {
    flags: FLAGS[number % FLAGS.length] ?? [],
    internalDate: formatInternalDate(FIRST_DAY + number * 3600 + secondsOf(label), 60),
    body: () => Buffer.from(head + text),
  };
}

/** So many messages of a mailbox, labelled by their number from `first` on. */
export function smallMessages(
  mailbox: string,
  count: number,
  { first = 1, sizeBytes = 300 }: { readonly first?: number; readonly sizeBytes?: number } = {},
): AppendableMessage[] {
  const prefix = mailbox.replaceAll(/[^A-Za-z0-9]/g, '-').toLowerCase();
  return Array.from({ length: count }, (_, index) =>
    smallMessage(`${prefix}.${first + index}`, first + index, sizeBytes),
  );
}

/** Messages of the same number in different mailboxes have different dates. */
function secondsOf(label: string): number {
  return Buffer.from(label).reduce((sum, octet) => (31 * sum + octet) % 3600, 0);
}
