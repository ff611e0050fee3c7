import { type ErrorRetry, MailferryError } from '../errors.js';
import type { AppendFile, StateFiles } from './files.js';

interface Advice {
  readonly retry: ErrorRetry;
  readonly sentence: string;
  readonly hint: string;
}

const SPACE: Advice = {
  retry: 'later',
  sentence: 'no space is left on the disk; wanted room on it',
  hint: 'free some space, or choose another folder with --state-dir; what was saved before is intact',
};
const READ_ONLY: Advice = {
  retry: 'never',
  sentence: 'the file system is read-only',
  hint: 'choose a folder that can be written with --state-dir',
};
const DENIED: Advice = {
  retry: 'never',
  sentence: 'permission is denied',
  hint: 'run as the owner of the state folder, or choose another folder with --state-dir',
};
const NO_PLACE: Advice = {
  retry: 'never',
  sentence: 'no folder can be made there',
  hint: 'choose a folder on a disk with --state-dir',
};
const IN_THE_WAY: Advice = {
  retry: 'never',
  sentence: 'there is a file where a folder has to be',
  hint: 'choose another folder with --state-dir',
};

/** What is dealt with, and what the errors of the file system mean for it. */
interface Kind {
  readonly noun: string;
  readonly advice: Readonly<Record<string, Advice>>;
}

const FILE: Kind = {
  noun: 'file',
  advice: {
    ENOSPC: SPACE,
    EDQUOT: SPACE,
    EROFS: READ_ONLY,
    EACCES: DENIED,
    EPERM: DENIED,
    ENOTDIR: IN_THE_WAY,
  },
};
const NEW_FOLDER: Kind = {
  noun: 'folder',
  advice: { ...FILE.advice, ENOENT: NO_PLACE, ENAMETOOLONG: NO_PLACE, ELOOP: NO_PLACE, EEXIST: IN_THE_WAY },
};

/** What the file system says about `work` becomes STATE_WRITE_FAILED, scope run; other errors stay as they are. */
async function told<T>(
  action: string,
  path: string,
  work: () => Promise<T>,
  { noun, advice }: Kind = FILE,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOfFileSystem(error)) throw error;
    const { retry, sentence, hint } = advice[error.code] ?? {
      retry: 'later',
      sentence: error.message,
      hint: 'check the disk and the state folder (--state-dir), then run again',
    };
    throw new MailferryError({
      code: 'STATE_WRITE_FAILED',
      scope: 'run',
      retry,
      message: `cannot ${action} the state ${noun} ${path}: ${sentence}`,
      at: { file: path },
      hint,
      cause: error,
    });
  }
}

function isOfFileSystem(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code));
}

function appendFile(path: string, inner: AppendFile): AppendFile {
  return {
    write: (data) => told('write', path, () => inner.write(data)),
    datasync: () => told('write', path, () => inner.datasync()),
    truncate: (sizeBytes) => told('write', path, () => inner.truncate(sizeBytes)),
    close: () => told('close', path, () => inner.close()),
  };
}

/** The same files, with errors a person can act on. */
export function withStateErrors(inner: StateFiles): StateFiles {
  return {
    read: (path) => told('read', path, () => inner.read(path)),
    list: (folder) => told('read', folder, () => inner.list(folder)),
    makeFolder: (folder) => told('create', folder, () => inner.makeFolder(folder), NEW_FOLDER),
    create: (path, data) => told('write', path, () => inner.create(path, data)),
    append: (path) => told('open', path, async () => appendFile(path, await inner.append(path))),
    rename: (from, to) => told('write', to, () => inner.rename(from, to)),
    syncFolder: (folder) => told('write', folder, () => inner.syncFolder(folder)),
    remove: (path) => told('remove', path, () => inner.remove(path)),
  };
}
