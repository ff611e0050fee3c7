import { type BenchCase, PLAIN } from '../cases.js';
import { digits } from './numbers.js';
import type { CaseResult } from './results.js';
import { comparisonsOf, figuresOf, isOwn } from './statistics.js';

/** A target, and what came out. */
export interface Check {
  readonly what: string;
  readonly target: string;
  readonly found: string;
  readonly isReached: boolean;
}

/** Every target that this part of a row has and that something was measured for. */
export function checksOf(result: CaseResult, benchCase: BenchCase): Check[] {
  return [
    ...ratioChecks(result, benchCase),
    ...memoryChecks(result, benchCase),
    ...stateChecks(result, benchCase),
  ];
}

function ratioChecks(result: CaseResult, benchCase: BenchCase): Check[] {
  const comparisons = comparisonsOf(result, benchCase);
  const targets = benchCase.ratios.filter(({ network }) => network === result.network);
  return targets.flatMap(({ variant, most }) => {
    const outcome = result.outcomes.find(({ program }) => program === variant);
    const { peer, ratio } = comparisons.find((each) => each.variant === variant) ?? {};
    if (peer !== undefined && ratio !== undefined)
      return [check(`time of ${variant} to that of ${peer}`, ratio, most, '')];
    // Without a run a target is missed; without a peer there is nothing to tell.
    if (outcome === undefined || outcome.runs.length > 0) return [];
    return [{ what: `time of ${variant}`, target: String(most), found: 'it has no run', isReached: false }];
  });
}

function memoryChecks(result: CaseResult, { mostMemoryMib }: BenchCase): Check[] {
  return ownFigures(result).map(({ program, peakMib }) =>
    check(`memory of ${program}`, peakMib, mostMemoryMib, ' MiB'),
  );
}

function stateChecks(result: CaseResult, { mostStateKib }: BenchCase): Check[] {
  if (mostStateKib === undefined) return [];
  const plain = ownFigures(result).filter(({ program }) => program === PLAIN);
  return plain.map(({ stateKib }) => check('state', stateKib, mostStateKib, ' KiB'));
}

function ownFigures({ outcomes }: CaseResult) {
  return outcomes.filter(({ program }) => isOwn(program)).flatMap((outcome) => figuresOf(outcome) ?? []);
}

function check(what: string, found: number, most: number, unit: string): Check {
  return { what, target: `${most}${unit}`, found: `${digits(found)}${unit}`, isReached: found <= most };
}
