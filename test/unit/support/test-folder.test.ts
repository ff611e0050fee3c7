import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcess } from '../../support/servers/processes.js';
import { makeQuickTestFolder, makeTestFolder, reapTestFolders } from '../../support/test-folder.js';

/** Stands for the system's folder for temporary files. */
let place: string;

beforeEach(() => {
  place = makeTestFolder('reaping');
});

afterEach(() => rmSync(place, { recursive: true, force: true }));

function startTimeOf(pid: number): number {
  return readProcess(pid)?.startTime ?? -1;
}

/** A process that was, as the name of its folder tells it. */
function deadOwner(): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return `${pid}-${startTimeOf(process.pid)}`;
}

function leave(name: string): void {
  mkdirSync(join(place, name, 'state'), { recursive: true });
  writeFileSync(join(place, name, 'state', 'index.json'), '{}');
}

describe('the folder of a test', () => {
  it('is new each time and open to its user alone', () => {
    const folders = [makeTestFolder('stage', place), makeTestFolder('stage', place)];
    expect(new Set(folders).size).toBe(2);
    for (const folder of folders) expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('names its process', () => {
    const name = basename(makeTestFolder('stage', place));
    expect(name.startsWith(`mailferry-stage-${process.pid}-${startTimeOf(process.pid)}-`)).toBe(true);
    expect(() => makeTestFolder('two-words', place)).toThrow('would not be found again');
  });

  it('can be had where writing is quick', () => {
    const folder = makeQuickTestFolder('quick');
    rmSync(folder, { recursive: true });
    expect(basename(folder)).toContain(`mailferry-quick-${process.pid}-`);
  });
});

describe('the start of a run', () => {
  it('removes what dead processes have left', () => {
    leave(`mailferry-engine-${deadOwner()}-a1B2c3`);
    reapTestFolders([place]);
    expect(readdirSync(place)).toEqual([]);
  });

  it('removes what a process left whose number another has now', () => {
    leave(`mailferry-engine-${process.pid}-${startTimeOf(process.pid) - 1}-a1B2c3`);
    reapTestFolders([place]);
    expect(readdirSync(place)).toEqual([]);
  });

  it('leaves those of living processes alone', () => {
    const own = makeTestFolder('engine', place);
    const others = `mailferry-engine-${process.ppid}-${startTimeOf(process.ppid)}-a1B2c3`;
    leave(others);
    reapTestFolders([place]);
    expect(readdirSync(place).sort()).toEqual([basename(own), others].sort());
  });

  it('leaves every other name alone', () => {
    const owner = deadOwner();
    const names = [
      'mailferry',
      'mailferry-a1B2c3',
      'mailferry-engine-a1B2c3',
      `mailferry-bench-${owner}`,
      `mailferry-engine-${owner}-`,
      `mailferry-engine-${owner}-a1B2c3d`,
      `mailferry-engine-${owner}-a1B2c3.old`,
      `mailferry-two-words-${owner}-a1B2c3`,
      `mailferry-${owner}-a1B2c3`,
      `my-mailferry-engine-${owner}-a1B2c3`,
    ];
    for (const name of names) leave(name);
    reapTestFolders([place]);
    expect(readdirSync(place).sort()).toEqual([...names].sort());
  });

  it('leaves files, and links with what they lead to, alone', () => {
    const elsewhere = makeTestFolder('elsewhere');
    const owner = deadOwner();
    const names = [`mailferry-engine-${owner}-aaaaaa`, `mailferry-engine-${owner}-bbbbbb`] as const;
    try {
      symlinkSync(elsewhere, join(place, names[0]));
      writeFileSync(join(place, names[1]), '');
      reapTestFolders([place]);
      expect(readdirSync(place).sort()).toEqual([...names]);
      expect(existsSync(elsewhere)).toBe(true);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('does without a place that is not there', () => {
    leave(`mailferry-engine-${deadOwner()}-a1B2c3`);
    reapTestFolders([join(place, 'none'), place]);
    expect(readdirSync(place)).toEqual([]);
  });
});
