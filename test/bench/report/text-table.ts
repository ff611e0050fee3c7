import type { BenchCase } from '../cases.js';
import { checksOf } from './checks.js';
import { COLUMNS, cellsOf, remarksOf } from './columns.js';
import { digits, seconds } from './numbers.js';
import type { CaseResult, Floor } from './results.js';
import { comparisonsOf } from './statistics.js';
import { NETWORK_TITLES } from './titles.js';

/** One part of a row for a terminal. */
export function textOf(result: CaseResult, benchCase: BenchCase): string {
  const lines = [`row ${result.id}, ${NETWORK_TITLES[result.network]}: ${result.title}`];
  if (result.leftOut !== undefined) return [...lines, `  left out: ${result.leftOut}`].join('\n');
  return [
    ...lines,
    ...aligned([[...COLUMNS], ...cellsOf(result)]),
    ...floorLines(result),
    ...comparisonLines(result, benchCase),
    ...checksOf(result, benchCase).map(
      ({ what, target, found, isReached }) =>
        `  target: ${what} at most ${target}; ${found}, ${isReached ? 'reached' : 'NOT reached'}`,
    ),
    ...remarksOf(result).map((remark) => `  ${remark}`),
  ].join('\n');
}

/** How fast the two halves of a copy can go at all. */
export function floorLines({ floors }: CaseResult): string[] {
  if (floors === undefined) return [];
  const { source, destination } = floors;
  const appending =
    destination === undefined ? 'APPEND cannot be done without waiting' : `APPEND ${floorText(destination)}`;
  return [`  floors: FETCH ${floorText(source)}; ${appending}`];
}

function floorText({ elapsedMs, connections }: Floor): string {
  return `${seconds(elapsedMs)} s over ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
}

function comparisonLines(result: CaseResult, benchCase: BenchCase): string[] {
  return comparisonsOf(result, benchCase).flatMap(({ variant, peer, ratio, overFloor }) => {
    const parts = [
      ...(ratio === undefined ? [] : [`${digits(ratio)} of the time of ${peer}`]),
      ...(overFloor === undefined ? [] : [`${digits(overFloor)} times the higher floor`]),
    ];
    return parts.length === 0 ? [] : [`  ${variant} takes ${parts.join(', ')}`];
  });
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${padded.join('  ')}`;
  });
}
