import { MailferryError, type MailferryErrorInit } from '../../errors.js';
import type { ImapAccountOptions } from './options.js';
import type { ServerWords } from './server-words.js';

/**
 * The password of one login: asked for when the server is ready to take it, and taken out of what the server says
 * from then on, because some repeat what they were sent.
 */
export class LoginSecret {
  readonly #options: ImapAccountOptions;
  readonly #words: ServerWords;
  #asked = false;

  constructor(options: ImapAccountOptions, words: ServerWords) {
    this.#options = options;
    this.#words = words;
  }

  /** False when the login ended before a password was needed. */
  get asked(): boolean {
    return this.#asked;
  }

  async reveal(): Promise<string> {
    const password = await this.#options.password();
    this.#asked = true;
    this.#words.hide(password);
    return password;
  }

  /** The error without the secret, and without a cause once there was one: imapflow's holds all that was said. */
  maskError(error: MailferryError): MailferryError {
    const masked = this.#words.error(error);
    if (!this.#asked) return masked;
    const { cause, ...init } = masked;
    return new MailferryError({ ...init, message: masked.message } as MailferryErrorInit);
  }
}
