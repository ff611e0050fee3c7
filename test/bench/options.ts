import { parseArgs } from 'node:util';
import { CASES } from './cases.js';
import { NETWORK_NAMES, type NetworkName } from './network/network.js';
import { OWN_CHECKOUT } from './programs/build.js';
import { PROGRAM_NAMES, type ProgramName } from './programs/program.js';

export interface BenchOptions {
  /** Parts of rows, such as `4b`. */
  readonly caseIds: readonly string[];
  readonly rounds: number;
  readonly programs: readonly ProgramName[];
  readonly networks: readonly NetworkName[];
  /** 1 is the size that the targets are about. */
  readonly scale: number;
  /** A run that takes longer is ended and counts as not done. */
  readonly limitMs: number;
  /** Where mailferry was built. */
  readonly checkout: string;
  readonly writeDocs: boolean;
  /** Stored results to write the document from, instead of running anything. */
  readonly from: readonly string[];
}

export const USAGE = `npm run bench -- [options]

  --row N         only this row, or only a part of it such as 4b; may be repeated
  --rounds N      runs of each program (default 5)
  --only NAME     only mailferry, interimap or mbsync; may be repeated
  --network NAME  only loopback, or only 40ms
  --quick         fewer rows, two rounds, small accounts: some minutes
  --scale X       accounts of X times the size, such as 0.02
  --limit N       seconds after which a run is ended (default 300)
  --program DIR   mailferry as it was built in another checkout
  --write-docs    rewrite docs/benchmarks.md from what was measured
  --from FILE     with --write-docs: from stored results, nothing is run; may be repeated
`;

/** Wrong use of the command line; the message is for the user. */
export class UsageError extends Error {}

const QUICK = { rows: ['1', '2', '3', '4a', '4b'], rounds: '2', scale: '0.1', limit: '20' };
const FULL = { rows: [], rounds: '5', scale: '1', limit: '300' };

/** @throws UsageError; undefined when help is asked for. */
export function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values } = parse(argv);
  if (values.help === true) return undefined;
  const defaults = values.quick === true ? QUICK : FULL;
  return {
    caseIds: caseIdsOf(values.row ?? defaults.rows),
    rounds: Math.ceil(positive('--rounds', values.rounds ?? defaults.rounds)),
    programs: chosen('--only', values.only, PROGRAM_NAMES),
    networks: chosen('--network', values.network, NETWORK_NAMES),
    scale: positive('--scale', values.scale ?? defaults.scale),
    limitMs: positive('--limit', values.limit ?? defaults.limit) * 1000,
    checkout: values.program ?? OWN_CHECKOUT,
    writeDocs: values['write-docs'] === true,
    from: values.from ?? [],
  };
}

function parse(argv: readonly string[]) {
  const list = { type: 'string', multiple: true } as const;
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    row: list,
    rounds: text,
    only: list,
    network: list,
    quick: flag,
    scale: text,
    limit: text,
    program: text,
    'write-docs': flag,
    from: list,
    help: { ...flag, short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function caseIdsOf(wanted: readonly string[]): string[] {
  for (const word of wanted) {
    if (!CASES.some(({ id, row }) => word === id || word === String(row)))
      throw new UsageError(`there is no row ${word}; there are ${CASES.map(({ id }) => id).join(', ')}`);
  }
  const all = wanted.length === 0;
  return CASES.filter(({ id, row }) => all || wanted.includes(id) || wanted.includes(String(row))).map(
    ({ id }) => id,
  );
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new UsageError(`${option} wants a number above 0`);
  return value;
}

function chosen<T extends string>(
  option: string,
  words: readonly string[] | undefined,
  names: readonly T[],
): readonly T[] {
  if (words === undefined) return names;
  const wrong = words.find((word) => !names.some((name) => name === word));
  if (wrong !== undefined)
    throw new UsageError(`${option} wants one of ${names.join(', ')}, not ${JSON.stringify(wrong)}`);
  return names.filter((name) => words.includes(name));
}
