import type { ImapAccountOptions, MailStore, SyncRunOptions } from '../index.js';

/** Who an account is to the state, whatever way leads to it. */
export interface Identity {
  /** Lower case, with `:port` only where it is neither 143 nor 993. */
  readonly host: string;
  readonly user: string;
  readonly prefix: string;
}

export interface OpenStateOptions {
  readonly stateDir: string;
  readonly a: Identity;
  readonly b: Identity;
  /** The accounts that may be written: no other run may write them meanwhile. */
  readonly writes: readonly Identity[];
  /** For the message that another run gets to see. */
  readonly command: string;
  /** Takes no lock and writes nothing. */
  readonly readOnly: boolean;
  readonly signal: AbortSignal;
}

export type RunRequest = SyncRunOptions & {
  /** Plan and report, but write nothing; both stores are guarded against writes as well. */
  readonly dryRun: boolean;
};

/** What a command needs of the library. Passed in, so that it loads late and tests bring their own. */
export interface Engine {
  createStore(options: ImapAccountOptions): MailStore;
  /** The same store, throwing READ_ONLY_SIDE on every write. */
  readOnly(store: MailStore): MailStore;
  openState(options: OpenStateOptions): Promise<SyncRunOptions['state']>;
  runSync(options: RunRequest): Promise<void>;
  readonly copyPolicy: SyncRunOptions['policy'];
}
