import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AccountLogin } from '../../support/imap-client/index.js';
import type { Network, Way } from './network.js';
import type { ProxyAnswer, ProxyQuestion, ProxyRequest } from './proxy-messages.js';

const HOST = fileURLToPath(new URL('./proxy-host.ts', import.meta.url));
export const ROUND_TRIP_MS = 40;

interface Waiting {
  readonly resolve: (value: number) => void;
  readonly reject: (error: Error) => void;
}

/** A network on which there and back takes 40 ms, without a limit of bandwidth. */
export class DelayedNetwork implements Network {
  readonly name = '40ms';
  readonly #host: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;

  private constructor(host: ChildProcess) {
    this.#host = host;
    host.on('message', (answer: ProxyAnswer) => this.#take(answer));
    host.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the process with the proxies died'));
    });
  }

  static start(): DelayedNetwork {
    return new DelayedNetwork(fork(HOST, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  }

  async reach(login: AccountLogin): Promise<Way> {
    const port = await this.#ask({ kind: 'open', targetPort: login.port });
    return {
      login: { ...login, port },
      roundTrips: () => this.#ask({ kind: 'round-trips', port }),
      close: async () => {
        await this.#ask({ kind: 'close', port });
      },
    };
  }

  async delay(on: boolean): Promise<void> {
    await this.#ask({ kind: 'latency', latencyMs: on ? ROUND_TRIP_MS : 0 });
  }

  async close(): Promise<void> {
    const ended = once(this.#host, 'exit');
    this.#host.disconnect();
    await ended;
  }

  #ask(question: ProxyQuestion): Promise<number> {
    this.#requests += 1;
    const request: ProxyRequest = { id: this.#requests, ...question };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#host.send(request, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  #take(answer: ProxyAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(`the proxies: ${answer.error}`));
  }
}
