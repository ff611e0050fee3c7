import { stateDamaged } from './damage.js';
import { decodeHeader, decodeLine, type JournalHeader, type JournalLine } from './journal-line.js';
import { refuseNewerVersion, STATE_VERSION } from './upgrade.js';

export interface JournalContent {
  readonly lines: readonly JournalLine[];
  /** Where the first line at or above the wanted generation starts; the end where there is none. */
  readonly tailOffset: number;
  /** Up to where the file is good; what follows was never promised to anyone and is to be cut off. */
  readonly goodBytes: number;
  readonly totalBytes: number;
  /** The greatest sequence number and generation met, whether wanted or not. */
  readonly lastSequence: number;
  readonly lastGeneration: number;
}

const NEWLINE = 10;
/** A run of zeros this long was allotted and never written: JSON holds none. */
const UNWRITTEN = Buffer.alloc(16);

function* linesFrom(data: Buffer, start: number): Generator<Buffer> {
  for (let at = start; at < data.length; ) {
    const end = data.indexOf(NEWLINE, at);
    yield data.subarray(at, end < 0 ? data.length : end + 1);
    at = end < 0 ? data.length : end + 1;
  }
}

function isTerminated(line: Buffer): boolean {
  return line[line.length - 1] === NEWLINE;
}

function withoutEnd(line: Buffer): Buffer {
  return isTerminated(line) ? line.subarray(0, -1) : line;
}

/**
 * Whether a crash explains a tail that starts with a bad line: a line cut short, or blocks never written. Lines
 * of one batch reach the disk in any order, so good ones may follow, but none that started a later batch.
 */
function isTorn(tail: Buffer): boolean {
  const [bad, ...rest] = linesFrom(tail, 0);
  if (!bad || rest.some((line) => decodeLine(withoutEnd(line))?.isSynced)) return false;
  // A whole line and one octet more is not cut short: its end was changed.
  return bad.includes(UNWRITTEN) || (!isTerminated(bad) && decodeLine(bad.subarray(0, -1)) === null);
}

function readHeader(file: string, line: Buffer | undefined, route: string): JournalHeader {
  const header = line && isTerminated(line) ? decodeHeader(withoutEnd(line)) : null;
  if (!header) throw stateDamaged(file, 'its first line cannot be read');
  refuseNewerVersion(file, header.version);
  if (header.version !== STATE_VERSION)
    throw stateDamaged(file, `it has the unknown version ${header.version}`);
  if (header.route !== route) throw stateDamaged(file, 'it belongs to another route');
  return header;
}

/**
 * Reads a journal: the lines at or above `generation`. A tail that a crash tore off is left out; any other line
 * that is not what was written throws STATE_DAMAGED naming it.
 */
export function scanJournal(file: string, data: Buffer, route: string, generation: number): JournalContent {
  const [first] = linesFrom(data, 0);
  readHeader(file, first, route);
  const lines: JournalLine[] = [];
  let at = first?.length ?? 0;
  let tailOffset: number | null = null;
  let last: JournalLine | null = null;
  let lineNumber = 1;
  for (const bytes of linesFrom(data, at)) {
    lineNumber++;
    const line = isTerminated(bytes) ? decodeLine(withoutEnd(bytes)) : null;
    if (!line && isTorn(data.subarray(at))) break;
    const follows = !last || (line?.sequence === last.sequence + 1 && line.generation >= last.generation);
    if (!line || !follows) throw stateDamaged(file, `line ${lineNumber} is not what was written`);
    if (line.generation >= generation) {
      tailOffset ??= at;
      lines.push(line);
    }
    last = line;
    at += bytes.length;
  }
  return {
    lines,
    tailOffset: tailOffset ?? at,
    goodBytes: at,
    totalBytes: data.length,
    lastSequence: last?.sequence ?? 0,
    lastGeneration: Math.max(generation, last?.generation ?? 0),
  };
}
