const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1,204` */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 message`, `1,204 messages` */
export function counted(count: number, noun: string): string {
  const plural = /(x|s)$/.test(noun) ? `${noun}es` : `${noun}s`;
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** `812 B`, `9.5 MiB`, `404 MiB` */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let step = 0;
  // 1023.5 KiB would be shown as 1024 KiB.
  while (value >= 1023.5 && step < STEPS.length - 1) {
    value /= 1024;
    step += 1;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : 1;
  return `${formatDecimal(value, digits)} ${STEPS[step]}`;
}

function formatDecimal(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.0$/, '');
}

/** `0.4 s`, `42 s`, `3 min 12 s`, `1 h 02 min` */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9950) return `${formatDecimal(durationMs / 1000, 1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
