import { usageError } from './usage-error.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds of `90`, `90s`, `1.5m`, `2h` (a bare number counts seconds). Throws USAGE naming `option`. */
export function parseDurationMs(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)?$/.exec(text.trim());
  const durationMs = Math.round(Number(match?.[1]) * (UNITS[match?.[2] ?? 's'] ?? Number.NaN));
  if (durationMs > 0 && durationMs <= LONGEST_MS) return durationMs;
  throw usageError(
    `${option} is "${text}"; wanted a time above zero and up to 24 hours, in seconds or with a unit`,
    `write ${option} 90, ${option} 90s or ${option} 2m`,
  );
}
