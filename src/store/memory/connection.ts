import { MailferryError } from '../../errors.js';
import type { ClientProcess } from './client-process.js';
import {
  type Effects,
  type Operation,
  type OperationRequest,
  type Outcome,
  outcomeOf,
  type Verdict,
} from './operation.js';
import { connectionLost, misuse, serverSilent } from './refusal.js';

/** What a connection needs of its server. */
export interface ServerEnd {
  /** Display name of the account. */
  readonly account: string;
  /** Writes the operation into the log. */
  log(client: string, request: OperationRequest): Operation;
  judge(operation: Operation): Verdict | Promise<Verdict>;
  /** Does something once `operations` more have been asked for. */
  later(operations: number, act: () => void): void;
}

/** What the server does for a command. */
export type Act<T> = (effects: Effects) => T | Promise<T>;

/** One connection of a client: it does one thing after the other, may break, and dies with its client's process. */
export class MemoryConnection {
  readonly account: string;
  readonly process: ClientProcess;
  readonly #server: ServerEnd;
  readonly #client: string;
  readonly #onBreak: (connection: MemoryConnection) => void;
  readonly #waiting = new Set<(failure: MailferryError) => void>();
  #failure: MailferryError | null = null;
  /** Commands that have not ended. */
  #pending = 0;
  /** Of those, the ends of streamed commands. */
  #ending = 0;
  /** The end of the last of them. */
  #last: Promise<void> = Promise.resolve();
  #isStreaming = false;

  constructor(
    server: ServerEnd,
    client: { readonly name: string; readonly process: ClientProcess },
    onBreak: (connection: MemoryConnection) => void,
  ) {
    this.account = server.account;
    this.process = client.process;
    this.#server = server;
    this.#client = client.name;
    this.#onBreak = onBreak;
  }

  /** Why it is dead; null while it lives. */
  get failure(): MailferryError | null {
    return this.#failure;
  }

  get isBusy(): boolean {
    return this.#isStreaming || this.#pending > 0;
  }

  /** Breaks it: what waits rejects with `failure`, and so does everything later. */
  break(failure: MailferryError): void {
    if (this.#failure) return;
    this.#failure = failure;
    for (const reject of [...this.#waiting]) reject(failure);
    this.#onBreak(this);
  }

  /** As {@link break}, in the words of a lost connection. */
  lose(why: string): MailferryError {
    const failure = connectionLost(this.account, why);
    this.break(failure);
    return failure;
  }

  /** Claims the connection for one streamed command. Throws INTERNAL when it is in use, but for what was streamed whole. */
  startStream(): void {
    if (this.#isStreaming || this.#pending > this.#ending)
      throw misuse('an APPEND was started while the session was at something else');
    this.#isStreaming = true;
  }

  endStream(): void {
    this.#isStreaming = false;
  }

  /** Runs one command, after those that were asked for before. `act` may throw the server's refusal. */
  run<T>(request: OperationRequest, signal: AbortSignal, act: Act<T>): Promise<T> {
    return this.process.outlive(async () => {
      if (this.#isStreaming) throw misuse('a session was asked for something else during an APPEND');
      const turn = this.#pending > 0 ? this.#last : null;
      const { promise, end } = ending();
      this.#pending++;
      this.#last = promise;
      try {
        if (turn) await this.wait(turn, signal);
        return await this.#exchange(request, signal, act);
      } finally {
        this.#pending--;
        end();
      }
    });
  }

  /** As {@link run}, for the end of a streamed command; the next may start meanwhile. */
  async commitStream<T>(request: OperationRequest, signal: AbortSignal, act: Act<T>): Promise<T> {
    this.endStream();
    this.#ending++;
    try {
      return await this.run(request, signal, act);
    } finally {
      this.#ending--;
    }
  }

  /** As {@link run}, for the stream that has claimed the connection. */
  exchange<T>(request: OperationRequest, signal: AbortSignal, act: Act<T>): Promise<T> {
    return this.process.outlive(() => this.#exchange(request, signal, act));
  }

  /**
   * Waits for something outside, a sink or a test. Rejects when the connection breaks or the signal aborts; a
   * command that is aborted half-way leaves a dead connection.
   */
  wait<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (): void => {
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(broken);
      };
      const broken = (failure: unknown): void => {
        settle();
        reject(failure);
      };
      const abort = (): void => {
        broken(signal.reason);
        this.lose('a command was broken off');
      };
      if (this.#failure) return reject(this.#failure);
      if (signal.aborted) return abort();
      this.#waiting.add(broken);
      signal.addEventListener('abort', abort, { once: true });
      work.then((value) => {
        settle();
        resolve(value);
      }, broken);
    });
  }

  async #exchange<T>(request: OperationRequest, signal: AbortSignal, act: Act<T>): Promise<T> {
    if (this.#failure) throw this.#failure;
    signal.throwIfAborted();
    const verdict = this.#server.judge(this.#server.log(this.#client, request));
    const judged = verdict instanceof Promise ? await this.wait(verdict, signal) : verdict;
    return await this.#carryOut(outcomeOf(judged, request.kind), signal, act);
  }

  async #carryOut<T>(
    { does, answer, refusal, effects }: Outcome,
    signal: AbortSignal,
    act: Act<T>,
  ): Promise<T> {
    if (refusal) throw new MailferryError(refusal);
    if (does === 'now' && answer === 'answer') return await act(effects);
    if (does === 'now') await attempt(() => act(effects));
    if (typeof does === 'object') this.#server.later(does.late, () => void attempt(() => act(effects)));
    if (answer === 'hang') return await this.wait(new Promise<never>(() => {}), signal);
    if (answer === 'kill') this.process.kill();
    if (answer !== 'silent') throw this.lose('the server hung up');
    const failure = serverSilent(this.account);
    this.break(failure);
    throw failure;
  }
}

function ending(): { readonly promise: Promise<void>; readonly end: () => void } {
  let end = (): void => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

/** Does something whose outcome nobody will learn. */
async function attempt(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch {
    // The refusal is lost with the connection.
  }
}
