import { usageError } from '../config/usage-error.js';

/** Throws USAGE when two options are given that contradict each other. */
export function refuseBoth(
  one: string,
  isOne: true | undefined,
  other: string,
  isOther: true | undefined,
): void {
  if (isOne === undefined || isOther === undefined) return;
  throw usageError(`${one} and ${other} are both given; wanted one of them`, 'take one out');
}
