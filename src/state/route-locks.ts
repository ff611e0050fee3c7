import { join } from 'node:path';
import { type AccountIdentity, accountLockName, accountName } from './account-identity.js';
import { acquireLock, type HeldLock, type LockPlace } from './lock.js';
import type { RoutePlace } from './open-route.js';
import { type ProcessProbe, systemProcesses } from './process-probe.js';

/** Who uses the state of a route, and what for. */
export interface RouteUse {
  readonly stateDir: string;
  readonly a: AccountIdentity;
  readonly b: AccountIdentity;
  /** The accounts that this run may write: no other run writes them meanwhile. */
  readonly writes: readonly AccountIdentity[];
  /** Shown to whoever finds the state locked: without secrets. */
  readonly command: string;
  readonly processes?: ProcessProbe;
  readonly signal: AbortSignal;
}

/** Takes the lock of the route, then those of the accounts in the order of their names. */
export async function lockRoute(place: RoutePlace, use: RouteUse): Promise<HeldLock[]> {
  const { stateDir, a, b, writes, command, signal, processes = systemProcesses } = use;
  const common = { files: place.files, processes, command, signal };
  const what = `the route between ${accountName(a)} and ${accountName(b)}`;
  const wanted: LockPlace[] = [{ ...common, folder: place.folder, name: 'route', what }];
  const accounts = new Map(writes.map((account) => [accountLockName(account), account]));
  for (const name of [...accounts.keys()].sort()) {
    const { user, host } = accounts.get(name) ?? a;
    wanted.push({
      ...common,
      folder: join(stateDir, 'accounts'),
      name,
      what: `the account ${user}@${host}`,
    });
  }
  const held: HeldLock[] = [];
  try {
    for (const one of wanted) {
      await place.files.makeFolder(one.folder);
      held.push(await acquireLock(one));
    }
    return held;
  } catch (error) {
    for (const lock of held) await lock.release();
    throw error;
  }
}
