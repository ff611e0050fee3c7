import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { StateFiles } from './files.js';

/** Ends the names of files that are being written; one found at the next start was left by a crash. */
export const TEMPORARY_SUFFIX = '.tmp';

/**
 * Gives a file new content so that at any moment, a loss of power included, either the old or the new content is
 * there, whole; on return it is the new.
 */
export async function replaceFile(files: StateFiles, path: string, data: Buffer): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY_SUFFIX}`;
  try {
    await files.create(temporary, data);
    await files.rename(temporary, path);
  } catch (error) {
    // The first failure is the one to tell; what could not be removed is removed at the next start.
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncFolder(dirname(path));
}
