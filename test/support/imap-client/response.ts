import type { ByteReader } from './byte-reader.js';
import { parseTokens, type RawResponse, type Token } from './token-parser.js';

export type StatusWord = 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';

/** What a server sends: RFC 3501 section 7. */
export type Response =
  | { readonly type: 'continue'; readonly text: string }
  | StatusResponse
  | { readonly type: 'data'; readonly tokens: readonly Token[] };

export interface StatusResponse {
  readonly type: 'status';
  /** '*' when untagged. */
  readonly tag: string;
  readonly status: StatusWord;
  /** What stands between the brackets, such as `APPENDUID 1 2:3`; empty without brackets. */
  readonly code: string;
  readonly text: string;
}

const STATUS = /^(\S+) (OK|NO|BAD|BYE|PREAUTH)(?: (?:\[([^\]]*)\] ?)?(.*))?$/is;
const LITERAL_AT_END = /\{(\d+)\+?\}$/;

/** Reads one whole response with all its literals. */
export async function readResponse(reader: ByteReader): Promise<Response> {
  const first = await reader.line();
  // First, because some servers write "+ OK", which looks like a status.
  if (first[0] === 0x2b) return { type: 'continue', text: first.toString('latin1', 2) };
  const status = readStatus(first);
  if (status !== undefined) return status;
  const tokens = parseTokens(await readLiterals(reader, first));
  const marker = tokens.shift();
  if (marker?.type !== 'atom' || marker.text !== '*') {
    throw new Error(`unreadable response: ${JSON.stringify(first.toString('latin1'))}`);
  }
  return { type: 'data', tokens };
}

function readStatus(line: Buffer): StatusResponse | undefined {
  const [, tag, word, code, text] = STATUS.exec(line.toString('latin1')) ?? [];
  if (tag === undefined || word === undefined) return undefined;
  return {
    type: 'status',
    tag,
    status: word.toUpperCase() as StatusWord,
    code: code ?? '',
    text: text ?? '',
  };
}

async function readLiterals(reader: ByteReader, first: Buffer): Promise<RawResponse> {
  const lines = [first];
  const literals: Buffer[] = [];
  let line = first;
  for (;;) {
    // Only the end of the line matters, and a line can be long.
    const tail = line.toString('latin1', Math.max(0, line.length - 24));
    const sizeText = LITERAL_AT_END.exec(tail)?.[1];
    if (sizeText === undefined) return { lines, literals };
    literals.push(await reader.exactly(Number(sizeText)));
    line = await reader.line();
    lines.push(line);
  }
}
