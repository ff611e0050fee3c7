import { readFile } from 'node:fs/promises';
import { usageError } from './usage-error.js';

/** Why the system refused, in words: `no such file`, `permission denied`. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}

/** The text of a file an option names. Throws USAGE. */
export async function readOptionFile(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(
      `${option} names "${path}", which cannot be read: ${systemReason(error)}; wanted a readable file`,
      'check the path and its permissions',
    );
  }
}
