import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { basename, dirname } from 'node:path';

/** The kernel's limit for the path of a local socket, less what it needs for itself (unix(7): 108, macOS: 104). */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Calls `use` with a path short enough for a local socket: a deep folder is entered through an open descriptor
 * of it, where the system has such paths. null when there is no way.
 */
async function withShortPath<T>(path: string, use: (path: string) => Promise<T>): Promise<T | null> {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return use(path);
  if (process.platform !== 'linux') return null;
  const folder = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${folder.fd}/${basename(path)}`);
  } finally {
    await folder.close();
  }
}

/** Ends a beacon. */
export type PutOut = () => Promise<void>;

function listen(path: string): Promise<PutOut | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', () => resolve(null));
    server.listen(path, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });
}

/**
 * Listens on a local socket for as long as this process lives: a sign of life that processes of other containers
 * of the machine can see, and that the kernel ends with the process. null where it cannot be had.
 */
export async function lightBeacon(path: string): Promise<PutOut | null> {
  if (process.platform === 'win32') return null;
  const putOut = await withShortPath(path, listen).catch(() => null);
  if (!putOut) return null;
  return async () => {
    await putOut();
    await rm(path, { force: true }).catch(() => undefined);
  };
}

function connect(path: string): Promise<boolean | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const nobody = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
      resolve(nobody ? false : null);
    });
  });
}

/** Whether the process that lit a beacon lives; null when it cannot be told. Only asked on the same machine. */
export async function beaconIsLit(path: string): Promise<boolean | null> {
  return withShortPath(path, connect).catch(() => null);
}
