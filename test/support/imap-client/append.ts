import { argument } from './argument.js';
import { answerText, type CommandPart, CommandRefused, type RawImap } from './raw-imap.js';

export interface AppendableMessage {
  readonly flags: readonly string[];
  /** RFC 3501 date-time without quotes; the server's clock when absent. */
  readonly internalDate?: string;
  body(): Buffer;
}

export interface AppendRefusal {
  /** Position in what was given. */
  readonly index: number;
  /** The server's answer. */
  readonly text: string;
}

export interface AppendOutcome {
  /** One UID a message in the order given; undefined where refused or where the server tells none. */
  readonly uids: readonly (number | undefined)[];
  readonly refused: readonly AppendRefusal[];
}

export interface AppendOptions {
  /** Leave a refused message out and go on; otherwise the refusal is thrown. */
  readonly skipRefused?: boolean;
}

interface Batch {
  readonly start: number;
  readonly messages: readonly (readonly CommandPart[])[];
  /** A server could refuse the flags or dates of this batch. */
  readonly risky: boolean;
}

const BATCH_MESSAGES = 500;
const BATCH_BYTES = 8 * 1024 * 1024;
/** What RFC 3501 section 9 allows: the system flags, and atoms. */
const SAFE_FLAG = /^(?:\\(?:Seen|Answered|Flagged|Draft|Deleted)|[!#$&'+-[^-z|}~]+)$/i;
const SAFE_DATE = /^[ 0-3]\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}$/;

/**
 * Appends messages in order by the fastest way that the server offers: many in one command (RFC 3502), many
 * commands in one go (LITERAL+, RFC 7888), or one after the other.
 */
export async function appendAll(
  imap: RawImap,
  rawName: string,
  messages: Iterable<AppendableMessage>,
  options: AppendOptions = {},
): Promise<AppendOutcome> {
  const uids: (number | undefined)[] = [];
  const refused: AppendRefusal[] = [];
  for (const batch of batches(messages)) {
    const outcome = await appendBatch(imap, rawName, batch, options.skipRefused === true);
    uids.push(...outcome.uids);
    refused.push(...outcome.refused);
  }
  return { uids, refused };
}

async function appendBatch(
  imap: RawImap,
  rawName: string,
  batch: Batch,
  skipRefused: boolean,
): Promise<AppendOutcome> {
  const name = argument(rawName);
  if (batch.risky) return oneByOne(imap, name, batch, skipRefused);
  if (imap.has('MULTIAPPEND')) {
    const answer = await imap.command(['APPEND ', name, ...batch.messages.flat()]);
    if (answer.status === 'OK') return { uids: uidsOf(answer.code, batch.messages.length), refused: [] };
    if (!skipRefused) throw new CommandRefused('APPEND', answer);
    // RFC 3502 section 6.3.11: all or nothing, so nothing of the batch is there.
    return oneByOne(imap, name, batch, skipRefused);
  }
  if (imap.has('LITERAL+')) return allAtOnce(imap, name, batch, skipRefused);
  return oneByOne(imap, name, batch, skipRefused);
}

async function allAtOnce(
  imap: RawImap,
  name: CommandPart,
  batch: Batch,
  skip: boolean,
): Promise<AppendOutcome> {
  const answers = await imap.pipeline(batch.messages.map((parts) => ['APPEND ', name, ...parts]));
  return collect(answers, batch.start, skip);
}

async function oneByOne(
  imap: RawImap,
  name: CommandPart,
  batch: Batch,
  skip: boolean,
): Promise<AppendOutcome> {
  const answers = [];
  for (const parts of batch.messages) {
    // After BAD, Dovecot takes the octets of a non-synchronising literal for commands.
    const answer = await imap.command(['APPEND ', name, ...parts], { synchronising: batch.risky });
    if (answer.status !== 'OK' && !skip) throw new CommandRefused('APPEND', answer);
    answers.push(answer);
  }
  return collect(answers, batch.start, skip);
}

function collect(
  answers: readonly CommandRefused['answer'][],
  start: number,
  skipRefused: boolean,
): AppendOutcome {
  const uids: (number | undefined)[] = [];
  const refused: AppendRefusal[] = [];
  for (const [offset, answer] of answers.entries()) {
    if (answer.status === 'OK') {
      uids.push(...uidsOf(answer.code, 1));
      continue;
    }
    if (!skipRefused) throw new CommandRefused('APPEND', answer);
    uids.push(undefined);
    refused.push({ index: start + offset, text: answerText(answer) });
  }
  return { uids, refused };
}

function* batches(messages: Iterable<AppendableMessage>): Generator<Batch> {
  let batch = emptyBatch(0, false);
  for (const message of messages) {
    const body = message.body();
    const risky = isRisky(message);
    const full = batch.messages.length === BATCH_MESSAGES || batch.sizeBytes + body.length > BATCH_BYTES;
    if (batch.messages.length > 0 && (full || risky !== batch.risky)) {
      yield batch;
      batch = emptyBatch(batch.start + batch.messages.length, risky);
    }
    batch.risky = risky;
    const date = message.internalDate === undefined ? '' : ` "${message.internalDate}"`;
    batch.messages.push([` (${message.flags.join(' ')})${date} `, body]);
    batch.sizeBytes += body.length;
  }
  if (batch.messages.length > 0) yield batch;
}

function emptyBatch(start: number, risky: boolean) {
  const messages: CommandPart[][] = [];
  return { start, messages, risky, sizeBytes: 0 };
}

function isRisky({ flags, internalDate }: AppendableMessage): boolean {
  return (
    !flags.every((flag) => SAFE_FLAG.test(flag)) ||
    !(internalDate === undefined || SAFE_DATE.test(internalDate))
  );
}

/** UIDs of an APPENDUID response code (RFC 4315), or as many unknown ones. */
function uidsOf(code: string, count: number): (number | undefined)[] {
  const set = /^APPENDUID \d+ ([\d:,]+)$/i.exec(code)?.[1];
  if (set === undefined) return new Array<undefined>(count).fill(undefined);
  const uids: number[] = [];
  for (const range of set.split(',')) {
    const [first = 0, last = first] = range.split(':').map(Number);
    for (let uid = first; uid <= last; uid++) uids.push(uid);
  }
  if (uids.length !== count) throw new Error(`APPENDUID names ${uids.length} messages of ${count}`);
  return uids;
}
