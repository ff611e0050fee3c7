import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CASES } from '../cases.js';
import { NETWORK_NAMES } from '../network/network.js';
import type { BenchResult, CaseResult } from './results.js';

const FOLDER = fileURLToPath(new URL('../results/', import.meta.url));

/** @returns the file. */
export function saveResult(result: BenchResult): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${result.startedAt.replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** Puts several results together; where two have the same part of a row the later one counts. */
export function loadResults(files: readonly string[]): BenchResult {
  const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as BenchResult);
  const last = results.at(-1);
  if (last === undefined) throw new Error('no file with results was named');
  const cases = new Map(
    results.flatMap((result) => result.cases.map((each) => [`${each.id} ${each.network}`, each] as const)),
  );
  const inOrder = [...cases.values()].sort((left, right) => placeOf(left) - placeOf(right));
  const machine = { ...last.machine, programs: versionsOf(results) };
  return { ...last, machine, rounds: Math.max(...results.map(({ rounds }) => rounds)), cases: inOrder };
}

/** All versions of each program that ran. */
function versionsOf(results: readonly BenchResult[]): BenchResult['machine']['programs'] {
  const last = results.at(-1)?.machine.programs ?? {};
  return Object.fromEntries(
    Object.keys(last).map((name) => {
      const versions = results.flatMap(({ machine }) => machine.programs[name as keyof typeof last] ?? []);
      return [name, [...new Set(versions)].join(', ')];
    }),
  );
}

/** As the whole benchmark runs them: all of one network, then all of the next. */
function placeOf({ id, network }: CaseResult): number {
  return NETWORK_NAMES.indexOf(network) * CASES.length + CASES.findIndex((each) => each.id === id);
}
