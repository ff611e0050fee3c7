import { type BenchCase, CASES } from '../cases.js';
import type { CaseResult } from '../report/results.js';

/**
 * Why it is of no use to let a program carry this mail once more, over whatever network: it took longer than the limit
 * on loopback. Undefined when nothing is known against it.
 */
export function whyHopeless(
  program: string,
  { mail, destination }: BenchCase,
  earlier: readonly CaseResult[],
): string | undefined {
  const before = earlier.find(({ id, network, outcomes }) => {
    const other = CASES.find((benchCase) => benchCase.id === id);
    const isSameMail = other?.mail === mail && other.destination === destination;
    return (
      isSameMail &&
      network === 'loopback' &&
      outcomes.some((outcome) => outcome.program === program && outcome.tookTooLong === true)
    );
  });
  return before && `not run, as it took longer than the limit in row ${before.id}, loopback`;
}
