import { type AccountLogin, listMailboxes, loginOf, withLogin } from '../../support/imap-client/index.js';
import {
  GMAIL_CAPABILITY,
  type MailServer,
  MICROSOFT_365_CAPABILITY,
  startCyrus,
  startDovecot,
} from '../../support/servers/index.js';
import type { DestinationKind } from '../cases.js';
import { PASSWORD } from './source.js';

/** An empty account on a server of its own, so that nobody comes to a fuller or warmer server than the others. */
export class Destination {
  readonly login: AccountLogin;
  readonly server: MailServer;

  private constructor(server: MailServer) {
    this.server = server;
    this.login = loginOf(server);
  }

  static async start(kind: DestinationKind): Promise<Destination> {
    const destination = new Destination(await startServer(kind));
    // The first login makes the account, and the server start what it starts once.
    await withLogin(destination.login, {}, listMailboxes);
    return destination;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

function startServer(kind: DestinationKind): Promise<MailServer> {
  const users = [{ name: 'destination', password: PASSWORD }];
  switch (kind) {
    case 'dovecot':
      return startDovecot({ users });
    case 'cyrus':
      return startCyrus({ users });
    case 'microsoft-365':
      return startDovecot({ users, capability: MICROSOFT_365_CAPABILITY });
    case 'gmail':
      return startDovecot({ users, capability: GMAIL_CAPABILITY });
  }
}
