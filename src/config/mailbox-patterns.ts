import { readOptionFile } from './read-file.js';
import { usageError } from './usage-error.js';

/**
 * The patterns of a repeatable option. `@FILE` stands for the lines of a file; empty lines and lines that start
 * with `#` are left out. A mailbox whose name starts with `@` is written `?name`.
 */
export async function readMailboxPatterns(given: readonly string[], option: string): Promise<string[]> {
  const patterns: string[] = [];
  for (const entry of given) {
    if (entry.startsWith('@')) patterns.push(...(await readList(entry.slice(1), option)));
    else patterns.push(entry);
  }
  if (patterns.some((pattern) => pattern === '')) {
    throw usageError(
      `${option} is empty; wanted the name of a mailbox or a pattern`,
      `write ${option} INBOX or ${option} 'Archive/*'`,
    );
  }
  return patterns;
}

async function readList(path: string, option: string): Promise<string[]> {
  if (path === '') {
    throw usageError(
      `${option} is "@"; wanted @FILE`,
      `write ${option} @mailboxes.txt, with one pattern a line in that file`,
    );
  }
  const lines = (await readOptionFile(path, option)).split(/\r?\n/);
  const patterns = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (patterns.length > 0) return patterns;
  throw usageError(
    `${option} names "${path}", which lists no mailbox; wanted one pattern a line`,
    'fill the file',
  );
}
