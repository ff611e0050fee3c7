import { asMailferryError, MailferryError } from '../errors.js';
import { isSystemFlag } from '../model/flags.js';
import { UidSet, UidSetBuilder } from '../model/uid-set.js';
import { admit } from './admit.js';
import { applyFlags } from './apply-flags.js';
import { adaptedLimits, type BatchLimits, batchLength } from './batch-size.js';
import { describedAtOnce, type EarlyMetadata, metadataChunks, mostQueued } from './metadata-chunks.js';
import { NextBatch } from './next-batch.js';
import type { OutgoingMessage } from './outgoing.js';
import { giveUp } from './owe.js';
import type { FlagChange } from './plan-flags.js';
import type { MailboxWork } from './run-context.js';
import { BatchTransfer } from './transfer.js';
import type { TransferEnds } from './transfer-ends.js';
import { checkReadable, giveUpBusy, noteRead, settleMissing, suspectUnread } from './unreadable.js';

/** Carries new messages in UID order. What is refused becomes debt with its reason and the rest goes on. */
export async function copyNew(
  work: MailboxWork,
  ends: TransferEnds,
  uids: UidSet,
  early: EarlyMetadata | null = null,
): Promise<void> {
  const limits = {
    permanentFlags: ends.destination.snapshot.permanentFlags,
    appendLimitBytes: ends.session.facts.features.appendLimitBytes,
  };
  let lastAnswer: Promise<unknown> = Promise.resolve();
  const onAsked = (answer: Promise<unknown>): void => {
    lastAnswer = answer;
  };
  const size = () => describedAtOnce(work.batch);
  const parts = metadataChunks(ends.source, uids, work.run.signal, { early, size, onAsked });
  const described = new UidSetBuilder();
  const next = new NextBatch(work, ends);
  let queue: readonly OutgoingMessage[] = [];
  let isDescribed = false;
  try {
    while (!isDescribed || queue.length > 0) {
      // One part at most: what comes after it stands in line behind what is read ahead.
      if (!isDescribed && queue.length < mostQueued(work.batch)) {
        const { done, value } = await parts.next();
        isDescribed = done === true;
        for (const { uid } of value ?? []) described.add(uid);
        queue = [...queue, ...admit(work, limits, value ?? [])];
      }
      // Dovecot looks through the whole mailbox after each APPEND into the one that is open.
      if (queue.length > work.batch.maxMessages) ends.session.leave(work.run.signal);
      if (queue.length > 0) queue = await carryBatch(work, ends, queue, next, lastAnswer);
    }
  } finally {
    next.forget();
    await parts.return(undefined);
  }
  await settleMissing(work, ends.source, uids.subtract(described.build()), true);
}

/** Carries the first of these messages; returns those that are left. */
async function carryBatch(
  work: MailboxWork,
  ends: TransferEnds,
  queue: readonly OutgoingMessage[],
  next: NextBatch,
  described: Promise<unknown>,
): Promise<readonly OutgoingMessage[]> {
  work.run.checkFinish();
  checkStopped(work);
  await checkReadable(work, ends.source, queue);
  if (work.busySource === 'waited for in vain') {
    work.busySource = null;
    shrink(work, 1);
    return await giveUpBusy(work, ends.source, queue);
  }
  const ahead = await next.take(queue);
  const count = ahead?.messages.length ?? batchLength(queue, limitsNow(work), work.suspects);
  const batch = queue.slice(0, count).map((message) => asTried(work, message));
  const rest = queue.slice(count);
  const startedMs = Date.now();
  const refusalsBefore = work.refusals;
  const events = {
    onRefused: (refused: readonly OutgoingMessage[], error: MailferryError) =>
      onRefused(work, refused, error),
    onRead: () => next.begin(rest, Date.now() - (ahead?.askedMs ?? startedMs), described),
    beforeLook: () => next.drop(),
  };
  const transfer = new BatchTransfer(work, ends, batch, events, ahead);
  const { stored, missing } = await transfer.run().catch((error: unknown) => {
    if (transfer.unread?.uid !== batch[0]?.uid) noteRead(work);
    // What was read of a batch that has to be sent as a whole was read in vain: less of it may come through.
    if (asMailferryError(error).code === 'SERVER_BUSY') {
      shrink(work, batch.length);
      if (transfer.unread) work.busySource = 'waited for';
    }
    suspectUnread(work, transfer.unread, error);
    throw error;
  });
  if (missing.size < batch.length) noteRead(work);
  if (!missing.isEmpty) await next.drop();
  await addKeywords(work, ends, queue.slice(0, count), stored);
  const gone = await settleMissing(work, ends.source, missing, batch.length === 1);
  const isLeft = ({ uid }: OutgoingMessage): boolean =>
    !stored.has(uid) && !gone.has(uid) && !work.refusedUids.has(uid);
  if (work.refusals === refusalsBefore) adapt(work, Date.now() - startedMs);
  return [...batch.filter(isLeft), ...rest];
}

