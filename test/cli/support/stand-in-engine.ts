import type { Engine } from '../../../src/cli/engine.js';
import type {
  AccountIdentity,
  ImapAccountOptions,
  MailStore,
  RouteState,
  RouteStateOptions,
  SyncRunOptions,
} from '../../../src/index.js';
import { accountIdentity } from '../../../src/state/account-identity.js';
import { MemoryServer } from '../../../src/store/memory.js';
import { withReadOnly } from '../../../src/store/with-read-only.js';
import { backupPolicy, copyPolicy, mirrorPolicy } from '../../../src/sync/policy.js';

/** An engine that does what a test tells it and remembers what it was asked. */
export class StandInEngine implements Engine {
  readonly copyPolicy = copyPolicy;
  readonly backupPolicy = backupPolicy;
  readonly mirrorPolicy = mirrorPolicy;
  readonly accounts: ImapAccountOptions[] = [];
  readonly opened: RouteStateOptions[] = [];
  readonly runs: SyncRunOptions[] = [];
  /** Stores and states that were closed. */
  closed = 0;
  /** The run itself. */
  run: (request: SyncRunOptions) => Promise<void> = async () => {};
  open: () => Promise<void> = async () => {};

  readonly load = async (): Promise<Engine> => this;

  createStore(options: ImapAccountOptions): MailStore {
    this.accounts.push(options);
    const store = new MemoryServer({ account: options.account }).store({});
    const close = async (): Promise<void> => {
      this.closed += 1;
      await store.close();
    };
    return {
      account: options.account,
      connect: (signal) => store.connect(signal),
      lease: (signal) => store.lease(signal),
      close,
    };
  }

  readOnly(store: MailStore): MailStore {
    return withReadOnly(store);
  }

  identity(host: string, port: number, user: string, prefix: string): AccountIdentity {
    return accountIdentity(host, port, user, prefix);
  }

  async openState(options: RouteStateOptions): Promise<RouteState> {
    this.opened.push(options);
    await this.open();
    const state = {
      close: async (): Promise<void> => {
        this.closed += 1;
      },
    };
    return state as unknown as RouteState;
  }

  async runSync(request: SyncRunOptions): Promise<void> {
    this.runs.push(request);
    await this.run(request);
  }
}
