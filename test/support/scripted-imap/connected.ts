import { duplexPair } from 'node:stream';
import { Connection } from '../../../src/store/imap/wire/connection.js';
import type { ConnectionOptions } from '../../../src/store/imap/wire/connection-parts.js';
import { Conversation } from './conversation.js';

export interface Connected {
  readonly connection: Connection;
  readonly server: Conversation;
}

/** A logged-in connection to a server that a test plays. */
export function connected(
  options: Partial<ConnectionOptions> & { readonly bufferBytes?: number } = {},
): Connected {
  const { bufferBytes, ...wanted } = options;
  const [client, peer] = duplexPair(bufferBytes === undefined ? {} : { highWaterMark: bufferBytes });
  // Unlike a socket the ends of a pair do not see each other go.
  client.on('close', () => peer.destroy());
  peer.on('close', () => client.destroy());
  const connection = new Connection(
    { readSocket: client, writeSocket: client, socket: client },
    { id: 1, account: 'ann@example.net', literalMode: 'plus', timeoutMs: 60_000, ...wanted },
  );
  return { connection, server: new Conversation(peer) };
}

/** The same with answers by rule; see {@link Conversation.serve}. */
export function answering(
  answer: (command: string) => string | null,
  options: Partial<ConnectionOptions> = {},
): Connected {
  const ends = connected(options);
  void ends.server.serve(answer);
  return ends;
}