function shrink(work: MailboxWork, messages: number): void {
  work.batch = { ...work.batch, maxMessages: Math.ceil(messages / 2) };
}

/** The next mailbox need not find out again what the server takes. */
function adapt(work: MailboxWork, tookMs: number): void {
  work.batch = adaptedLimits(work.batch, tookMs);
  work.run.batch = work.batch;
}

/** Throws when nothing more may be copied in this run: the destination is full, or enough was carried. */
function checkStopped({ run }: MailboxWork): void {
  const { stopAfterBytes } = run.options;
  if (stopAfterBytes !== undefined && run.copiedBytes >= stopAfterBytes) {
    run.copyingStopped ??= new MailferryError({
      code: 'STOPPED_EARLY',
      scope: 'account',
      retry: 'later',
      message: 'as much was copied as --stop-after allows; the rest is for the next run',
    });
  }
  if (run.copyingStopped) throw run.copyingStopped;
}

/** No more in one batch than is left of what this run may carry. */
function limitsNow({ run, batch }: MailboxWork): BatchLimits {
  const { stopAfterBytes } = run.options;
  if (stopAfterBytes === undefined) return batch;
  return { ...batch, maxBytes: Math.min(batch.maxBytes, stopAfterBytes - run.copiedBytes) };
}

function asTried(work: MailboxWork, message: OutgoingMessage): OutgoingMessage {
  return work.withoutKeywords.has(message.uid)
    ? { ...message, flags: message.flags.filter(isSystemFlag) }
    : message;
}

/** What was taken only without its keywords gets those one by one that the destination keeps. */
async function addKeywords(
  work: MailboxWork,
  { session, destination }: TransferEnds,
  messages: readonly OutgoingMessage[],
  stored: UidSet,
): Promise<void> {
  const changes: FlagChange[] = [];
  for (const { uid, flags } of messages) {
    if (!work.withoutKeywords.has(uid) || !stored.has(uid)) continue;
    for (const flag of flags) {
      if (!isSystemFlag(flag)) changes.push({ flag, change: 'add', uids: UidSet.of(uid) });
    }
  }
  if (changes.length === 0) return;
  // To find out where the messages lie the mailbox may have been opened anew, which ends the use of the former one.
  const mailbox = await session.open(destination.snapshot.name, 'select', work.run.signal);
  await applyFlags(work, mailbox, { changes, refused: [] });
}

/**
 * A refused batch is tried again in halves, a message refused alone once more without its keywords; then it stays
 * behind with the reason.
 */
function onRefused(work: MailboxWork, messages: readonly OutgoingMessage[], error: MailferryError): boolean {
  // Nothing is learnt of the messages: an attempt that ends so was in vain.
  if (error.scope === 'mailbox') throw error;
  work.refusals++;
  // A batch that does not fit says nothing about a smaller one: the room that is left gets filled.
  const mayFitInParts = error.code === 'OVER_QUOTA' && messages.length > 1;
  if (error.scope === 'account' && !mayFitInParts) {
    work.run.copyingStopped ??= error;
    throw work.run.copyingStopped;
  }
  if (messages.length > 1) {
    shrink(work, messages.length);
    return true;
  }
  const [message] = messages;
  if (!message) return false;
  if (message.flags.every(isSystemFlag) || error.code !== 'MESSAGE_REJECTED') {
    giveUp(work, message.uid, error);
    return false;
  }
  work.withoutKeywords.add(message.uid);
  // What follows in this batch is read in vain.
  work.batch = { ...work.batch, maxMessages: Math.ceil(work.batch.maxMessages / 2) };
  return true;
}
