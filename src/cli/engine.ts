import type {
  AccountIdentity,
  ImapAccountOptions,
  MailStore,
  RouteState,
  RouteStateOptions,
  SyncPolicy,
  SyncRunOptions,
} from '../index.js';

/** What a command needs of the library. Passed in, so that it loads late and tests bring their own. */
export interface Engine {
  createStore(options: ImapAccountOptions): MailStore;
  /** The same store, throwing READ_ONLY_SIDE on every write. */
  readOnly(store: MailStore): MailStore;
  identity(host: string, port: number, user: string, prefix: string): AccountIdentity;
  openState(options: RouteStateOptions): Promise<RouteState>;
  runSync(options: SyncRunOptions): Promise<void>;
  readonly copyPolicy: SyncPolicy;
  readonly backupPolicy: SyncPolicy;
  readonly mirrorPolicy: SyncPolicy;
}
