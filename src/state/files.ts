import { constants, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only grows, save that a torn tail can be cut off. */
export interface AppendFile {
  write(data: Buffer): Promise<void>;
  /** Resolves when all that was written survives a loss of power. */
  datasync(): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** The few file operations the state is built of: small enough to be wrapped by tests that break them. */
export interface StateFiles {
  /** null when there is no such file. */
  read(path: string): Promise<Buffer | null>;
  /** Names in a folder, in any order; none when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** With its parents, readable by the owner alone. One that is there already is fine. */
  makeFolder(folder: string): Promise<void>;
  /** A new file, readable by the owner alone, written and fsynced. Throws EEXIST when there is one. */
  create(path: string, data: Buffer): Promise<void>;
  /** Opens an existing file to append to it. */
  append(path: string): Promise<AppendFile>;
  /** Replaces what has the new name, at once. */
  rename(from: string, to: string): Promise<void>;
  /** Makes names (created, renamed, removed) in a folder survive a loss of power. */
  syncFolder(folder: string): Promise<void>;
  /** A file that is not there is fine. */
  remove(path: string): Promise<void>;
}

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

function errno(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function writeAll(handle: FileHandle, data: Buffer): Promise<void> {
  for (let at = 0; at < data.length; ) at += (await handle.write(data, at)).bytesWritten;
}

async function read(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw error;
  }
}

async function create(path: string, data: Buffer): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await writeAll(handle, data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Synchronous: the data only goes to the kernel's memory, which is sooner done than handed to a thread of Node's. */
function writeAtOnce({ fd }: FileHandle, data: Buffer): void {
  for (let at = 0; at < data.length; ) at += writeSync(fd, data, at);
}

async function append(path: string): Promise<AppendFile> {
  const handle = await open(path, constants.O_WRONLY | constants.O_APPEND);
  return {
    write: async (data) => writeAtOnce(handle, data),
    datasync: () => handle.datasync(),
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    close: () => handle.close(),
  };
}

/** Some file systems and Windows have no fsync of folders; there is nothing better to do there. */
const NO_FOLDER_SYNC = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP', 'EBADF', 'EACCES']);

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(errno(error))) throw error;
  }
}

/**
 * Makes missing parents first. `mkdir` with `recursive` would never return for a folder in /proc: there ENOENT comes
 * although the parent exists, and Node goes on making that parent. Here an existing parent ends the attempt.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
  } catch (error) {
    if (await isFolder(folder)) return;
    const parent = dirname(folder);
    if (errno(error) !== 'ENOENT' || parent === folder || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await makeFolder(folder);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

export const nodeStateFiles: StateFiles = {
  read,
  list,
  makeFolder,
  create,
  append,
  rename,
  syncFolder,
  remove: (path) => rm(path, { force: true }),
};
