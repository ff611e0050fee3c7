import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asMailferryError, type MailferryError } from '../../../src/errors.js';
import type { RunEvent } from '../../../src/report/events.js';
import { accountIdentity } from '../../../src/state/account-identity.js';
import type { ProcessProbe } from '../../../src/state/process-probe.js';
import { openRouteState } from '../../../src/state/route-state.js';
import type { MailStore } from '../../../src/store/mail-store.js';
import {
  isWriteOperation,
  MemoryServer,
  type MemoryServerOptions,
  type OnOperation,
} from '../../../src/store/memory.js';
import { withReadOnly } from '../../../src/store/with-read-only.js';
import { copyPolicy, type SyncPolicy } from '../../../src/sync/policy.js';
import { runSync } from '../../../src/sync/run.js';
import type { SyncRunOptions } from '../../../src/sync/run-options.js';
import { makeQuickTestFolder } from '../test-folder.js';
import { type JournalDeath, MortalFiles } from './mortal-files.js';

/** How a run ends before its end. */
export type Death =
  /** `powerIsLost`: what was not synced is lost with the process. */
  | ({ readonly at: 'journal'; readonly powerIsLost?: boolean } & JournalDeath)
  /** The nth operation that writes to the destination (or to the source), before or after it was carried out. */
  | {
      readonly at: 'write';
      readonly nth: number;
      readonly when: 'before' | 'after';
      readonly side?: 'source';
    };

export interface EngineRunOptions {
  readonly death?: Death;
  /** None: the servers of these tests are never late unless told to be. */
  readonly lateCommitMs?: number;
  /** Mailboxes at once. */
  readonly parallel?: number;
  /** Decides over the destination's operations, as long as the run lives. */
  readonly onOperation?: OnOperation;
  /** The same for the source's. */
  readonly onSourceOperation?: OnOperation;
  /** Puts a probe around the destination. */
  readonly wrap?: (destination: MailStore) => MailStore;
  readonly files?: MortalFiles;
  /** Asks the run to end. */
  readonly finish?: AbortSignal;
  /** None: copy. */
  readonly policy?: SyncPolicy;
  /** What else the run is told. */
  readonly choice?: Partial<SyncRunOptions>;
  /** Over a destination and a state that cannot be written. */
  readonly dryRun?: boolean;
}

export interface EngineRun {
  readonly end: 'done' | 'failed' | 'killed';
  readonly error: MailferryError | null;
  readonly events: readonly RunEvent[];
}

/** As many as there are by default, and much shorter. */
const RETRY_WAITS_MS = [0, 5, 10, 20, 50];

const A = accountIdentity('source.example', 143, 'ann');
const B = accountIdentity('destination.example', 143, 'ann');

/**
 * Two in-memory servers, a folder with state, and runs of the engine between them, each a process of its own. The
 * source is wrapped so that any write to it throws.
 */
export class EngineWorld {
  readonly source: MemoryServer;
  readonly destination: MemoryServer;
  readonly #folder = makeQuickTestFolder('engine');
  #runs = 0;

