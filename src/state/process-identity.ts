import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** Which process, so that another one can tell whether it still runs. null: cannot be told here. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes with every start of the operating system. */
  readonly bootId: string | null;
  /** Containers of one machine share its boot id but do not see each other's processes. */
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** Tells a process from a later one that was given the same pid; compared, never read. */
  readonly startTime: string | null;
}

async function textOrNull(read: () => Promise<string>): Promise<string | null> {
  try {
    return (await read()).trim() || null;
  } catch {
    return null;
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)): clock ticks from boot to the start of the process. */
async function procStartTime(pid: number): Promise<string | null> {
  const stat = await textOrNull(() => readFile(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return null;
  // The second field is the command in parentheses, which may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] ?? null;
}

async function psStartTime(pid: number): Promise<string | null> {
  const options = { env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
  return textOrNull(async () => {
    return (await promisify(execFile)('ps', ['-o', 'lstart=', '-p', `${pid}`], options)).stdout;
  });
}

/** null when there is no such process, or when this system does not tell. */
export async function processStartTime(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return procStartTime(pid);
  return process.platform === 'win32' ? null : psStartTime(pid);
}

async function systemBootId(): Promise<string | null> {
  if (process.platform === 'linux')
    return textOrNull(() => readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  if (process.platform !== 'darwin') return null;
  return textOrNull(async () => (await promisify(execFile)('sysctl', ['-n', 'kern.bootsessionuuid'])).stdout);
}

/** Whether a process of this pid exists (signal 0 checks without sending). */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return {
    host: hostname(),
    bootId: await systemBootId(),
    pidNamespace: await textOrNull(() => readlink('/proc/self/ns/pid')),
    pid: process.pid,
    startTime: await processStartTime(process.pid),
  };
}
