import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Sends back what it gets and remembers it, connection by connection. */
export class EchoServer {
  readonly connections: Socket[] = [];
  readonly #received: Buffer[] = [];
  readonly #server: Server;

  static async start(): Promise<EchoServer> {
    const echo = new EchoServer();
    echo.#server.listen(0, '127.0.0.1');
    await once(echo.#server, 'listening');
    return echo;
  }

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  received(connection: number): Buffer {
    return this.#received[connection] ?? Buffer.alloc(0);
  }

  async until(connection: number, isEnough: (received: Buffer) => boolean): Promise<void> {
    const socket = await this.#socket(connection);
    while (!isEnough(this.received(connection))) await once(socket, 'data');
  }

  async closed(connection: number): Promise<void> {
    const socket = await this.#socket(connection);
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }

  /** Says nothing more, but goes on listening. */
  end(connection: number): void {
    this.connections[connection]?.end();
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #socket(connection: number): Promise<Socket> {
    for (;;) {
      const socket = this.connections[connection];
      if (socket !== undefined) return socket;
      await once(this.#server, 'connection');
    }
  }

  #serve(socket: Socket): void {
    const connection = this.connections.push(socket) - 1;
    socket.on('data', (chunk: Buffer) => {
      this.#received[connection] = Buffer.concat([this.received(connection), chunk]);
      if (socket.writable) socket.write(chunk);
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
  }
}
