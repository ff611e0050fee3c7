import { MailferryError } from '../errors.js';
import { UidSet } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import type { AppendResult, MailSession, OpenMailbox } from '../store/mail-store.js';
import { digestBodies } from './body-digest.js';
import { findLanded, pairsRecord, recordLanded, recordPairs, unknownUids } from './landed.js';
import { noteStored } from './note-stored.js';
import { inOrderOfSending } from './order-of-sending.js';
import type { MailboxWork } from './run-context.js';

interface StoredEnds {
  readonly source: OpenMailbox;
  readonly session: MailSession;
  readonly destination: OpenMailbox;
}

/**
 * Records where the messages of an answered APPEND lie, as APPENDUID tells. The record need not be on disk before the
 * next step; without it the intent is found open and looked after.
 */
export async function recordStored(
  work: MailboxWork,
  ends: StoredEnds,
  intent: Intent,
  assigned: NonNullable<AppendResult['assigned']>,
): Promise<void> {
  recordUids(work, ends, intent, await assignedUids(work, ends, intent, assigned));
}

/** The same where the server does not tell: all are looked for together. */
export async function recordFound(
  work: MailboxWork,
  ends: StoredEnds,
  intents: readonly Intent[],
): Promise<void> {
  if (intents.length === 0) return;
  const mailbox = await ends.session.open(ends.destination.snapshot.name, 'select', work.run.signal);
  if (intents.some(({ uidValidity }) => uidValidity !== mailbox.snapshot.uidValidity))
    throw changedMeanwhile(mailbox);
  const unknown = await unknownUids(work, mailbox);
  const landed = await findLanded(ends.source, mailbox, intents, unknown, work.run.signal);
  const found = await inOrderOfSending(ends.source, mailbox, intents, landed, unknown, work.run.signal);
  for (const intent of intents) {
    recordUids(work, ends, intent, found.get(intent.id) ?? []);
    work.run.accepted.delete(intent.id);
  }
}

function recordUids(work: MailboxWork, ends: StoredEnds, intent: Intent, uids: readonly number[]): void {
  if (uids.length === 0 || uids.some((uid) => uid === 0)) throw notFound(ends.destination);
  const record = pairsRecord(work.pair.key, intent, uids, true);
  if (!record) throw notFound(ends.destination);
  recordPairs(work, record);
  noteStored(work, uids);
  const copied = intent.sourceUids.length;
  work.progress += copied;
  const sizeBytes = intent.sizes.reduce((sum, size) => sum + size, 0);
  work.run.copiedBytes += sizeBytes;
  work.run.emit({ type: 'messages-copied', mailbox: work.display, uids: intent.sourceUids, sizeBytes });
}

/**
 * After the refusal of a MULTIAPPEND of which part may be stored: pairs that part. Returns the source's UIDs of it.
 */
export async function recordKept(
  work: MailboxWork,
  ends: StoredEnds,
  intent: Intent,
): Promise<readonly number[]> {
  const mailbox = await ends.session.open(ends.destination.snapshot.name, 'select', work.run.signal);
  const unknown = await unknownUids(work, mailbox);
  const landed = await findLanded(ends.source, mailbox, [intent], unknown, work.run.signal);
  const uids = landed.get(intent.id) ?? [];
  recordLanded(work, intent, uids, false);
  noteStored(work, uids);
  return intent.sourceUids.filter((_, index) => (uids[index] ?? 0) !== 0);
}

async function assignedUids(
  work: MailboxWork,
  ends: StoredEnds,
  intent: Intent,
  assigned: NonNullable<AppendResult['assigned']>,
): Promise<readonly number[]> {
  if (assigned.uidValidity !== intent.uidValidity) throw changedMeanwhile(ends.destination);
  const old = assigned.uids.filter((uid) => uid < intent.uidNext);
  if (old.length > 0) await verifyAliases(work, ends, intent, assigned.uids);
  return assigned.uids;
}

/**
 * A UID below the uidNext of before: the server de-duplicates and named a message it already had (Gmail). It is
 * accepted as an alias only when its octets are ours.
 */
async function verifyAliases(
  work: MailboxWork,
  ends: StoredEnds,
  intent: Intent,
  uids: readonly number[],
): Promise<void> {
  const old = UidSet.from(uids.filter((uid) => uid < intent.uidNext));
  const mailbox = await ends.session.open(ends.destination.snapshot.name, 'select', work.run.signal);
  const digests = await digestBodies(mailbox, old, work.run.signal);
  for (const [index, uid] of uids.entries()) {
    if (uid < intent.uidNext && digests.get(uid)?.digest !== intent.digests?.[index])
      throw wrongUid(mailbox, uid);
  }
}

function changedMeanwhile({ snapshot }: OpenMailbox): MailferryError {
  return new MailferryError({
    code: 'MAILBOX_CHANGED',
    scope: 'mailbox',
    retry: 'now',
    message: 'the destination mailbox was replaced by another one during the run (UIDVALIDITY changed)',
    at: { mailbox: snapshot.name },
  });
}

function wrongUid({ snapshot }: OpenMailbox, uid: number): MailferryError {
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'mailbox',
    retry: 'later',
    message: `the server says that it stored a message as UID ${uid}, but another message is there`,
    at: { mailbox: snapshot.name, uid },
  });
}

function notFound({ snapshot }: OpenMailbox): MailferryError {
  return new MailferryError({
    code: 'CONNECTION_LOST',
    scope: 'account',
    retry: 'now',
    message: 'the server accepted messages that cannot be found there yet',
    at: { mailbox: snapshot.name },
  });
}
