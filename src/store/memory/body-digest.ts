import { createHash } from 'node:crypto';

/** Bodies never change, so each is digested once. */
const digests = new WeakMap<Buffer, string>();

/** SHA-256 of the octets, hexadecimal. */
export function digestOf(body: Buffer): string {
  const known = digests.get(body);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(body).digest('hex');
  digests.set(body, digest);
  return digest;
}

/** EMAILID (RFC 8474, section 5.1), made of the octets, as the RFC lets a server do. */
export function emailIdOf(body: Buffer): string {
  return `M${digestOf(body).slice(0, 24)}`;
}
