import type { MessageImage } from './account-image.js';
import { type MessagePair, pairMessages } from './pair-messages.js';

export interface CompareMessagesOptions {
  /** Flags and keywords that do not count, without regard to case. */
  readonly ignoreFlags?: readonly string[];
  readonly ignoreDates?: boolean;
  readonly ignoreOrder?: boolean;
  /** Messages that nobody expects do not count. */
  readonly ignoreExtraMessages?: boolean;
}

/** What differs between the messages of one mailbox, one sentence a difference. */
export function* compareMessages(
  expected: readonly MessageImage[],
  actual: readonly MessageImage[],
  options: CompareMessagesOptions = {},
): Generator<string> {
  const ignored = new Set((options.ignoreFlags ?? []).map((flag) => flag.toLowerCase()));
  const sameness = (message: MessageImage): string =>
    `${message.internalDate.epochSeconds} ${comparableFlags(message, ignored).join(' ')}`;
  const { same, changed, lost, surplus } = pairMessages(expected, actual, sameness);
  const extra = options.ignoreExtraMessages === true ? [] : surplus;
  if (lost.length > 0 || extra.length > 0) {
    yield `holds ${actual.length} messages where ${expected.length} are expected`;
  }
  for (const message of lost) yield `${nameOf(message)} is lost`;
  for (const message of extra) {
    const known = expected.some((other) => other.sha256 === message.sha256);
    yield `${nameOf(message)} is ${known ? 'there once too often' : 'not expected'}`;
  }
  for (const pair of changed) yield bodyDifference(pair);
  if (options.ignoreOrder !== true) yield* orderDifference(same);
  for (const pair of same) {
    if (options.ignoreDates !== true) yield* dateDifference(pair);
    yield* flagDifference(pair, ignored);
  }
}

/** A message's name for people. */
export function nameOf(message: MessageImage): string {
  return `message ${message.label} (uid ${message.uid}, ${message.sizeBytes} bytes, ${message.internalDate.raw})`;
}

function bodyDifference({ expected, actual }: MessagePair): string {
  const digests = `${actual.sha256.slice(0, 12)} instead of ${expected.sha256.slice(0, 12)}`;
  return `${nameOf(actual)} has other octets: ${actual.sizeBytes} bytes instead of ${expected.sizeBytes}, SHA-256 ${digests}`;
}

/** Names the first message that is out of place; what follows it would be noise. */
function* orderDifference(pairs: readonly MessagePair[]): Generator<string> {
  let last = 0;
  for (const { actual } of pairs) {
    if (actual.uid < last) {
      yield `the order differs: ${nameOf(actual)} comes too early`;
      return;
    }
    last = actual.uid;
  }
}

function* dateDifference({ expected, actual }: MessagePair): Generator<string> {
  if (expected.internalDate.epochSeconds === actual.internalDate.epochSeconds) return;
  const seconds = actual.internalDate.epochSeconds - expected.internalDate.epochSeconds;
  yield `${nameOf(actual)} has an internal date ${seconds} s from ${expected.internalDate.raw}`;
}

function* flagDifference({ expected, actual }: MessagePair, ignored: ReadonlySet<string>): Generator<string> {
  const wanted = comparableFlags(expected, ignored);
  const found = comparableFlags(actual, ignored);
  const missing = wanted.filter((flag) => !found.includes(flag));
  const surplus = found.filter((flag) => !wanted.includes(flag));
  if (missing.length + surplus.length === 0) return;
  const parts = [
    missing.length > 0 ? `lacks ${missing.join(' ')}` : '',
    surplus.length > 0 ? `has ${surplus.join(' ')} too much` : '',
  ];
  yield `${nameOf(actual)} ${parts.filter(Boolean).join(' and ')}`;
}

/** Lower case, because keywords are the same without regard to case. */
function comparableFlags(message: MessageImage, ignored: ReadonlySet<string>): string[] {
  return message.flags.map((flag) => flag.toLowerCase()).filter((flag) => !ignored.has(flag));
}
