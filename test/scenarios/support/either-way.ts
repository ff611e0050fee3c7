import { rmSync } from 'node:fs';
import { asMailferryError } from '../../../src/errors.js';
import { type AccountIdentity, accountIdentity } from '../../../src/state/account-identity.js';
import type { ProcessProbe } from '../../../src/state/process-probe.js';
import { openRouteState, type RouteState } from '../../../src/state/route-state.js';
import { MemoryServer, type MemoryServerOptions, type OnOperation } from '../../../src/store/memory.js';
import { withReadOnly } from '../../../src/store/with-read-only.js';
import type { SyncPolicy } from '../../../src/sync/policy.js';
import { runSync } from '../../../src/sync/run.js';
import { MortalFiles } from '../../support/engine/index.js';
import { makeQuickTestFolder } from '../../support/test-folder.js';

/** Which account is named first: `right` is from the old one to the new one. */
export type Order = 'right' | 'wrong';

interface End {
  readonly server: MemoryServer;
  readonly identity: AccountIdentity;
}

export interface EitherWayRun {
  readonly policy: SyncPolicy;
  readonly order: Order;
  /** None: files of a process that lives. */
  readonly files?: MortalFiles;
  readonly dryRun?: boolean;
}

/** As with a wrong password. */
const refused: OnOperation = ({ kind }) => {
  if (kind !== 'login') return 'go';
  const message = 'the password was refused';
  return { refuse: { code: 'AUTH_FAILED', scope: 'run', retry: 'never', message } };
};

/**
 * Two servers and runs between them that name them in either order. Both give all mailboxes the same UIDVALIDITY
 * and have no mod-sequences, as some do: nothing but the state tells their messages apart. Mailboxes have other names
 * at the new one.
 */
export class EitherWay {
  readonly old = this.#end('old.example');
  readonly fresh = this.#end('new.example', { delimiter: '.', prefix: 'INBOX.' });
  readonly #folder = makeQuickTestFolder('either');
  #runs = 0;

  /** `done`, `killed`, or the code of what ended it. */
  async run({ policy, order, files = new MortalFiles(), dryRun = false }: EitherWayRun): Promise<string> {
    const [from, to] = this.#ends(order);
    const isMirror = policy.changesOfB === 'merge';
    const [a, b] = [from.server.store(), to.server.store()];
    const killed = new Promise<'killed'>((resolve) => {
      files.onDeath = () => {
        a.kill();
        b.kill();
        resolve('killed');
      };
    });
    const { signal } = new AbortController();
    const work = async (): Promise<'done'> => {
      const state = await this.#open(order, files, dryRun);
      try {
        await runSync({
          policy,
          a: isMirror && !dryRun ? a : withReadOnly(a),
          b: dryRun ? withReadOnly(b) : b,
          state,
          selection: { include: [], exclude: [] },
          full: false,
          parallel: 1,
          onEvent: () => undefined,
          finish: signal,
          signal,
          lateCommitMs: 0,
          retryWaitsMs: [],
          dryRun,
        });
        return 'done';
      } finally {
        await state.close();
        await Promise.all([a.close(), b.close()]);
      }
    };
    const end = await Promise.race([work().catch((thrown) => asMailferryError(thrown).code), killed]);
    await files.bury(false);
    return end;
  }

  /** A run that ends before anything is known, for the second account named does not let it in. */
  async refusedRun(policy: SyncPolicy, order: Order): Promise<string> {
    const [, { server }] = this.#ends(order);
    server.onOperation = refused;
    const end = await this.run({ policy, order });
    server.onOperation = null;
    return end;
  }

  /** Which mailbox of the old server is which of the new one, as the state has it. */
  async names(): Promise<Readonly<Record<string, string | null>>> {
    const state = await this.#open('right', new MortalFiles(), true);
    const names = [...state.pairs()].map((pair) => [pair.names.a ?? '', pair.names.b] as const);
    await state.close();
    return Object.fromEntries(names);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #end(host: string, options: MemoryServerOptions = {}): End {
    const features = { condstore: false, qresync: false, objectId: false, emailId: false };
    return {
      server: new MemoryServer({ account: `ann@${host}`, features, ...options }),
      identity: accountIdentity(host, 143, 'ann'),
    };
  }

  #ends(order: Order): readonly [End, End] {
    return order === 'right' ? [this.old, this.fresh] : [this.fresh, this.old];
  }

  #open(order: Order, files: MortalFiles, readOnly: boolean): Promise<RouteState> {
    const [{ identity: a }, { identity: b }] = this.#ends(order);
    const { signal } = new AbortController();
    const processes = this.#process();
    return openRouteState({
      stateDir: this.#folder,
      a,
      b,
      writes: [a, b],
      command: 'test',
      signal,
      files,
      processes,
      readOnly,
    });
  }

  /** A process of its own, which finds all before it dead. */
  #process(): ProcessProbe {
    const pid = ++this.#runs;
    return {
      identity: async () => ({ host: 'test', bootId: 'boot', pidNamespace: null, pid, startTime: `${pid}` }),
      lightBeacon: async () => null,
      liveness: async (other) => (other.pid === pid ? 'alive' : 'dead'),
    };
  }
}