  constructor(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}) {
    this.source = new MemoryServer({ account: 'ann@source.example', ...source });
    this.destination = new MemoryServer({ account: 'ann@destination.example', ...destination });
  }

  async run(options: EngineRunOptions = {}): Promise<EngineRun> {
    this.#runs += 1;
    const { death } = options;
    const files = options.files ?? new MortalFiles(death?.at === 'journal' ? death : null);
    const stores = { a: this.source.store(), b: this.destination.store() };
    const killed = new Promise<'killed'>((resolve) => {
      files.onDeath = () => {
        stores.a.kill();
        stores.b.kill();
        resolve('killed');
      };
    });
    // A verdict kills one client only; all else of its process ends with it.
    for (const store of Object.values(stores)) void store.killed.then(() => files.die());
    const isAtSource = death?.at === 'write' && death.side === 'source';
    this.destination.onOperation = verdicts(isAtSource ? undefined : death, options.onOperation);
    this.source.onOperation = verdicts(isAtSource ? death : undefined, options.onSourceOperation);
    const events: RunEvent[] = [];
    let error: MailferryError | null = null;
    const work = this.#sync(stores, files, events, options).then(
      () => 'done' as const,
      (thrown: unknown) => {
        error = asMailferryError(thrown);
        return 'failed' as const;
      },
    );
    const end = await Promise.race([work, killed]);
    this.destination.onOperation = null;
    this.source.onOperation = null;
    await files.bury(death?.at === 'journal' && death.powerIsLost === true);
    return { end, error, events };
  }

  /** Remembers both servers and the state as they are; calling what is returned puts them back. */
  save(): () => void {
    const servers = [this.source.save(), this.destination.save()];
    const state = this.saveState();
    return () => {
      for (const putBack of servers) putBack();
      state();
    };
  }

  /** Remembers the state alone, as a backup of it would. */
  saveState(): () => void {
    const files = Object.entries(this.stateFiles());
    return () => {
      this.loseState();
      for (const [path, octets] of files) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, octets, 'latin1');
      }
    };
  }

  /** The next run knows nothing. */
  loseState(): void {
    for (const name of readdirSync(this.#folder)) {
      rmSync(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  /** Every file of the state with its octets, as text. */
  stateFiles(): Readonly<Record<string, string>> {
    const entries = readdirSync(this.#folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ path, name }) => join(path, name));
    return Object.fromEntries(files.sort().map((path) => [path, readFileSync(path, 'latin1')]));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #sync(
    stores: { readonly a: MailStore; readonly b: MailStore },
    files: MortalFiles,
    events: RunEvent[],
    {
      lateCommitMs = 0,
      parallel = 3,
      wrap = (store) => store,
      dryRun = false,
      finish,
      policy = copyPolicy,
      choice = {},
    }: EngineRunOptions,
  ): Promise<void> {
    const { signal } = new AbortController();
    const processes = this.#process();
    const place = {
      stateDir: this.#folder,
      a: A,
      b: B,
      writes: policy.changesOfB === 'merge' ? [A, B] : [B],
      command: 'test',
    };
    const state = await openRouteState({ ...place, signal, files, processes, readOnly: dryRun });
    try {
      await runSync({
        policy,
        a: policy.changesOfB === 'merge' && !dryRun ? stores.a : withReadOnly(stores.a),
        b: dryRun ? withReadOnly(stores.b) : wrap(stores.b),
        state,
        selection: { include: [], exclude: [] },
        full: false,
        parallel,
        onEvent: (event) => events.push(event),
        finish: finish ?? signal,
        signal,
        lateCommitMs,
        worthASearchBytes: 1,
        // Small accounts are to need several batches as well.
        firstBatch: { maxMessages: 2, maxBytes: 4 * 1024 ** 2 },
        retryWaitsMs: RETRY_WAITS_MS,
        dryRun,
        ...choice,
      });
    } finally {
      await state.close();
      await Promise.all([stores.a.close(), stores.b.close()]);
    }
  }

  /** A process of its own, which finds all before it dead. */
  #process(): ProcessProbe {
    const pid = this.#runs;
    return {
      identity: async () => ({ host: 'test', bootId: 'boot', pidNamespace: null, pid, startTime: `${pid}` }),
      lightBeacon: async () => null,
      liveness: async (other) => (other.pid === pid ? 'alive' : 'dead'),
    };
  }
}

function verdicts(death: Death | undefined, onOperation: OnOperation | undefined): OnOperation {
  let writes = 0;
  return (operation) => {
    if (death?.at === 'write' && isWriteOperation(operation) && ++writes === death.nth) {
      return death.when === 'before' ? 'kill-before' : 'kill-after';
    }
    return onOperation?.(operation) ?? 'go';
  };
}
