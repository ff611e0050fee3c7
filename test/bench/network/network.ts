import type { AccountLogin } from '../../support/imap-client/index.js';

export const NETWORK_NAMES = ['loopback', '40ms'] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

/** How the programs under measurement get to a server. */
export interface Network {
  readonly name: NetworkName;
  /** Opens a way to the account's server. */
  reach(login: AccountLogin): Promise<Way>;
  /** Off while accounts are made ready and nothing is timed. */
  delay(on: boolean): Promise<void>;
  close(): Promise<void>;
}

/** A way to one server. */
export interface Way {
  /** The account as it is reached on this way. */
  readonly login: AccountLogin;
  /** How often a client has spoken after it had heard the server, so far; undefined where nobody counts. */
  roundTrips(): Promise<number | undefined>;
  close(): Promise<void>;
}

export const LOOPBACK: Network = {
  name: 'loopback',
  reach: (login) =>
    Promise.resolve({ login, roundTrips: () => Promise.resolve(undefined), close: () => Promise.resolve() }),
  delay: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
