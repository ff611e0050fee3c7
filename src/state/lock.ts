import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MailferryError } from '../errors.js';
import type { StateFiles } from './files.js';
import type { ProcessIdentity } from './process-identity.js';
import type { ProcessProbe } from './process-probe.js';
import { replaceFile } from './replace-file.js';

/** What a lock file says about its holder. */
export interface LockHolder extends ProcessIdentity {
  /** ISO 8601. */
  readonly startedAt: string;
  /** The command line as it may be shown: without secrets. */
  readonly command: string;
  /** Whether a local socket beside the lock file shows that the holder lives. */
  readonly beacon: boolean;
}

export interface LockPlace {
  readonly files: StateFiles;
  readonly processes: ProcessProbe;
  readonly folder: string;
  /** Lock files are `<name>.<claim>.lock`. */
  readonly name: string;
  /** What is locked, for people: `the route …`, `the account …`. */
  readonly what: string;
  readonly command: string;
  readonly signal: AbortSignal;
}

export interface HeldLock {
  /** Never throws: what could not be removed counts as abandoned when this process ends. */
  release(): Promise<void>;
}

interface Claim {
  readonly id: string;
  readonly file: string;
  /** null: not readable. */
  readonly holder: LockHolder | null;
  readonly isKnownAlive: boolean;
}

const CLAIM = /^(.+)\.([0-9a-f]{16})\.lock$/;
/** How often, and after what pause, the one who goes first looks whether the others have stepped back. */
const LOOKS = 25;
const PAUSE_MS = 20;

function beaconPath(file: string): string {
  return file.replace(/lock$/, 'sock');
}

function parseHolder(data: Buffer): LockHolder | null {
  try {
    const holder: LockHolder = JSON.parse(data.toString('utf8'));
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? holder : null;
  } catch {
    return null;
  }
}

async function abandon(place: LockPlace, file: string): Promise<void> {
  await place.files.remove(beaconPath(file));
  await place.files.remove(file);
}

/** The claims of processes that run, or may run; those of dead ones are removed on the way. */
async function standingClaims(place: LockPlace, own: string): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const name of await place.files.list(place.folder)) {
    const [, lock, id] = CLAIM.exec(name) ?? [];
    if (lock !== place.name || id === undefined || id === own) continue;
    const file = join(place.folder, name);
    const data = await place.files.read(file);
    if (!data) continue;
    const holder = parseHolder(data);
    const beacon = holder?.beacon ? beaconPath(file) : null;
    const liveness = holder ? await place.processes.liveness(holder, beacon) : 'unknown';
    // The name of a claim is used once, so that nothing but this very claim can be removed here.
    if (liveness === 'dead') await abandon(place, file);
    else claims.push({ id, file, holder, isKnownAlive: liveness === 'alive' });
  }
  return claims;
}

function locked(place: LockPlace, { holder, file, isKnownAlive }: Claim): MailferryError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} since ${holder.startedAt} (${holder.command})`
    : 'a process that cannot be told';
  const hint = isKnownAlive
    ? `wait until it ends or stop it (kill ${holder?.pid}), then run again`
    : `wait until it ends; if it is certain that it no longer runs, remove ${file} and run again`;
  return new MailferryError({
    code: 'STATE_LOCKED',
    scope: 'run',
    retry: 'later',
    message: `${place.what} is in use by ${who}`,
    at: { file },
    hint,
  });
}

async function claim(place: LockPlace, file: string): Promise<HeldLock> {
  const { files, processes } = place;
  const putOut = await processes.lightBeacon(beaconPath(file));
  const holder: LockHolder = {
    ...(await processes.identity()),
    startedAt: new Date().toISOString(),
    command: place.command,
    beacon: putOut !== null,
  };
  try {
    await replaceFile(files, file, Buffer.from(`${JSON.stringify(holder)}\n`));
  } catch (error) {
    await putOut?.();
    throw error;
  }
  return {
    async release() {
      await files.remove(file).catch(() => undefined);
      await putOut?.();
    },
  };
}

/**
 * Takes a lock or throws STATE_LOCKED. Each contender leaves a claim under a name of its own and has the lock
 * when it then sees no other standing claim; of two that see each other the one with the lesser name waits and
 * the other steps back. So two can never both win, a dead one's claim is swept away by whoever comes next, and
 * no crash at any point leaves what stops another.
 */
export async function acquireLock(place: LockPlace): Promise<HeldLock> {
  const [standing] = await standingClaims(place, '');
  if (standing) throw locked(place, standing);
  const id = randomBytes(8).toString('hex');
  const held = await claim(place, join(place.folder, `${place.name}.${id}.lock`));
  try {
    for (let look = 1; ; look++) {
      const others = await standingClaims(place, id);
      const [first] = others;
      if (!first) return held;
      const before = others.find((other) => other.id < id);
      if (before || look >= LOOKS) throw locked(place, before ?? first);
      await delay(PAUSE_MS);
      place.signal.throwIfAborted();
    }
  } catch (error) {
    await held.release();
    throw error;
  }
}
