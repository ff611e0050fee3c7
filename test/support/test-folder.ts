import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcess } from './servers/processes.js';
import { folderInMemory, MEMORY } from './servers/run-folder.js';

const WORD = /^[a-z]+$/;
/** What for, whose (process id and start time), and what makes it unique. */
const OWNED = /^mailferry-[a-z]+-(\d+)-(\d+)-[A-Za-z0-9]{6}$/;
const MIN_FREE_BYTES = 64 * 1024 ** 2;
const OWNER = `${process.pid}-${startTimeOf(process.pid)}`;

/**
 * A new folder, whose name tells whose it is, so that a later run of the suite removes what a killed one left.
 * `what` is one word in small letters.
 */
export function makeTestFolder(what: string, place = tmpdir()): string {
  if (!WORD.test(what)) throw new Error(`a folder named for ${what} would not be found again`);
  return mkdtempSync(join(place, `mailferry-${what}-${OWNER}-`));
}

/** The same in memory, where there is room: for thousands of runs that write little each. */
export function makeQuickTestFolder(what: string): string {
  return makeTestFolder(what, folderInMemory(MIN_FREE_BYTES) ?? tmpdir());
}

/** Removes the folders in these places whose process is dead, and nothing that is named or owned otherwise. */
export function reapTestFolders(places: readonly string[] = [tmpdir(), MEMORY]): void {
  for (const place of new Set(places)) {
    for (const name of namesIn(place)) {
      const [, pid, startTime] = OWNED.exec(name) ?? [];
      if (pid === undefined || startTimeOf(Number(pid)) === Number(startTime)) continue;
      removeOwn(join(place, name));
    }
  }
}

/** Somebody else may remove it at the same time, or still write to it: then it is left to the next run. */
function removeOwn(path: string): void {
  try {
    const found = lstatSync(path);
    if (found.isDirectory() && found.uid === process.getuid?.())
      rmSync(path, { recursive: true, force: true });
  } catch {
    // No run of tests fails for what another has left.
  }
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

/** 0 for a process that is not there, and for all where there is no /proc: then nothing is taken for dead. */
function startTimeOf(pid: number): number {
  return readProcess(pid)?.startTime ?? 0;
}
