import { dirname } from 'node:path';
import { MailferryError } from '../errors.js';
import { stateDamaged } from './damage.js';

/** The version of all state files. It changes only when an older mailferry could not read them. */
export const STATE_VERSION = 1;

export type StateFileKind = 'index' | 'shard' | 'pack';

/** Turns the data of a file of one version into that of the next. */
type Upgrade = (kind: StateFileKind, data: unknown) => unknown;

/** By the version they start from. Version 1 is the first, so there is none yet. */
const UPGRADES: ReadonlyMap<number, Upgrade> = new Map();

/** Throws STATE_NEWER for what a later mailferry has written: to guess at it could cost mail. */
export function refuseNewerVersion(file: string, version: number): void {
  if (version <= STATE_VERSION) return;
  throw new MailferryError({
    code: 'STATE_NEWER',
    scope: 'run',
    retry: 'never',
    message: `the state file ${file} has version ${version}; wanted version ${STATE_VERSION}, the newest that this mailferry knows`,
    at: { file },
    hint: `use the newer mailferry that wrote ${dirname(file)}, or give this one a folder of its own with --state-dir`,
  });
}

/** Brings data of an older version up to date. Throws STATE_DAMAGED for a version that never was, STATE_NEWER for one to come. */
export function upgraded(kind: StateFileKind, file: string, version: number, data: unknown): unknown {
  refuseNewerVersion(file, version);
  let current = data;
  for (let from = version; from < STATE_VERSION; from++) {
    const upgrade = UPGRADES.get(from);
    if (!upgrade) throw stateDamaged(file, `there is no version ${version}`);
    current = upgrade(kind, current);
  }
  return current;
}
