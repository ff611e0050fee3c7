import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One living process, as /proc tells it. A process id alone is reused; with its start time it is unique. */
export interface ProcessInfo {
  readonly pid: number;
  /** The process that called setsid(2); everything it starts stays in its session unless it leaves. */
  readonly session: number;
  /** Clock ticks since the machine was started. */
  readonly startTime: number;
  /** Path of the program; '' for zombies and kernel threads. */
  readonly program: string;
}

/** Every living process but zombies and kernel threads. */
export function listProcesses(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const info = readProcess(Number(name));
    if (info !== undefined && info.program !== '') found.push(info);
  }
  return found;
}

/** Undefined when there is no such process. */
export function readProcess(pid: number): ProcessInfo | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, session: Number(fields[3]), startTime: Number(fields[19]), program: programOf(pid) };
}

export function commandLineOf(pid: number): string {
  return (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
}

/** Whether one of these processes is the one that listens on this port of 127.0.0.1. */
export function anyListensOn(pids: readonly number[], port: number): boolean {
  const sockets = listeningSockets(port);
  return pids.some((pid) => openFiles(pid).some((file) => sockets.has(file)));
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

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).map((name) => linkTarget(`${folder}/${name}`));
}

/** Nothing when the process has ended. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function programOf(pid: number): string {
  return linkTarget(`/proc/${pid}/exe`);
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
