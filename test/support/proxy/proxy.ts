import { createServer, type Server, type Socket } from 'node:net';
import { withoutSecrets } from './client-commands.js';
import { Connection, type ConnectionHost } from './connection.js';
import { Link } from './delay-line.js';
import { ActiveRule, type Direction, isByteTrigger, type Rule } from './rules.js';

export interface ProxyOptions {
  readonly targetPort: number;
  /** 127.0.0.1 */
  readonly targetHost?: string;
  /** A round trip; each direction takes half. Throughput is not limited by it. */
  readonly latencyMs?: number;
  /** In each direction, all connections together. */
  readonly bytesPerSecond?: number;
  readonly rules?: readonly Rule[];
}

/** A command as it went to the server, without secrets. */
export interface SeenCommand {
  readonly connection: number;
  /** The first line, without CRLF. */
  readonly line: string;
}

export interface ProxyCounters {
  readonly connections: number;
  readonly openConnections: number;
  /** Octets that reached the server. */
  readonly bytesToServer: number;
  /** Octets that reached the clients. */
  readonly bytesToClient: number;
  /** How often a client spoke after it had heard the server, over all connections. */
  readonly roundTrips: number;
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startProxy(options: ProxyOptions): Promise<TcpProxy> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return new TcpProxy(server, options);
}

/**
 * A TCP proxy before one IMAP server: counts, delays, and breaks connections where its rules say. What a client
 * says goes on line by line, literals and all that the server says as they come.
 */
export class TcpProxy {
  readonly host = '127.0.0.1';
  readonly port: number;
  /** Latency and bandwidth; may be changed at any time. */
  readonly link: Link;
  /** New connections are reset, as by a server that is gone. */
  refusing = false;
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #open = new Set<Connection>();
  readonly #delivered: Record<Direction, number> = { toServer: 0, toClient: 0 };
  readonly #commands: SeenCommand[] = [];
  #rules: ActiveRule[] = [];
  #connections = 0;
  #roundTrips = 0;

  constructor(server: Server, options: ProxyOptions) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    this.port = address.port;
    this.link = new Link(options.latencyMs ?? 0, options.bytesPerSecond);
    this.#server = server;
    this.#target = { host: options.targetHost ?? '127.0.0.1', port: options.targetPort };
    for (const rule of options.rules ?? []) this.addRule(rule);
    server.on('connection', (client) => this.#accept(client));
  }

  get counters(): ProxyCounters {
    return {
      connections: this.#connections,
      openConnections: this.#open.size,
      bytesToServer: this.#delivered.toServer,
      bytesToClient: this.#delivered.toClient,
      roundTrips: this.#roundTrips,
    };
  }

  /** Every command so far, in order. */
  get commands(): readonly SeenCommand[] {
    return this.#commands;
  }

  addRule(rule: Rule): void {
    const direction = isByteTrigger(rule.on) ? rule.on.direction : 'toServer';
    const carried = new Map([...this.#open].map(({ number, carried }) => [number, carried[direction]]));
    this.#rules = [...this.#rules, new ActiveRule(rule, carried, this.#delivered[direction])];
  }

  /** What stalled stays so until {@link resume}. */
  clearRules(): void {
    this.#rules = [];
  }

  /** Lets go on all that was stalled. */
  resume(): void {
    for (const connection of this.#open) connection.resume();
  }

  /** Delivers all that is held back; settles when the server has answered. */
  async release(): Promise<void> {
    await Promise.all([...this.#open].map((connection) => connection.release()));
  }

  /** Closes every connection there is; new ones are welcome. */
  cutAll(): void {
    for (const connection of [...this.#open]) connection.cut();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const open = [...this.#open];
    for (const connection of open) connection.destroy();
    await Promise.all([closed, ...open.map((connection) => connection.whenClosed)]);
  }

  #accept(client: Socket): void {
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    this.#connections += 1;
    this.#open.add(new Connection(this.#connections, client, this.#connectionHost()));
  }

  #connectionHost(): ConnectionHost {
    return {
      link: this.link,
      target: this.#target,
      rules: () => this.#rules,
      delivered: (direction) => this.#delivered[direction],
      onDelivered: (direction, sizeBytes) => {
        this.#delivered[direction] += sizeBytes;
      },
      onRoundTrip: () => {
        this.#roundTrips += 1;
      },
      onCommand: (connection, line) => {
        this.#commands.push({ connection, line: withoutSecrets(line) });
      },
      onClosed: (connection) => {
        this.#open.delete(connection);
      },
    };
  }
}
