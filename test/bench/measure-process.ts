import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { watchPeakMemory } from './peak-memory.js';
import { killGroup, noteRunning } from './scratch.js';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Working directory, and HOME. */
  readonly cwd: string;
}

/** What one process, and all that it started, took from start to exit. */
export interface Measured {
  readonly elapsedMs: number;
  /** User and system time. */
  readonly cpuMs: number;
  readonly peakKib: number;
}

/** A program that did not do what it was run for; the message says what happened. */
export class RunFailed extends Error {}

/** Ended because it took longer than allowed. */
export class TookTooLong extends RunFailed {}

/** Bash tells the times of the command as getrusage(2) counts them: waited-for children and theirs. */
const TIMED = `TIMEFORMAT='%3R %3U %3S'
exec 4>&2 2>&3
time "$@" 2>&4 3>&- 4>&-
exit $?`;
const TIMES = /^([\d.]+) ([\d.]+) ([\d.]+)$/m;
const OUTPUT_CHARS = 2_000;

/**
 * Runs a program to its end.
 *
 * @throws TookTooLong after `limitMs`, RunFailed when it exits with anything but 0.
 */
export async function measureProcess(command: Command, limitMs: number): Promise<Measured> {
  const child = start(command);
  const { pid } = child;
  if (pid === undefined) throw new RunFailed('bash(1) cannot be run');
  noteRunning(pid);
  const peakKib = watchPeakMemory(pid);
  const [output, times] = [tailOf(child.stdout, child.stderr), tailOf(child.stdio[3])];
  let tookTooLong = false;
  const limit = setTimeout(() => {
    tookTooLong = true;
    killGroup(pid);
  }, limitMs);
  try {
    const exitCode = await exitOf(child);
    if (tookTooLong) throw new TookTooLong(`not done after ${Math.round(limitMs / 1000)} s`);
    if (exitCode !== 0) throw new RunFailed(`exit code ${exitCode}: ${lastLines(output())}`);
    return { ...readTimes(times()), peakKib: peakKib() };
  } finally {
    clearTimeout(limit);
    peakKib();
    noteRunning(undefined);
  }
}

/** In a group of its own, so that all of it can be ended at once. */
function start({ file, args, env, cwd }: Command): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn('bash', ['-c', TIMED, 'bash', file, ...args], {
    cwd,
    env: { PATH, HOME: cwd, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode));
  });
}

/** Keeps the end of what streams say. */
function tailOf(...streams: readonly (ChildProcess['stdio'][number] | undefined)[]): () => string {
  let text = '';
  for (const stream of streams) {
    (stream as Readable | null | undefined)?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('latin1')).slice(-OUTPUT_CHARS);
    });
  }
  return () => text;
}

function readTimes(text: string): Omit<Measured, 'peakKib'> {
  const [, real, user, system] = (TIMES.exec(text) ?? []).map(Number);
  if (real === undefined || user === undefined || system === undefined)
    throw new RunFailed(`bash(1) tells no times: ${text}`);
  return { elapsedMs: real * 1000, cpuMs: (user + system) * 1000 };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' / ') || 'it said nothing';
}
