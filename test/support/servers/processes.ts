import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One living process, as /proc tells it. A process id alone is reused; with its start time it is unique. */
export interface ProcessInfo {
  readonly pid: number;
  /** The process that called setsid(2); everything it starts stays in its session unless it leaves. */
  readonly session: number;
  /** Clock ticks since the machine was started. */
  readonly startTime: number;
  /** Path of the program; undefined where only the process itself may know (other users' in a container). */
  readonly program: string | undefined;
}

export function listProcesses(): ProcessInfo[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid)) ?? []);
}

/** Undefined when there is no such process, or a zombie, which does and holds nothing any more. */
export function readProcess(pid: number): ProcessInfo | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    pid,
    session: Number(fields[3]),
    startTime: Number(fields[19]),
    program: linkTarget(`/proc/${pid}/exe`),
  };
}

export function commandLineOf(pid: number): string {
  return (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
}

/**
 * Whether one of these processes is the one that listens on this port of 127.0.0.1. Where some may not be
 * looked into it is taken to be.
 */
export function anyListensOn(pids: readonly number[], port: number): boolean {
  const sockets = listeningSockets(port);
  const open = pids.map(openFiles);
  return open.some((files) => files === undefined || files.some((file) => sockets.has(file)));
}

function listeningSockets(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const found = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (readText(table) ?? '').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const listening = fields[3] === '0A' && fields[1]?.endsWith(`:${hexPort}`) === true;
      if (listening) found.add(`socket:[${fields[9] ?? ''}]`);
    }
  }
  return found;
}

/** Undefined when it may not be known; nothing for a process that has ended. */
function openFiles(pid: number): string[] | undefined {
  const folder = `/proc/${pid}/fd`;
  const names = namesIn(folder);
  const files = names.flatMap((name) => linkTarget(`${folder}/${name}`) ?? []);
  return names.length > 0 && files.length === 0 ? undefined : files;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
