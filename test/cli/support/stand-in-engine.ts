import type { Engine, OpenStateOptions, RunRequest } from '../../../src/cli/engine.js';
import type { ImapAccountOptions, MailStore, SyncRunOptions } from '../../../src/index.js';
import { MemoryServer } from '../../../src/store/memory.js';
import { withReadOnly } from '../../../src/store/with-read-only.js';
import { copyPolicy } from '../../../src/sync/policy.js';

/** An engine that does what a test tells it and remembers what it was asked. */
export class StandInEngine implements Engine {
  readonly copyPolicy = copyPolicy;
  readonly accounts: ImapAccountOptions[] = [];
  readonly opened: OpenStateOptions[] = [];
  readonly runs: RunRequest[] = [];
  /** Stores and states that were closed. */
  closed = 0;
  /** The run itself. */
  run: (request: RunRequest) => Promise<void> = async () => {};
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

  async openState(options: OpenStateOptions): Promise<SyncRunOptions['state']> {
    this.opened.push(options);
    await this.open();
    const state = {
      close: async (): Promise<void> => {
        this.closed += 1;
      },
    };
    return state as unknown as SyncRunOptions['state'];
  }

  async runSync(request: RunRequest): Promise<void> {
    this.runs.push(request);
    await this.run(request);
  }
}
