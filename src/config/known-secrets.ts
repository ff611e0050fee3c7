/** Below this a secret is likely to be part of ordinary words, and hiding it would point at it. */
const SHORTEST = 5;

/**
 * Remembers what was read as a secret, to take it out of text that comes from a server: some repeat in an answer
 * what they were sent. The second line of defence; secrets are not put into texts in the first place.
 */
export class KnownSecrets {
  readonly #secrets = new Set<string>();

  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#secrets.add(secret);
  }

  /** The text with every known secret, plain or in base64, replaced. */
  mask(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) {
      masked = masked.replaceAll(secret, '[hidden]');
      masked = masked.replaceAll(Buffer.from(secret).toString('base64'), '[hidden]');
    }
    return masked;
  }
}
