import { setTimeout as sleep } from 'node:timers/promises';
import { asMailferryError, type MailferryError } from '../../errors.js';
import { counted } from '../../model/counted.js';
import { type LoggedIn, login } from './login.js';
import { REFUSED_PASSWORD } from './login-errors.js';
import type { ImapAccountOptions } from './options.js';
import { PoolSize } from './pool-size.js';
import { ServerWords } from './server-words.js';
import { connectionLost, interrupted } from './wire/failures.js';

/** Waits between attempts to connect again, in order; after the last the error stands. */
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 15_000];

/** Of logins that failed; too many connections at the same time are another matter, and pass. */
const TOO_MANY_LOGINS = /too many (?:(?!concurrent|simultaneous|connection)[^.()])*(?:login|attempt|fail)/i;

interface Waiter {
  resolve(member: LoggedIn | null): void;
  reject(error: Error): void;
}

/**
 * Logged-in connections of one account. Broken ones are replaced with growing waits; a server that refuses one more
 * while others work makes the pool smaller for a while instead of the run fail.
 */
export class ConnectionPool {
  readonly #options: ImapAccountOptions;
  readonly #idle: LoggedIn[] = [];
  readonly #leased = new Set<LoggedIn>();
  readonly #waiters: Waiter[] = [];
  readonly #size: PoolSize;
  readonly #words: ServerWords;
  #connecting = 0;
  /** Of those connecting, the ones that nobody has leased yet. */
  #warming = 0;
  readonly #closing = new AbortController();
  #nextId = 1;
  #closed = false;
  #connectedBefore = false;
  /** The least that was said to be all that the server takes. */
  #saidMost = Number.POSITIVE_INFINITY;

