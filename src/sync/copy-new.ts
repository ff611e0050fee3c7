import { MailferryError } from '../errors.js';
import type { MessageMetadata } from '../model/message.js';
import { UidSet, UidSetBuilder } from '../model/uid-set.js';
import type { DebtClass } from '../state/record.js';
import { FlagFilter } from './carried-flags.js';
import type { OutgoingMessage } from './outgoing.js';
import type { MailboxWork } from './run-context.js';
import { BatchTransfer, type TransferEnds } from './transfer.js';

/** Metadata of this many messages is held at once; the next part is asked for while this one is carried. */
const CHUNK_MESSAGES = 2000;
const MIN_BATCH = { maxMessages: 200, maxBytes: 4 * 1024 * 1024 };
const MAX_BATCH = { maxMessages: 5000, maxBytes: 32 * 1024 * 1024 };
/** A batch that takes longer than this is followed by smaller ones, a quick one by larger ones. */
const SLOW_BATCH_MS = 5000;
const QUICK_BATCH_MS = 2000;

export function firstBatchLimits(): MailboxWork['batch'] {
  return { ...MIN_BATCH };
}

/** Carries new messages in UID order. What is refused becomes debt with its reason and the rest goes on. */
export async function copyNew(work: MailboxWork, ends: TransferEnds, uids: UidSet): Promise<void> {
  const filter = new FlagFilter(ends.destination.snapshot.permanentFlags, work.run.options.policy);
  let [chunk, rest] = uids.splitAt(CHUNK_MESSAGES);
  let metadata = ends.source.metadata(chunk, work.run.signal);
  while (!chunk.isEmpty) {
    const rows = await metadata;
    [chunk, rest] = rest.splitAt(CHUNK_MESSAGES);
    if (!chunk.isEmpty) {
      metadata = ends.source.metadata(chunk, work.run.signal);
      // If carrying fails first, nobody waits for this answer.
      metadata.catch(() => undefined);
    }
    await carry(work, ends, admit(work, ends, filter, rows));
  }
}

/** Which messages go on their way; what stays behind is written down as debt. */
function admit(
  work: MailboxWork,
  ends: TransferEnds,
  filter: FlagFilter,
  rows: readonly MessageMetadata[],
): OutgoingMessage[] {
  const limit = ends.session.facts.features.appendLimitBytes;
  const admitted: OutgoingMessage[] = [];
  const deleted = new UidSetBuilder();
  const refusedFlags = new Set<string>();
  for (const row of rows) {
    const isDeleted = row.flags.some((flag) => flag.toLowerCase() === '\\deleted');
    if (isDeleted && !work.run.options.policy.carryDeleted) {
      deleted.add(row.uid);
    } else if (limit !== null && row.sizeBytes > limit) {
      giveUp(work, row.uid, tooLarge(row.sizeBytes, limit));
    } else {
      const { sent, refused } = filter.split(row.flags);
      for (const flag of refused) refusedFlags.add(flag);
      admitted.push({ uid: row.uid, flags: sent, internalDate: row.internalDate, sizeBytes: row.sizeBytes });
    }
  }
  const mailbox = work.display;
  const leftBehind = deleted.build();
  if (!leftBehind.isEmpty) {
    owe(work, leftBehind, 'choice', 'deleted');
    const reason = 'flagged \\Deleted';
    work.run.emit({ type: 'messages-skipped', mailbox, messages: leftBehind.size, reason });
  }
  if (refusedFlags.size > 0) {
    const text = `${mailbox}: the destination cannot keep ${[...refusedFlags].sort().join(', ')}`;
    work.run.emit({ type: 'note', level: 'warning', text });
  }
  return admitted;
}

async function carry(
  work: MailboxWork,
  ends: TransferEnds,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  let queue = messages;
  while (queue.length > 0) {
    work.run.checkFinish();
    if (work.run.copyingStopped) throw work.run.copyingStopped;
    const count = batchLength(work, queue);
    const batch = queue.slice(0, count);
    const startedMs = Date.now();
    const owedBefore = work.refusals;
    const transfer = new BatchTransfer(work, ends, batch, (refused, error) =>
      onRefused(work, refused, error),
    );
    const { stored, missing } = await transfer.run();
    await settleMissing(work, ends, missing);
    const again = batch.filter(
      ({ uid }) => !stored.has(uid) && !missing.has(uid) && !work.refusedUids.has(uid),
    );
    queue = [...again, ...queue.slice(count)];
    if (work.refusals === owedBefore) adapt(work, Date.now() - startedMs);
  }
}

/** At least one message, however large. */
function batchLength(work: MailboxWork, queue: readonly OutgoingMessage[]): number {
  let bytes = 0;
  let count = 0;
  for (const message of queue) {
    if (count > 0 && (count >= work.batch.maxMessages || bytes + message.sizeBytes > work.batch.maxBytes))
      break;
    bytes += message.sizeBytes;
    count++;
  }
  return count;
}

function adapt(work: MailboxWork, tookMs: number): void {
  const factor = tookMs < QUICK_BATCH_MS ? 2 : tookMs > SLOW_BATCH_MS ? 0.5 : 1;
  work.batch = {
    maxMessages: Math.max(1, Math.min(MAX_BATCH.maxMessages, Math.round(work.batch.maxMessages * factor))),
    maxBytes: Math.max(MIN_BATCH.maxBytes / 4, Math.min(MAX_BATCH.maxBytes, work.batch.maxBytes * factor)),
  };
}

/** A refused batch is tried again in halves; a message refused alone stays behind with the reason. */
function onRefused(work: MailboxWork, messages: readonly OutgoingMessage[], error: MailferryError): void {
  work.refusals++;
  if (error.scope === 'account') {
    work.run.copyingStopped = error;
    throw error;
  }
  if (error.scope === 'mailbox') throw error;
  if (messages.length > 1) {
    work.batch = { ...work.batch, maxMessages: Math.ceil(messages.length / 2) };
    return;
  }
  for (const { uid } of messages) giveUp(work, uid, error);
}

/** What the source did not send is gone, or cannot be read. */
async function settleMissing(work: MailboxWork, ends: TransferEnds, missing: UidSet): Promise<void> {
  if (missing.isEmpty) return;
  const unreadable = await ends.source.existing(missing, work.run.signal);
  for (const uid of unreadable.uids()) {
    const message = 'the source lists the message but does not hand it out';
    const error = new MailferryError({
      code: 'MESSAGE_UNREADABLE',
      scope: 'message',
      retry: 'later',
      message,
    });
    giveUp(work, uid, error);
  }
}

function giveUp(work: MailboxWork, uid: number, error: MailferryError): void {
  work.refusedUids.add(uid);
  owe(
    work,
    UidSet.of(uid),
    error.retry === 'never' ? 'permanent' : 'temporary',
    error.code,
    error.serverText,
  );
  work.run.problem(error.located({ account: work.run.options.a.account, uid }), work.display);
}

function owe(work: MailboxWork, messages: UidSet, kind: DebtClass, reason: string, text?: string): void {
  const { state } = work.run.options;
  const debt = {
    side: 'a',
    uids: messages.toDeltas(),
    kind: 'not-copied',
    class: kind,
    reason,
    ...(text === undefined ? {} : { text }),
  } as const;
  state.record({ t: 'debt', key: work.pair.key, debt });
}

function tooLarge(sizeBytes: number, limit: number): MailferryError {
  return new MailferryError({
    code: 'MESSAGE_TOO_LARGE',
    scope: 'message',
    retry: 'never',
    message: `the message has ${sizeBytes} octets, the destination takes at most ${limit} (APPENDLIMIT)`,
  });
}
