import { randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, statfsSync } from 'node:fs';

const MIN_FREE_BYTES = 1024 ** 3;
/** Linux keeps what is here in memory. */
export const MEMORY = '/dev/shm';

/** A new folder, in memory where there is room, that the servers' users may enter. */
export function makeRunFolder(): string {
  const folder = mkdtempSync(`${folderInMemory(MIN_FREE_BYTES) ?? '/tmp'}/mf-`);
  chmodSync(folder, 0o755);
  return folder;
}

/** A new folder whose path is exactly as long as `/etc/courier`. Programs can be run from it. */
export function makeShortFolder(): string {
  for (;;) {
    const folder = `/tmp/mf${randomInt(36 ** 5)
      .toString(36)
      .padStart(5, '0')}`;
    try {
      mkdirSync(folder);
      chmodSync(folder, 0o755);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** {@link MEMORY} where that much is free, else null. */
export function folderInMemory(minFreeBytes: number): string | null {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= minFreeBytes ? MEMORY : null;
  } catch {
    return null;
  }
}
