import { usageError } from '../config/usage-error.js';
import type { RunEvent } from '../report/events.js';
import type { Problem } from '../report/problem.js';
import type { RunSummary } from '../report/summary.js';
import { FileWriter } from './file-writer.js';
import { cleanText, jsonLine } from './render/clean-text.js';

/** What was not carried: one message, or `messages` of them for one reason. */
interface ReportRow {
  readonly kind: 'problem' | 'left-out';
  readonly code: string;
  readonly mailbox: string;
  readonly uid: number | null;
  readonly messages: number | null;
  readonly reason: string;
  readonly serverText: string;
  readonly fix: string;
  readonly permanent: boolean;
}

const COLUMNS = [
  'kind',
  'code',
  'mailbox',
  'uid',
  'messages',
  'reason',
  'serverText',
  'fix',
  'permanent',
] as const satisfies readonly (keyof ReportRow)[];

/** `--report FILE`: every message that was not carried and why, written as it happens. */
export class ReportFile {
  readonly #writer: FileWriter;
  readonly #format: 'json' | 'csv';
  #rows = 0;

  /** Throws USAGE when the name ends in neither .json nor .csv, or the file cannot be made. */
  constructor(path: string, onFailure: (text: string) => void) {
    this.#format = formatOf(path);
    this.#writer = new FileWriter(path, 'replace', '--report', onFailure);
    this.#writer.write(this.#format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '{"notCarried":[');
  }

  add(event: RunEvent): void {
    const row = rowOf(event);
    if (row === null) return;
    if (this.#format === 'csv') {
      this.#writer.write(`${COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`);
    } else {
      this.#writer.write(`${this.#rows === 0 ? '' : ','}\n${jsonLine(row)}`);
    }
    this.#rows += 1;
  }

  close(summary: RunSummary): void {
    if (this.#format === 'json') this.#writer.write(`\n],"summary":${jsonLine(summary)}}\n`);
    this.#writer.close();
  }
}

function formatOf(path: string): 'json' | 'csv' {
  if (/\.json$/i.test(path)) return 'json';
  if (/\.csv$/i.test(path)) return 'csv';
  throw usageError(
    `--report names "${path}"; wanted a name that ends in .json or .csv`,
    'write --report run.csv',
  );
}

function rowOf(event: RunEvent): ReportRow | null {
  if (event.type === 'problem') return problemRow(event.problem);
  if (event.type !== 'messages-skipped') return null;
  const { mailbox, messages, reason } = event;
  const none = { uid: null, serverText: '', fix: '', permanent: false };
  return { kind: 'left-out', code: 'LEFT_OUT', mailbox, messages, reason, ...none };
}

function problemRow(problem: Problem): ReportRow {
  return {
    kind: 'problem',
    code: problem.code,
    mailbox: problem.mailbox ?? '',
    uid: problem.uid ?? null,
    messages: problem.scope === 'message' ? 1 : null,
    reason: problem.message,
    serverText: problem.serverText ?? '',
    fix: problem.hint ?? '',
    permanent: problem.permanent,
  };
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = cleanText(value);
  // A spreadsheet would take such text of a stranger for a formula.
  const inert = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
