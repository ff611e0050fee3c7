import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppendableMessage } from '../imap-client/index.js';

/** Names a folder of difficult mail, one message a file; without it there is none. */
const VARIABLE = 'MAILFERRY_TEST_CORPUS';

/** Every message below the folder, in the order of the files' names. */
export function corpusMessages(): AppendableMessage[] {
  const folder = process.env[VARIABLE];
  if (folder === undefined || folder === '') return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:eml|txt|msg)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.sort().map((file) => ({ flags: ['\\Seen'], body: () => readFileSync(file) }));
}
