import { MailferryError, type MailferryErrorInit } from '../../errors.js';
import type { ConnectionNotice } from './options.js';
import { SecretMask } from './secret-mask.js';
import type { WordsHeard } from './wire/connection-parts.js';
import type { StatusLine } from './wire/status-line.js';

const LONGEST_ALERT = 300;
/** A server that has more to say than that says it to nobody. */
const MOST_ALERTS = 20;

/**
 * What the server of one account says to people, on all its connections: without the passwords that were sent to it,
 * which some servers repeat, even long after the login; and with what has to be shown.
 */
export class ServerWords implements WordsHeard {
  readonly #mask = new SecretMask();
  readonly #alerts = new Set<string>();
  readonly #onNotice: (notice: ConnectionNotice) => void;

  constructor(onNotice: (notice: ConnectionNotice) => void = () => undefined) {
    this.#onNotice = onNotice;
  }

  /** From now on this secret is in nothing that the server said. */
  hide(secret: string): void {
    this.#mask.add(secret);
  }

  mask(text: string): string {
    return this.#mask.mask(text);
  }

  status(heard: StatusLine): StatusLine {
    if (heard.code === 'ALERT') this.alert(heard.text);
    const text = this.mask(heard.text);
    return text === heard.text ? heard : { ...heard, text };
  }

  /** The error without secrets; one that had any loses its cause, which may repeat them. */
  error(error: MailferryError): MailferryError {
    const { cause, ...init } = error;
    const message = this.mask(error.message);
    const { serverText } = error;
    const said = serverText === undefined ? undefined : this.mask(serverText);
    const saidBefore = cause instanceof Error ? cause.message : '';
    const isClean = message === error.message && said === serverText && this.mask(saidBefore) === saidBefore;
    if (isClean) return error;
    return new MailferryError({
      ...init,
      message,
      ...(said === undefined ? {} : { serverText: said }),
    } as MailferryErrorInit);
  }

  /** `[ALERT]` must be shown (RFC 3501, section 7.1): once, however often and on whichever connection it is said. */
  alert(text: string): void {
    const words = Array.from(oneLine(this.mask(text)));
    const shown =
      words.length > LONGEST_ALERT ? `${words.slice(0, LONGEST_ALERT).join('')}…` : words.join('');
    if (shown === '' || this.#alerts.size >= MOST_ALERTS || this.#alerts.has(shown)) return;
    this.#alerts.add(shown);
    this.#onNotice({ type: 'alert', text: `the server says: ${shown}` });
  }
}

/** Without controls and what turns the direction of writing. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
}
