import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BenchCase, CASES } from '../cases.js';
import { checksOf } from './checks.js';
import { COLUMNS, cellsOf, remarksOf } from './columns.js';
import { EXPLANATION, HOW_TO_RUN, WHERE_THE_TIME_GOES } from './explanation.js';
import { digits, seconds } from './numbers.js';
import type { BenchResult, CaseResult } from './results.js';
import { comparisonsOf, figuresOf, isOwn } from './statistics.js';
import { floorLines } from './text-table.js';
import { NETWORK_TITLES } from './titles.js';

const DOCUMENT = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));
const PEERS = ['interimap', 'mbsync'];

/** Rewrites docs/benchmarks.md. */
export function writeDocument(result: BenchResult): void {
  writeFileSync(DOCUMENT, documentOf(result));
}

export function documentOf(result: BenchResult): string {
  const sections = [
    `# Benchmarks\n\n${introduction(result)}`,
    `## Summary\n\n${summary(result)}`,
    `## Targets\n\n${targets(result)}`,
    WHERE_THE_TIME_GOES,
    HOW_TO_RUN,
    `## The machine\n\n${machine(result)}`,
    EXPLANATION,
    `## All figures\n\n${result.cases.map(details).join('\n\n')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function introduction({ startedAt, scale, rounds, cases }: BenchResult): string {
  const missing = CASES.map(({ id }) => id).filter((id) => !cases.some((each) => each.id === id));
  const remarks = [
    ...(scale === 1 ? [] : [`**The accounts had ${scale} times their size, so the targets do not apply.**`]),
    ...(missing.length === 0 ? [] : [`Rows that were not run: ${missing.join(', ')}.`]),
  ];
  return [
    'mailferry side by side with two programs that synchronise IMAP accounts: interimap and mbsync (isync). This page is',
    `written by \`npm run bench -- --write-docs\`; these figures are of ${startedAt.slice(0, 10)}, in at most ${rounds} rounds: the column`,
    '*runs* under [all figures](#all-figures) tells how many.',
    ...remarks,
  ].join('\n');
}

/** Median seconds of everyone, and the ratio to the best peer. */
function summary({ cases, limitMs }: BenchResult): string {
  const head = ['row', 'network', 'mailferry', ...PEERS, 'ratio', 'target', ''];
  const lines = cases.flatMap((result) =>
    summaryLines(result, limitMs).map((cells) => [result, cells] as const),
  );
  const titles = [...new Map(cases.map(({ id, title }) => [id, title]))].map(
    ([id, title]) => `- **${id}** ${title}`,
  );
  return [
    'Median seconds from the start of a program to its exit; the ratio is mailferry to the fastest of the others.',
    '',
    ...titles,
    '',
    ...table(
      head,
      lines.map(([, cells]) => cells),
    ),
  ].join('\n');
}

function summaryLines(result: CaseResult, limitMs: number): string[][] {
  const network = NETWORK_TITLES[result.network];
  if (result.leftOut !== undefined)
    return [[result.id, network, `left out: ${result.leftOut}`, '', '', '', '', '']];
  const benchCase = caseOf(result);
  const timeOf = (program: string): string => {
    const outcome = result.outcomes.find((each) => each.program === program);
    const figures = outcome && figuresOf(outcome);
    if (figures !== undefined) return seconds(figures.medianMs);
    return outcome?.tookTooLong === true ? `> ${limitMs / 1000}` : '–';
  };
  const comparisons = new Map(comparisonsOf(result, benchCase).map((each) => [each.variant, each]));
  return result.outcomes
    .filter(({ program }) => isOwn(program))
    .map(({ program }) => {
      const { ratio, mostRatio } = comparisons.get(program) ?? {};
      return [
        result.id,
        network,
        program === 'mailferry'
          ? timeOf(program)
          : `${timeOf(program)} (${program.replace('mailferry ', '')})`,
        ...PEERS.map(timeOf),
        ratio === undefined ? '–' : digits(ratio),
        mostRatio === undefined ? '' : `≤ ${mostRatio}`,
        ratio === undefined || mostRatio === undefined ? '' : verdict(ratio <= mostRatio),
      ];
    });
}

function targets({ cases }: BenchResult): string {
  const head = ['row', 'network', 'what', 'target', 'found', ''];
  const lines = cases.flatMap((result) =>
    checksOf(result, caseOf(result)).map(({ what, target, found, isReached }) => [
      result.id,
      NETWORK_TITLES[result.network],
      what,
      `≤ ${target}`,
      found,
      verdict(isReached),
    ]),
  );
  return table(head, lines).join('\n');
}

function machine({ machine: m }: BenchResult): string {
  return table(
    ['', ''],
    [
      ['processor', `${m.cpu}, ${m.cores} cores`],
      ['memory', `${(m.memoryMib / 1024).toFixed(1)} GiB`],
      ['kernel', `Linux ${m.kernel}`],
      ['load before the first run', digits(m.loadAverage)],
      ['mail of the servers', m.mailInMemory ? 'tmpfs' : 'on disk'],
      ['settings and state of the programs', 'the system’s folder for temporary files'],
      ['Node', m.node],
      ['servers', `Dovecot ${m.dovecot}, Cyrus ${m.cyrus}`],
      ...Object.entries(m.programs),
    ],
  ).join('\n');
}

function details(result: CaseResult): string {
  const head = `### Row ${result.id}, ${NETWORK_TITLES[result.network]}\n\n${result.title}`;
  if (result.leftOut !== undefined) return `${head}\n\nLeft out: ${result.leftOut}.`;
  const floor = comparisonsOf(result, caseOf(result)).flatMap(({ variant, overFloor }) =>
    overFloor === undefined ? [] : [`${variant} takes ${digits(overFloor)} times the higher floor`],
  );
  const notes = [...floorLines(result).map((line) => line.trim()), ...floor, ...remarksOf(result)];
  const list = notes.length === 0 ? '' : `\n\n${notes.map((note) => `- ${note}`).join('\n')}`;
  return `${head}\n\n${table(COLUMNS, cellsOf(result)).join('\n')}${list}`;
}

function caseOf({ id }: CaseResult): BenchCase {
  const found = CASES.find((benchCase) => benchCase.id === id);
  if (found === undefined) throw new Error(`the results hold a row ${id}, which does not exist`);
  return found;
}

function verdict(isReached: boolean): string {
  return isReached ? 'reached' : '**not reached**';
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const rule = head.map(() => '---');
  return [head, rule, ...lines].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}
