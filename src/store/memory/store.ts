import { MailferryError } from '../../errors.js';
import type { MailSession, MailStore, StoreFacts } from '../mail-store.js';
import type { AccountEnd } from './account-end.js';
import { ClientProcess, type KilledCalls } from './client-process.js';
import { MemoryConnection, type ServerEnd } from './connection.js';
import { refused } from './refusal.js';
import { MemorySession } from './session.js';
import { factsOf } from './traits.js';

export interface MemoryStoreOptions {
  /** Sessions at a time; more wait. */
  readonly connections?: number;
  /** Name in the server's log. */
  readonly name?: string;
  /** How calls end once this store is killed. */
  readonly killedCalls?: KilledCalls;
}

/** What a store needs of its server. */
export interface StoreEnd extends ServerEnd, AccountEnd {
  readonly connections: Set<MemoryConnection>;
}

interface Waiter {
  proceed(): void;
  fail(reason: unknown): void;
}

/** One client of a {@link MemoryServer}: a pool of connections, as the port wants it. */
export class MemoryStore implements MailStore {
  readonly #server: StoreEnd;
  readonly #client: { readonly name: string; readonly process: ClientProcess };
  readonly #limit: number;
  readonly #own = new Set<MemoryConnection>();
  readonly #idle: MemoryConnection[] = [];
  readonly #waiters: Waiter[] = [];
  #leased = 0;
  #isClosed = false;

  /** Use {@link MemoryServer.store}. */
  constructor(server: StoreEnd, options: MemoryStoreOptions) {
    this.#server = server;
    this.#limit = options.connections ?? 4;
    const process = new ClientProcess(options.killedCalls ?? 'hang', () => this.#breakAll('killed'));
    this.#client = { name: options.name ?? 'client', process };
  }

  get account(): string {
    return this.#server.account;
  }

  /** Resolves when this client is killed. */
  get killed(): Promise<void> {
    return this.#client.process.killed;
  }

  /** Ends the client as SIGKILL does: no pending or later call of this store settles. */
  kill(): void {
    this.#client.process.kill();
  }

  async connect(signal: AbortSignal): Promise<StoreFacts> {
    signal.throwIfAborted();
    if (this.#own.size === 0) (await this.lease(signal)).release();
    return factsOf(this.#server.traits);
  }

  lease(signal: AbortSignal): Promise<MailSession> {
    return this.#client.process.outlive(async () => {
      this.#assertOpen();
      signal.throwIfAborted();
      await this.#takeTurn(signal);
      try {
        const connection = this.#idle.pop() ?? (await this.#login(signal));
        const facts = factsOf(this.#server.traits);
        return new MemorySession(facts, connection, this.#server, (leased) => this.#takeBack(leased));
      } catch (error) {
        this.#passTurn();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#breakAll('the store was closed');
    await this.#client.process.outlive(async () => {});
  }

  async #login(signal: AbortSignal): Promise<MemoryConnection> {
    const connection = new MemoryConnection(this.#server, this.#client, (broken) => this.#forget(broken));
    this.#own.add(connection);
    try {
      await connection.run({ kind: 'login' }, signal, () => {
        const { connections, traits } = this.#server;
        if (connections.size >= traits.connectionLimit) {
          throw refused('SERVER_BUSY', '[LIMIT] Too many connections', { account: this.account });
        }
        connections.add(connection);
      });
    } catch (error) {
      connection.lose('the login failed');
      throw error;
    }
    return connection;
  }

  #takeTurn(signal: AbortSignal): Promise<void> | undefined {
    if (this.#leased < this.#limit) {
      this.#leased++;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', abort);
        const at = this.#waiters.indexOf(waiter);
        if (at >= 0) this.#waiters.splice(at, 1);
      };
      const waiter: Waiter = {
        proceed: () => {
          leave();
          resolve();
        },
        fail: (reason) => {
          leave();
          reject(reason);
        },
      };
      const abort = (): void => waiter.fail(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  #passTurn(): void {
    const next = this.#waiters[0];
    if (next) next.proceed();
    else this.#leased--;
  }

  #takeBack(connection: MemoryConnection): void {
    if (connection.isBusy) connection.lose('released in the middle of a command');
    if (!connection.failure) this.#idle.push(connection);
    this.#passTurn();
  }

  #forget(connection: MemoryConnection): void {
    this.#server.connections.delete(connection);
    this.#own.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #breakAll(why: string): void {
    for (const connection of [...this.#own]) connection.lose(why);
    for (const waiter of [...this.#waiters]) waiter.fail(closed());
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closed();
  }
}

function closed(): MailferryError {
  const message = 'The account is closed';
  return new MailferryError({ code: 'INTERRUPTED', scope: 'run', retry: 'never', message });
}
