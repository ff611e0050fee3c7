import { count, digits, seconds } from './numbers.js';
import type { CaseResult } from './results.js';
import { type Figures, figuresOf } from './statistics.js';

export const COLUMNS = [
  'program',
  'median s',
  'fastest – slowest',
  'runs',
  'messages/s',
  'MiB/s',
  'CPU s',
  'memory MiB',
  'round trips',
  'state KiB',
] as const;

const NONE = '–';

/** One line a program, a cell a column. Programs without a run have their remark in the second column. */
export function cellsOf(result: CaseResult): string[][] {
  return result.outcomes.map((outcome) => {
    const figures = figuresOf(outcome);
    if (figures !== undefined) return figureCells(result, figures);
    return [outcome.program, ...COLUMNS.slice(1).map(() => NONE)];
  });
}

/** Why some have no runs or fewer than others. */
export function remarksOf({ outcomes }: CaseResult): string[] {
  return outcomes.flatMap(({ program, remark }) => (remark === undefined ? [] : [`${program}: ${remark}`]));
}

function figureCells({ task, messages, sizeBytes }: CaseResult, figures: Figures): string[] {
  const perSecond = (amount: number): string =>
    task === 'first copy' ? digits((amount / figures.medianMs) * 1000) : NONE;
  return [
    figures.program,
    seconds(figures.medianMs),
    `${seconds(figures.fastestMs)} – ${seconds(figures.slowestMs)}`,
    String(figures.runs),
    perSecond(messages),
    perSecond(sizeBytes / 1024 ** 2),
    seconds(figures.cpuMs),
    // A program may be over before anybody looks.
    figures.peakMib === 0 ? NONE : digits(figures.peakMib),
    figures.roundTrips === undefined ? NONE : count(figures.roundTrips),
    digits(figures.stateKib),
  ];
}
