import { crc32 } from 'node:zlib';
import type { StateRecord } from './record.js';

/** What only the state itself writes: of this mailbox pair nothing is owed that would have to be tried again. */
export interface DebtFree {
  readonly t: 'debt-free';
  readonly key: string;
}

export type JournalRecord = StateRecord | DebtFree;

export interface JournalLine {
  /** Consecutive: a line that was lost or moved is noticed. */
  readonly sequence: number;
  /** Lines below the generation of the index are folded into it already. */
  readonly generation: number;
  /** First line of a batch: all before it was on the disk when it was written. */
  readonly isSynced: boolean;
  readonly record: JournalRecord;
}

export interface JournalHeader {
  readonly version: number;
  readonly route: string;
}

const NEWLINE = 10;
/** `{"c":"` and eight hexadecimal digits and `",`. */
const PREFIX_BYTES = 16;

function checksum(rest: Buffer): string {
  return crc32(rest).toString(16).padStart(8, '0');
}

/** One line with its end; `members` are JSON members without the surrounding braces. */
function sealed(members: string): Buffer {
  const rest = Buffer.from(`${members}}`);
  return Buffer.concat([Buffer.from(`{"c":"${checksum(rest)}",`), rest, Buffer.of(NEWLINE)]);
}

/** The value of a line without its end; null when it is not what was written. */
function unsealed(line: Buffer): Record<string, unknown> | null {
  if (line.length <= PREFIX_BYTES) return null;
  const prefix = `{"c":"${checksum(line.subarray(PREFIX_BYTES))}",`;
  if (line.toString('latin1', 0, PREFIX_BYTES) !== prefix) return null;
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}

export function encodeHeader(header: JournalHeader): Buffer {
  return sealed(`"journal":${header.version},"route":${JSON.stringify(header.route)}`);
}

export function decodeHeader(line: Buffer): JournalHeader | null {
  const value = unsealed(line);
  if (!value) return null;
  const { journal, route } = value;
  return typeof journal === 'number' && typeof route === 'string' ? { version: journal, route } : null;
}

/** `record` is JSON already: it is written as it was when it was handed over. */
export function encodeLine(line: Omit<JournalLine, 'record'> & { readonly record: string }): Buffer {
  const synced = line.isSynced ? ',"s":1' : '';
  return sealed(`"n":${line.sequence},"g":${line.generation}${synced},"r":${line.record}`);
}

export function decodeLine(line: Buffer): JournalLine | null {
  const value = unsealed(line);
  if (!value) return null;
  const { n, g, s, r } = value;
  if (typeof n !== 'number' || typeof g !== 'number' || typeof r !== 'object' || r === null) return null;
  return { sequence: n, generation: g, isSynced: s === 1, record: r as JournalRecord };
}
