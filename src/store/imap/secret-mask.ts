const HIDDEN = '[hidden]';
/** Below this a secret is likely to be part of ordinary words, and hiding it would point at it. */
const SHORTEST = 5;
/** No secret that is looked for in base64 is shorter, nor are credentials of SASL PLAIN. */
const BASE64 = /[A-Za-z0-9+/]{4,}={0,2}/g;

interface Secret {
  /** As typed, as a quoted string (RFC 3501, section 4.3) and as octets; longest first. Empty for a short one. */
  readonly forms: readonly string[];
  /** As octets in latin1. */
  readonly octets: string;
}

/**
 * Takes secrets out of text: as they are, and inside of anything in base64, such as the credentials of SASL PLAIN
 * (RFC 4616), whoever's name stands in them.
 */
export class SecretMask {
  readonly #secrets = new Map<string, Secret>();
  #leastOctets = Number.POSITIVE_INFINITY;

  add(secret: string): void {
    if (secret === '') return;
    const forms = formsOf(secret);
    this.#secrets.set(secret, forms);
    this.#leastOctets = Math.min(this.#leastOctets, forms.octets.length);
  }

  mask(text: string): string {
    if (this.#secrets.size === 0) return text;
    let masked = text;
    for (const { forms } of this.#secrets.values())
      for (const form of forms) masked = masked.replaceAll(form, HIDDEN);
    return masked.replace(BASE64, (word) => (this.#isWithin(word) ? HIDDEN : word));
  }

  #isWithin(base64: string): boolean {
    // Most are words of a sentence.
    if (Math.floor((base64.length * 3) / 4) < this.#leastOctets) return false;
    for (let shift = 0; shift < 4; shift++) {
      // What stands before it may be letters as well, and then its groups of four begin somewhere in the word.
      const octets = Buffer.from(base64.slice(shift), 'base64').toString('latin1');
      for (const secret of this.#secrets.values()) if (holds(octets, secret)) return true;
    }
    return false;
  }
}

/** A short secret is looked for where SASL PLAIN has it only: behind a NUL, at the end. */
function holds(octets: string, { forms, octets: secret }: Secret): boolean {
  return forms.length > 0 ? octets.includes(secret) : octets.endsWith(`\0${secret}`);
}

function formsOf(secret: string): Secret {
  const octets = Buffer.from(secret).toString('latin1');
  if (secret.length < SHORTEST) return { forms: [], octets };
  const quoted = (text: string): string => text.replace(/["\\]/g, '\\$&');
  const forms = new Set([secret, quoted(secret), octets, quoted(octets)]);
  return { forms: [...forms].sort((one, other) => other.length - one.length), octets };
}
