import { usageError } from '../config/usage-error.js';
import type { UidSet } from '../model/uid-set.js';
import type { RunEvent, RunSide } from '../report/events.js';
import type { Problem } from '../report/problem.js';
import type { RunSummary } from '../report/summary.js';
import { FileWriter } from './file-writer.js';
import { cleanText, jsonLine } from './render/clean-text.js';

/** What was not carried: the message `uid`, or the messages `uids` of a mailbox for one reason. */
interface ReportRow {
  readonly kind: 'problem' | 'left-out' | 'not-reached';
  readonly code: string;
  readonly mailbox: string;
  /** The account that the UIDs are of; null where the row names no message. */
  readonly side: RunSide | null;
  readonly uid: number | null;
  /** As a set of IMAP, `1:5,9`; null of a single message, and where they are not known. */
  readonly uids: string | null;
  readonly messages: number | null;
  readonly reason: string;
  readonly serverText: string;
  readonly fix: string;
  readonly permanent: boolean;
}

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

const COLUMNS = [
  'kind',
  'code',
  'mailbox',
  'side',
  'uid',
  'uids',
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
  switch (event.type) {
    case 'problem':
      return problemRow(event);
    case 'messages-left':
      return leftRow(event);
    case 'messages-skipped': {
      const { mailbox, messages, reason } = event;
      const told = { kind: 'left-out', code: 'LEFT_OUT', mailbox, ...messagesOf(event, event.uids) } as const;
      return { ...told, messages, reason, serverText: '', fix: '', permanent: false };
    }
    default:
      return null;
  }
}

function problemRow(event: EventOf<'problem'>): ReportRow {
  const { problem, uids } = event;
  const { mailbox = '', uid } = problem;
  const about =
    uid === undefined
      ? messagesOf(event, uids ?? null)
      : { side: sideOf(event), uid, uids: null, messages: problem.scope === 'message' ? 1 : null };
  return { kind: 'problem', mailbox, ...about, ...whyOf(problem) };
}

function leftRow(event: EventOf<'messages-left'>): ReportRow {
  const { mailbox, uids, problem } = event;
  const why = whyOf(problem);
  const reason = uids === null ? `not looked at: ${why.reason}` : why.reason;
  return { kind: 'not-reached', mailbox, ...messagesOf(event, uids), ...why, reason };
}

function messagesOf(
  event: { readonly to?: RunSide },
  uids: UidSet | null,
): Pick<ReportRow, 'side' | 'uid' | 'uids' | 'messages'> {
  if (uids === null) return { side: null, uid: null, uids: null, messages: null };
  return { side: sideOf(event), uid: null, uids: uids.toString(), messages: uids.size };
}

/** Where messages were read that were to go `to` the other account. */
function sideOf({ to }: { readonly to?: RunSide }): RunSide {
  return to === 'source' ? 'destination' : 'source';
}

function whyOf(problem: Problem): Pick<ReportRow, 'code' | 'reason' | 'serverText' | 'fix' | 'permanent'> {
  const { code, message: reason, serverText = '', hint: fix = '', permanent } = problem;
  return { code, reason, serverText, fix, permanent };
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = cleanText(value);
  // A spreadsheet would take such text of a stranger for a formula.
  const inert = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
