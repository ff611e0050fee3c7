import { createHash } from 'node:crypto';
import type { InternalDateImage, MessageImage } from './account-image.js';

const HEADER_LOOKED_AT_BYTES = 16 * 1024;

/** Reduces a message to what is compared. */
export function describeMessage(
  uid: number,
  body: Buffer,
  flags: readonly string[],
  internalDate: InternalDateImage,
): MessageImage {
  return {
    uid,
    sha256: createHash('sha256').update(body).digest('hex'),
    sizeBytes: body.length,
    flags: flags.filter((flag) => flag.toLowerCase() !== '\\recent').sort(withoutCase),
    internalDate,
    label: labelOf(body),
  };
}

/** How a person would tell this message from others. */
function labelOf(body: Buffer): string {
  const header = body.toString('latin1', 0, HEADER_LOOKED_AT_BYTES).split(/\r?\n\r?\n/, 1)[0] ?? '';
  const [, messageId] = /^Message-ID:\s*(\S+)/im.exec(header) ?? [];
  const [, subject] = /^Subject:[ \t]*(.{1,60})/im.exec(header) ?? [];
  return messageId ?? (subject === undefined ? '(neither Message-ID nor Subject)' : JSON.stringify(subject));
}

function withoutCase(left: string, right: string): number {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  return one < other ? -1 : Number(one > other);
}
