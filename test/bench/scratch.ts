import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcess } from '../support/servers/processes.js';

const OWNED = /^mailferry-bench-(\d+)-(\d+)$/;
const RUNNING = 'running';

let ownFolder: string | undefined;

/**
 * The benchmark's folder for settings and state, below the system's folder for temporary files and so on the disk
 * where a user would have them. Its name tells whose it is, so that a later benchmark removes what a killed one left.
 */
export function scratchFolder(): string {
  if (ownFolder === undefined) {
    reapScratch();
    ownFolder = join(tmpdir(), `mailferry-bench-${process.pid}-${startTimeOf(process.pid)}`);
    mkdirSync(ownFolder, { mode: 0o700 });
    process.on('exit', removeScratch);
  }
  return ownFolder;
}

/** A new folder below {@link scratchFolder}. */
export function makeScratch(): string {
  return mkdtempSync(join(scratchFolder(), 'run-'));
}

/** Writes down which group of processes is being measured, undefined for none. */
export function noteRunning(groupPid: number | undefined): void {
  const file = join(scratchFolder(), RUNNING);
  if (groupPid === undefined) rmSync(file, { force: true });
  else writeFileSync(file, `${groupPid} ${startTimeOf(groupPid)}`);
}

/** Ends what killed benchmarks left running and removes their folders. */
export function reapScratch(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid, startTime] = OWNED.exec(name) ?? [];
    if (pid === undefined || startTimeOf(Number(pid)) === Number(startTime)) continue;
    removeFolder(join(tmpdir(), name));
  }
}

function removeScratch(): void {
  if (ownFolder !== undefined) removeFolder(ownFolder);
  ownFolder = undefined;
}

function removeFolder(folder: string): void {
  const [pid = 0, startTime = -1] = readOrEmpty(join(folder, RUNNING)).split(' ').map(Number);
  if (pid > 0 && startTimeOf(pid) === startTime) killGroup(pid);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

export function killGroup(groupPid: number): void {
  try {
    process.kill(-groupPid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** 0 for a process that is not there. */
function startTimeOf(pid: number): number {
  return readProcess(pid)?.startTime ?? 0;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
