import { readFileSync } from 'node:fs';

const LOOK_MS = 5;

/**
 * Watches what a process has started, all of it together, until told to stop.
 *
 * @returns a function that ends it and tells the peak in KiB: VmHWM, which never falls, so that looking now and then
 * misses nothing but what a program grows in its last 5 ms.
 */
export function watchPeakMemory(pid: number): () => number {
  let peakKib = 0;
  const look = (): void => {
    const kib = descendantsOf(pid).reduce((sum, each) => sum + highWaterKib(each), 0);
    peakKib = Math.max(peakKib, kib);
  };
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    return peakKib;
  };
}

function descendantsOf(pid: number): number[] {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function highWaterKib(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
