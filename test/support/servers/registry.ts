import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProcess } from './processes.js';
import { killServer, type ServerRecord } from './reaping.js';

/** What one process of ours has started, as its file in the registry says it. */
interface RunRecord {
  readonly owner: { readonly pid: number; readonly startTime: number };
  readonly servers: readonly ServerRecord[];
}

const REGISTRY = '/run/mailferry-test';
const ownServers = new Set<ServerRecord>();
let hooked = false;

/** Only root may write to /run, so what is found in this folder was written by a run of ours. */
export function registryFolder(): string {
  mkdirSync(REGISTRY, { recursive: true, mode: 0o700 });
  return REGISTRY;
}

/**
 * Writes down what is about to be started, so that nothing outlives this process, however it ends. The first
 * time it also ends what former runs have left.
 */
export function register(record: ServerRecord): void {
  if (!hooked) {
    reapWhenThisProcessEnds();
    reap();
  }
  ownServers.add(record);
  save();
}

/** To be called after a registered record was changed. */
export function save(): void {
  const file = ownFile();
  if (ownServers.size === 0) {
    rmSync(file, { force: true });
    return;
  }
  const record: RunRecord = { owner: self(), servers: [...ownServers] };
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function unregister(record: ServerRecord): void {
  ownServers.delete(record);
  save();
}

/**
 * Ends the servers, and removes the folders, of runs whose process died without doing so itself.
 *
 * @returns how many servers were found.
 */
export function reap(): number {
  let reaped = 0;
  for (const name of readdirSync(registryFolder())) {
    if (!name.endsWith('.json')) continue;
    const file = join(REGISTRY, name);
    const record = readRecord(file);
    if (record === undefined || isAlive(record.owner)) continue;
    for (const server of record.servers) killServer(server);
    rmSync(file, { force: true });
    reaped += record.servers.length;
  }
  return reaped;
}

function reapWhenThisProcessEnds(): void {
  hooked = true;
  process.on('exit', reapOwn);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const onSignal = (): void => {
      // Someone else who listens decides whether the process ends, and ending it is what reaps.
      if (process.listenerCount(signal) > 1) return;
      reapOwn();
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function reapOwn(): void {
  for (const server of ownServers) killServer(server);
  ownServers.clear();
  save();
}

function self(): RunRecord['owner'] {
  return { pid: process.pid, startTime: readProcess(process.pid)?.startTime ?? 0 };
}

function ownFile(): string {
  const { pid, startTime } = self();
  return join(registryFolder(), `${pid}-${startTime}.json`);
}

function isAlive(owner: RunRecord['owner']): boolean {
  return readProcess(owner.pid)?.startTime === owner.startTime;
}

/** Undefined when another run has just removed the file. */
function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}
