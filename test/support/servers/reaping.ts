import { rmSync } from 'node:fs';
import { commandLineOf, listProcesses, type ProcessInfo, readProcess } from './processes.js';

/** The leader of a session that a server was started in. */
export interface SessionRecord {
  readonly pid: number;
  readonly startTime: number;
}

/** All that is needed to find again, and to end, one server. */
export interface ServerRecord {
  readonly kind: string;
  /** The server's own folders, removed with it. */
  readonly folders: readonly string[];
  /** Where the unpacked programs live. */
  readonly packages: string;
  readonly sessions: SessionRecord[];
}

const RUN_FOLDER = /^\/(tmp|dev\/shm)\/mf[-\w]+$/;
const ROUNDS = 400;
const PAUSE_MS = 5;

/** The server's living processes. */
export function processesOf(record: ServerRecord): ProcessInfo[] {
  return listProcesses().filter((candidate) => belongsTo(record, candidate));
}

/** Ends the server's processes at once and removes its folders; blocks until both are gone. */
export function killServer(record: ServerRecord): void {
  killProcesses(record);
  for (const folder of record.folders) {
    if (RUN_FOLDER.test(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Blocks until no process of the server is left: one may start another between two looks. */
export function killProcesses(record: ServerRecord): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = processesOf(record);
    if (left.length === 0) return;
    for (const { pid } of left) kill(pid);
    Atomics.wait(sleeper, 0, 0, PAUSE_MS);
  }
  throw new Error(`processes of a ${record.kind} server do not end after SIGKILL`);
}

/**
 * Programs run from the server's own folder are its own. Those run from the shared packages are, when they
 * are in a session it was started in, or name its folder (it may have been killed before its session was
 * written down).
 */
function belongsTo(record: ServerRecord, candidate: ProcessInfo): boolean {
  const { program } = candidate;
  if (program !== undefined) {
    if (record.folders.some((folder) => program.startsWith(`${folder}/`))) return true;
    if (!program.startsWith(`${record.packages}/`)) return false;
  }
  return isInSessionOf(record, candidate) || namesFolderOf(record, candidate.pid);
}

/** The number of a session is not used again while it has members; its leader may be gone. */
function isInSessionOf(record: ServerRecord, candidate: ProcessInfo): boolean {
  const session = record.sessions.find(({ pid }) => pid === candidate.session);
  if (session === undefined || candidate.startTime < session.startTime) return false;
  const leader = readProcess(session.pid);
  return leader === undefined || leader.startTime === session.startTime;
}

function namesFolderOf(record: ServerRecord, pid: number): boolean {
  const commandLine = commandLineOf(pid);
  return record.folders.some((folder) => commandLine.includes(`${folder}/`));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
