import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MailferryError } from '../../../src/errors.js';
import { acquireLock, type HeldLock, type LockHolder } from '../../../src/state/lock.js';
import { ownIdentity, type ProcessIdentity } from '../../../src/state/process-identity.js';
import { type ProcessProbe, systemProcesses } from '../../../src/state/process-probe.js';
import { makeTestFolder } from '../../support/test-folder.js';
import { simulatedProcess } from './lives.js';
import { MemoryFiles } from './memory-files.js';

function acquire(files: MemoryFiles, processes: ProcessProbe): Promise<HeldLock> {
  const signal = new AbortController().signal;
  return acquireLock({ files, processes, folder: '/l', name: 'route', what: 'it', command: 'test', signal });
}

function claims(files: MemoryFiles): string[] {
  return [...files.contents().keys()].filter((path) => path.endsWith('.lock'));
}

/** A lock file as another process would have left it. */
function leftBehind(holder: Partial<LockHolder>): MemoryFiles {
  const whole = { host: 'h', bootId: null, pidNamespace: null, pid: 1, startTime: null, beacon: false };
  const content = JSON.stringify({ ...whole, startedAt: '2026-01-01', command: 'c', ...holder });
  return new MemoryFiles([['/l/route.0123456789abcdef.lock', Buffer.from(content)]]);
}

async function outcome(files: MemoryFiles): Promise<string> {
  try {
    const held = await acquire(files, systemProcesses);
    await held.release();
    return 'taken over';
  } catch (error) {
    if (error instanceof MailferryError && error.code === 'STATE_LOCKED') return `refused: ${error.hint}`;
    throw error;
  }
}

describe('claims to a lock', () => {
  it('never give it to two, and always to one, however the processes take turns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(6), { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 2, max: 4 }),
        fc.boolean(),
        async (pauses, count, hasDeadClaim) => {
          const files = new MemoryFiles();
          const alive = new Set<number>();
          if (hasDeadClaim) {
            await acquire(files, simulatedProcess(99, alive));
            alive.delete(99);
          }
          let turn = 0;
          files.pause = async () => {
            const ticks = pauses[turn++ % pauses.length] ?? 0;
            for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
          };
          const tries = Array.from({ length: count }, (_, pid) =>
            acquire(files, simulatedProcess(pid + 1, alive)),
          );
          const results = await Promise.allSettled(tries);
          expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1);
          expect(claims(files).length).toBe(1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of a process that died at any file operation stand in nobody’s way', async () => {
    for (const kill of ['before', 'torn', 'after'] as const) {
      for (let at = 1; ; at++) {
        const files = new MemoryFiles();
        files.onOperation = ({ number }) => (number === at ? kill : undefined);
        const alive = new Set<number>();
        const died = await acquire(files, simulatedProcess(1, alive)).then(
          () => false,
          () => true,
        );
        alive.delete(1);
        const next = files.survivors('kept');
        const held = await acquire(next, simulatedProcess(2, alive));
        expect(claims(next).length).toBe(1);
        await held.release();
        expect(claims(next)).toEqual([]);
        if (!died) break;
      }
    }
  });

  it('are judged by host, boot, pid and start time', async () => {
    const own = await ownIdentity();
    const judged = async (change: Partial<ProcessIdentity>): Promise<string> =>
      outcome(leftBehind({ ...own, ...change }));
    expect(await judged({})).toMatch(/^refused: wait until it ends or stop it \(kill/);
    expect(await judged({ startTime: '1' })).toBe('taken over');
    expect(await judged({ pid: 2 ** 22 + 1 })).toBe('taken over');
    expect(await judged({ bootId: 'before' })).toBe('taken over');
    const elsewhere = await judged({ host: 'elsewhere', bootId: 'of elsewhere' });
    expect(elsewhere).toMatch(/^refused: .*remove \/l\/route\.0123456789abcdef\.lock/);
    expect(await judged({ host: 'elsewhere', bootId: null })).toMatch(/^refused/);
    // A container of this machine that cannot be seen, and that left no sign of life to look for.
    expect(await judged({ host: 'elsewhere', pidNamespace: 'pid:[1]' })).toMatch(/^refused/);
    const unreadable = new MemoryFiles([['/l/route.0123456789abcdef.lock', Buffer.from('{')]]);
    expect(await outcome(unreadable)).toMatch(/^refused/);
  });

  it('do not mind locks of other names in the folder', async () => {
    const own = await ownIdentity();
    const content = JSON.stringify({ ...own, startedAt: '', command: '', beacon: false });
    const files = new MemoryFiles([['/l/route2.0123456789abcdef.lock', Buffer.from(content)]]);
    expect(await outcome(files)).toBe('taken over');
    expect(claims(files).length).toBe(1);
  });

  it('give up when told to', async () => {
    const files = new MemoryFiles();
    const alive = new Set<number>();
    const abort = new AbortController();
    files.pause = async (kind) => {
      // A rival with a later name that never steps back, seen after our own claim was made.
      if (kind !== 'list' || claims(files).length !== 1) return;
      abort.abort(new Error('told to'));
      const rival = JSON.stringify({ ...(await simulatedProcess(7, alive).identity()), beacon: false });
      files.pause = null;
      await files.create('/l/route.ffffffffffffffff.lock', Buffer.from(rival));
    };
    const signal = abort.signal;
    const processes = simulatedProcess(1, alive);
    const place = { files, processes, folder: '/l', name: 'route', what: 'it', command: 'test', signal };
    await expect(acquireLock(place)).rejects.toThrow('told to');
    expect(claims(files)).toEqual(['/l/route.ffffffffffffffff.lock']);
  });
});

describe('the sign of life', () => {
  let folder = '';

  afterEach(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
    folder = '';
  });

  it('shows a process of another container, in a folder however deep', async () => {
    folder = makeTestFolder('beacon');
    const { mkdir } = await import('node:fs/promises');
    const own = await ownIdentity();
    const other = { ...own, host: 'container', pidNamespace: 'pid:[1]' };
    for (const depth of [0, 150]) {
      const deep = join(folder, 'd'.repeat(depth));
      await mkdir(deep, { recursive: true });
      const path = join(deep, 'route.0123456789abcdef.sock');
      const putOut = await systemProcesses.lightBeacon(path);
      expect(putOut).not.toBeNull();
      expect(await systemProcesses.liveness(other, path)).toBe('alive');
      await putOut?.();
      expect(await systemProcesses.liveness(other, path)).toBe('dead');
    }
    expect(await systemProcesses.liveness(other, null)).toBe('unknown');
  });
});
