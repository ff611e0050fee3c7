import { MailferryError, type MailferryErrorInit } from '../../errors.js';
import type { ImapAccountOptions } from './options.js';

const HIDDEN = '[hidden]';
/** Below this a password is likely to be part of ordinary words, and hiding it would point at it. */
const SHORTEST = 5;

/**
 * The password of one login: asked for when the server is ready to take it, and taken out of what the server says,
 * because some repeat what they were sent.
 */
export class LoginSecret {
  readonly #options: ImapAccountOptions;
  #forms: readonly string[] = [];
  #asked = false;

  constructor(options: ImapAccountOptions) {
    this.#options = options;
  }

  /** False when the login ended before a password was needed. */
  get asked(): boolean {
    return this.#asked;
  }

  async reveal(): Promise<string> {
    const password = await this.#options.password();
    this.#asked = true;
    if (password.length >= SHORTEST) this.#forms = formsOf(password, this.#options);
    return password;
  }

  mask(text: string): string {
    return this.#forms.reduce((masked, form) => masked.replaceAll(form, HIDDEN), text);
  }

  /** The error without the secret in the server's words, and without a cause, which may repeat them. */
  maskError(error: MailferryError): MailferryError {
    if (!this.#asked) return error;
    const { cause, ...init } = error;
    const { serverText } = error;
    return new MailferryError({
      ...init,
      message: this.mask(error.message),
      ...(serverText === undefined ? {} : { serverText: this.mask(serverText) }),
    } as MailferryErrorInit);
  }
}

/** As typed, as a quoted string, in base64 alone and as the whole of SASL PLAIN (RFC 4616); longest first. */
function formsOf(password: string, { user, admin }: ImapAccountOptions): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const plain = admin === undefined ? ['', user, password] : [user, admin, password];
  const quoted = password.replace(/["\\]/g, '\\$&');
  const forms = [base64(plain.join('\0')), base64(password), quoted, password];
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}
