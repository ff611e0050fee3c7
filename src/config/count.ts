import { usageError } from './usage-error.js';

/** A whole number from 1 to `most`. Throws USAGE naming `option`. */
export function parseCount(text: string, option: string, most: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw usageError(`${option} is "${text}"; wanted a whole number from 1 to ${most}`, `write ${option} 4`);
}
