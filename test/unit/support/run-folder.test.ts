import { afterEach, expect, it, vi } from 'vitest';
import { folderInMemory, makeRunFolder, makeShortFolder } from '../../support/servers/run-folder.js';

const GIB = 1024 ** 3;
/** null: there is no such file system. */
const memory = vi.hoisted(() => ({ freeBytes: 0 as number | null }));

/** Nothing is made; only where it would be counts. */
vi.mock('node:fs', () => ({
  chmodSync: () => undefined,
  mkdirSync: () => undefined,
  mkdtempSync: (prefix: string) => `${prefix}XXXXXX`,
  statfsSync: () => {
    if (memory.freeBytes === null) throw new Error('ENOENT');
    return { bavail: memory.freeBytes / 4096, bsize: 4096 };
  },
}));

afterEach(() => {
  memory.freeBytes = 0;
});

it.each([
  [2 * GIB, '/dev/shm/'],
  [GIB, '/dev/shm/'],
  [GIB - 4096, '/tmp/'],
  [64 * 1024 ** 2, '/tmp/'],
  [null, '/tmp/'],
])('with %s octets free in memory mail lies in %s', (freeBytes, place) => {
  memory.freeBytes = freeBytes;
  expect(makeRunFolder().startsWith(`${place}mf-`)).toBe(true);
});

it.each([
  [64, '/dev/shm'],
  [63, null],
])('with %s MiB free in memory, what needs 64 gets %s', (freeMib, place) => {
  memory.freeBytes = freeMib * 1024 ** 2;
  expect(folderInMemory(64 * 1024 ** 2)).toBe(place);
});

it('leaves room in its paths for the names of sockets, which end at 108 octets', () => {
  memory.freeBytes = 2 * GIB;
  expect(makeRunFolder().length).toBeLessThanOrEqual(20);
  expect(makeShortFolder()).toHaveLength('/etc/courier'.length);
});