  constructor(options: ImapAccountOptions) {
    this.#options = options;
    this.#words = new ServerWords(options.onNotice);
    this.#size = new PoolSize(options.connections, () => {
      // Nobody waits for the login itself: what is given back meanwhile goes to whoever waits.
      if (this.#waiters.length > this.#warming && this.#mayConnect()) void this.#warm(this.#closing.signal);
    });
  }

  async lease(signal: AbortSignal): Promise<LoggedIn> {
    for (;;) {
      if (signal.aborted) throw interrupted(this.#options.account);
      if (this.#closed) throw connectionLost(this.#options.account, 'the pool is closed', null);
      const idle = this.#takeIdle();
      if (idle) return this.#give(idle);
      if (this.#mayConnect() && this.#warming <= this.#waiters.length) {
        const fresh = await this.#connect(signal);
        if (fresh && !this.#closed) return this.#give(fresh);
        fresh?.connection.logout();
      } else {
        const handed = await this.#wait(signal);
        if (handed) return this.#give(handed);
      }
    }
  }

  /** Begins to connect, until `count` connections are there or on their way, and waits for none of them. */
  warmUp(count: number, signal: AbortSignal): void {
    const until = AbortSignal.any([signal, this.#closing.signal]);
    while (this.#idle.length + this.#leased.size + this.#connecting < count && this.#mayConnect())
      void this.#warm(until);
  }

  /** Takes a leased connection back; a broken one, or one in the middle of a command, is dropped. */
  giveBack(member: LoggedIn): void {
    this.#leased.delete(member);
    const { connection } = member;
    if (!connection.failure && !connection.isIdle) {
      connection.destroy(connectionLost(this.#options.account, 'released in the middle of a command', null));
    }
    this.#pass(connection.failure || this.#closed ? null : member);
    if (connection.failure && !this.#closed) this.#size.ended();
  }

  close(): void {
    this.#closed = true;
    this.#size.stop();
    this.#closing.abort();
    for (const { connection } of [...this.#idle.splice(0), ...this.#leased]) connection.logout();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(null);
  }

  /** To whoever waits longest; null lets that one look after itself. */
  #pass(member: LoggedIn | null): void {
    const waiter = this.#waiters.shift();
    // Leased again at once, so that nobody connects beyond the limit before the waiter goes on.
    if (waiter) waiter.resolve(member && this.#give(member));
    else if (member) this.#idle.push(member);
  }

  async #warm(signal: AbortSignal): Promise<void> {
    this.#warming++;
    // Why it failed is told to whoever needs a connection and fails as well.
    const fresh = await this.#connect(signal).catch(() => null);
    this.#warming--;
    if (this.#closed) fresh?.connection.logout();
    this.#pass(this.#closed ? null : fresh);
  }

  /** Whether the limit leaves room; what is idle is taken first. */
  #mayConnect(): boolean {
    return this.#idle.length + this.#leased.size + this.#connecting < this.#size.limit;
  }

  #give(member: LoggedIn): LoggedIn {
    this.#leased.add(member);
    return member;
  }

  #takeIdle(): LoggedIn | undefined {
    let member = this.#idle.pop();
    while (member?.connection.failure) {
      this.#size.ended();
      member = this.#idle.pop();
    }
    return member;
  }

  #wait(signal: AbortSignal): Promise<LoggedIn | null> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve: (member) => {
          signal.removeEventListener('abort', abort);
          resolve(member);
        },
        reject,
      };
      const abort = (): void => {
        const at = this.#waiters.indexOf(waiter);
        if (at >= 0) this.#waiters.splice(at, 1);
        reject(interrupted(this.#options.account));
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** A new connection; null when the server takes no more but others exist to wait for. */
  async #connect(signal: AbortSignal): Promise<LoggedIn | null> {
    this.#connecting++;
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          const member = await login(this.#options, this.#nextId++, signal, this.#words);
          this.#connectedBefore = true;
          this.#size.took(this.#working() + 1);
          return member;
        } catch (thrown) {
          const error = asMailferryError(thrown);
          if (this.#shrinks(error)) return null;
          await this.#backOff(error, attempt, signal);
        }
      }
    } catch (error) {
      // Whoever waits because of this attempt would wait for ever.
      this.#waiters.shift()?.resolve(null);
      throw error;
    } finally {
      this.#connecting--;
    }
  }

  #shrinks(error: MailferryError): boolean {
    const others = this.#working();
    // A login that worked before and works no more, while others go on, is a limit and not a wrong password.
    const aboutNumber =
      error.code === 'SERVER_BUSY' || error.code === 'AUTH_FAILED' || error.code === 'CONNECT_FAILED';
    if (others === 0 || !aboutNumber) return false;
    if (others < this.#size.limit && others < this.#saidMost) {
      this.#saidMost = others;
      const most = counted(others, '1 connection', 'connections');
      const text = `takes no more than ${most}: ${error.serverText ?? error.message}`;
      this.#options.onNotice?.({ type: 'fewer-connections', text });
    }
    this.#size.refused(others);
    return true;
  }

  #working(): number {
    return [...this.#leased, ...this.#idle].filter(({ connection }) => !connection.failure).length;
  }

  async #backOff(error: MailferryError, attempt: number, signal: AbortSignal): Promise<void> {
    const nextMs = BACK_OFF_MS[attempt];
    // At the first connection of a run a wrong host or a closed port is the likely cause: tell at once.
    const mayPass = error.code === 'SERVER_BUSY' || (this.#connectedBefore && error.retry !== 'never');
    if (error.code === 'INTERRUPTED' || nextMs === undefined || !mayPass) throw error;
    if (!this.#connectedBefore && refusesPassword(error)) throw error;
    const waitMs = Math.max(nextMs, error.retryAfterMs ?? 0);
    const text = `${error.message}; trying again`;
    this.#options.onNotice?.({ type: 'retrying', text, delayMs: waitMs });
    const until = AbortSignal.any([signal, this.#closing.signal]);
    await sleep(waitMs, undefined, { signal: until }).catch(() => {
      if (signal.aborted) throw interrupted(this.#options.account);
      throw connectionLost(this.#options.account, 'the pool is closed', null);
    });
  }
}

/** Asking again with the same password makes a server lock the account for longer. */
function refusesPassword({ responseCode = '', serverText = '' }: MailferryError): boolean {
  return REFUSED_PASSWORD.has(responseCode) || TOO_MANY_LOGINS.test(serverText);
}
