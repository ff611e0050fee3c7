import { readFileSync } from 'node:fs';
import type { RunningProgram } from '../program/index.js';

const LOOK_MS = 20;

/** The most memory a running program has had, in KiB, as the kernel counts it; looked at until the program has ended. */
export async function peakMemoryKib(program: RunningProgram): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, highWaterKib(program.process.pid));
  }, LOOK_MS);
  await program.done.finally(() => clearInterval(timer));
  return peak;
}

/** VmHWM never falls, so a look now and then misses nothing but the very end. */
function highWaterKib(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
