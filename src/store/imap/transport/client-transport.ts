import type { Duplex } from 'node:stream';
import type { ImapFlowOptions } from 'imapflow';
import type { ImapAccountOptions } from '../options.js';
import type { Transport } from './open-transport.js';

type ClientTransport = NonNullable<ImapFlowOptions['transport']>;
type ClientSocket = ReturnType<ClientTransport['connect']>;

/** Lets imapflow log in on a stream that is connected already, and start TLS on it our way. */
export function clientTransport(transport: Transport): ClientTransport {
  return {
    connect(_options, onConnect) {
      setImmediate(onConnect);
      return transport.stream as Duplex as ClientSocket;
    },
    upgrade: (_socket, _options, onSecure) => transport.upgrade(onSecure) as Duplex as ClientSocket,
  };
}

/**
 * Whether imapflow starts TLS: `true` demands it, `false` forbids it, absent takes it when offered. `imap://` demands it.
 * A tunnel is a protection of its own, and what it leads to may be past its login already (PREAUTH) or offer none; there
 * it is taken when offered, and demanded only when it was said what certificate to trust.
 */
export function startTlsRule(options: ImapAccountOptions): { doSTARTTLS?: boolean } {
  if (options.security !== 'starttls') return { doSTARTTLS: false };
  const namesTrust = options.ca !== undefined || options.fingerprint !== undefined;
  return options.tunnel === undefined || namesTrust ? { doSTARTTLS: true } : {};
}
