import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { registryFolder } from './registry.js';

/**
 * Runs `action` while no other process of this machine runs one under the same name. flock(1) holds the lock
 * and lives only as long as its standard input, so the kernel gives the lock back even after a SIGKILL.
 */
export async function withMachineLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const file = join(registryFolder(), `${name}.lock`);
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(holder, 'exit');
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!held) throw new Error(`flock(1) could not lock ${file}`);
  try {
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
