import type { MailServer, ServerKind } from './mail-server.js';

/** The servers that a file of tests starts, each under a name, and stops together. */
export class ServerSet<Name extends string = ServerKind> {
  readonly #servers = new Map<Name, MailServer>();

  /** Takes a server in as soon as it runs. */
  async add(name: Name, starting: Promise<MailServer>): Promise<MailServer> {
    const server = await starting;
    this.#servers.set(name, server);
    return server;
  }

  /** Throws when there is none of that name. */
  get(name: Name): MailServer {
    const server = this.#servers.get(name);
    if (!server) throw new Error(`no server ${name}`);
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
    this.#servers.clear();
  }
}
