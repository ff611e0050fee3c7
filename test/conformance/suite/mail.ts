import { createHash } from 'node:crypto';

export const DATE = ' 7-Feb-1994 21:52:25 -0800';

/** A well-formed message that tells itself from others, every line ended by CRLF. */
export function mail(subject: string, text = 'Hello.'): Buffer {
  const header = `From: Ann <ann@example.net>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.net>\r\n`;
  return Buffer.from(`${header}\r\n${text}\r\n`);
}

/** Octets of exactly this length: a message where there is room for one, else its first letters. */
export function mailOfSize(sizeBytes: number): Buffer {
  const whole = Buffer.alloc(sizeBytes);
  const header = Buffer.from(`Subject: ${sizeBytes} octets\r\n\r\n`);
  const line = Buffer.from(`${'0123456789'.repeat(7)} \r\n`);
  for (let at = header.copy(whole); at < sizeBytes; ) at += line.copy(whole, at);
  if (sizeBytes >= header.length + 2) whole.write('\r\n', sizeBytes - 2);
  // A CR that was cut off from its LF is not an octet that every server keeps.
  if (sizeBytes > 2 && whole[sizeBytes - 3] === 0x0d) whole[sizeBytes - 3] = 0x2e;
  return whole;
}

export function digest(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

export function digests(messages: readonly { readonly body: Buffer }[]): string[] {
  return messages.map(({ body }) => digest(body));
}
