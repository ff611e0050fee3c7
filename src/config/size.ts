import { usageError } from './usage-error.js';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
};

/** Octets of `800`, `64K`, `25MiB` (powers of 1024) or `25MB` (powers of 1000). Throws USAGE naming `option`. */
export function parseSizeBytes(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  const sizeBytes = Math.round(Number(match?.[1]) * (UNITS[(match?.[2] ?? '').toLowerCase()] ?? Number.NaN));
  if (Number.isSafeInteger(sizeBytes) && sizeBytes > 0) return sizeBytes;
  throw usageError(
    `${option} is "${text}"; wanted a size above zero in octets or with a unit`,
    `write ${option} 800, ${option} 64K, ${option} 25MB or ${option} 1.5GiB`,
  );
}
