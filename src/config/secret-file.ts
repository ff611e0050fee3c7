import { open } from 'node:fs/promises';
import { systemReason } from './read-file.js';
import { secretLine, secretUnavailable } from './secret-line.js';

const OTHERS = 0o007;

/**
 * The password in a file of one line. A file that everybody may read or write is refused: what lies open is no
 * secret any more. Throws SECRET_UNAVAILABLE.
 */
export async function readSecretFile(path: string, option: string): Promise<string> {
  const where = `the password file "${path}"`;
  try {
    // Mode and text are taken from one open file, so that it cannot be exchanged in between.
    await using file = await open(path, 'r');
    const { mode } = await file.stat();
    if ((mode & OTHERS) !== 0) {
      const seen = (mode & 0o777).toString(8).padStart(3, '0');
      throw secretUnavailable(
        `${where} is open to everybody (mode ${seen}); wanted a file only its owner can read`,
        `chmod 600 ${shellQuote(path)}, and change the password if others may have read it`,
      );
    }
    return secretLine(await file.readFile('utf8'), where, `put nothing but the password into the file`);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const denied = 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
    throw secretUnavailable(
      `${where} cannot be read: ${systemReason(error)}; wanted a file this user can read`,
      denied
        ? `chown it to this user and chmod 600 ${shellQuote(path)}`
        : `check the path given to ${option}`,
      error,
    );
  }
}

function shellQuote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
