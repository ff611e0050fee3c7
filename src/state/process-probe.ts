import { beaconIsLit, lightBeacon, type PutOut } from './beacon.js';
import { ownIdentity, type ProcessIdentity, pidExists, processStartTime } from './process-identity.js';

export type Liveness = 'alive' | 'dead' | 'unknown';

/** Who we are, and whether another still runs. Tests put processes of their own in its place. */
export interface ProcessProbe {
  identity(): Promise<ProcessIdentity>;
  /** Shows a sign of life at `path` until the returned function is called or the process ends; null: cannot. */
  lightBeacon(path: string): Promise<PutOut | null>;
  /** `beacon`: the path of its sign of life, null when it could not show one. */
  liveness(other: ProcessIdentity, beacon: string | null): Promise<Liveness>;
}

async function livenessByPid(other: ProcessIdentity): Promise<Liveness> {
  if (!pidExists(other.pid)) return 'dead';
  const startTime = await processStartTime(other.pid);
  const known = startTime !== null && other.startTime !== null;
  return known && startTime !== other.startTime ? 'dead' : 'alive';
}

async function liveness(other: ProcessIdentity, beacon: string | null): Promise<Liveness> {
  const own = await ownIdentity();
  const sameHost = own.host === other.host;
  if (own.bootId === null || other.bootId === null) return sameHost ? livenessByPid(other) : 'unknown';
  // Another boot of this host ended all its processes; what another host does, nobody here can see.
  if (own.bootId !== other.bootId) return sameHost ? 'dead' : 'unknown';
  if (own.pidNamespace === other.pidNamespace) return livenessByPid(other);
  const lit = beacon === null ? null : await beaconIsLit(beacon);
  if (lit === null) return 'unknown';
  return lit ? 'alive' : 'dead';
}

export const systemProcesses: ProcessProbe = { identity: ownIdentity, lightBeacon, liveness };
