import { asMailferryError, MailferryError } from '../../errors.js';
import { FlagTableBuilder } from '../../model/flags.js';
import { UidSet } from '../../model/uid-set.js';
import type { Intent } from '../../state/record.js';
import type { CopyResult } from '../../store/mail-store.js';
import { sameMessageKey } from '../fingerprint.js';
import { findLanded, pairsRecord, recordPairs, unknownUids } from '../landed.js';
import { noteStored } from '../note-stored.js';
import { endIntent } from '../reconcile.js';
import type { MailboxWork } from '../run-context.js';
import { tellArrived } from '../tell-arrived.js';
import type { TransferEnds } from '../transfer-ends.js';
import type { MovedMessage } from './moved-message.js';

/**
 * Copies messages inside the destination, under a written promise like that of an APPEND. Returns those that are there
 * now; what was refused or went away meanwhile is for the caller to carry whole. The session's mailbox is another one
 * afterwards.
 */
export async function copyWithin(
  work: MailboxWork,
  ends: TransferEnds,
  moved: readonly MovedMessage[],
): Promise<UidSet> {
  const { run } = work;
  const there = moved[0]?.there;
  if (!there) return UidSet.empty;
  const from = await ends.session.open(there.mailbox, 'examine', run.signal);
  if (from.snapshot.uidValidity !== there.uidValidity) return UidSet.empty;
  const intent = intentOf(work, ends, moved);
  run.options.state.record({ t: 'intent', key: work.pair.key, intent });
  await run.options.state.commit();
  const uids = UidSet.from(moved.map((message) => message.there.uid));
  try {
    const { assigned } = await from.copyTo(uids, work.names.b, run.signal);
    return await recordCopied(work, ends, moved, intent, assigned);
  } catch (thrown) {
    const error = asMailferryError(thrown);
    const isFull = error.code === 'OVER_QUOTA';
    if (!isFull && !isRefusal(error)) throw error;
    endIntent(work, intent.id, 'void');
    if (!isFull) return UidSet.empty;
    run.copyingStopped ??= error;
    throw run.copyingStopped;
  }
}

function intentOf(work: MailboxWork, ends: TransferEnds, moved: readonly MovedMessage[]): Intent {
  const flags = new FlagTableBuilder();
  for (const [index, { there }] of moved.entries()) flags.addRow(index + 1, there.flags);
  return {
    id: work.run.options.state.nextIntentId(),
    side: 'b',
    sourceUids: moved.map(({ uid }) => uid),
    sourceUidValidity: ends.source.snapshot.uidValidity,
    sizes: moved.map(({ print }) => print.sizeBytes),
    digests: null,
    internalDates: moved.map(({ internalDate }) => internalDate),
    flags: flags.build().flags.toDeltas(),
    uidValidity: ends.destination.snapshot.uidValidity,
    uidNext: work.destinationUidNext,
    writtenAtMs: Date.now(),
    copied: true,
    prints: moved.map(({ print }) => sameMessageKey(print) ?? ''),
  };
}

async function recordCopied(
  work: MailboxWork,
  ends: TransferEnds,
  moved: readonly MovedMessage[],
  intent: Intent,
  assigned: CopyResult['assigned'],
): Promise<UidSet> {
  work.wrote = true;
  const uids = assigned
    ? placesAssigned(work, intent, moved, assigned)
    : await placesFound(work, ends, intent);
  const record = pairsRecord(work.pair.key, intent, uids, true);
  if (record) recordPairs(work, record);
  else endIntent(work, intent.id, 'void');
  const copied = intent.sourceUids.filter((_, index) => uids[index] !== 0);
  noteStored(work, uids);
  work.progress += copied.length;
  tellArrived(work, intent, copied, 0);
  return UidSet.from(copied);
}

function placesAssigned(
  work: MailboxWork,
  intent: Intent,
  moved: readonly MovedMessage[],
  assigned: NonNullable<CopyResult['assigned']>,
): number[] {
  if (assigned.uidValidity !== intent.uidValidity) throw changedMeanwhile(work);
  const places = new Map(assigned.from.map((uid, index) => [uid, assigned.to[index] ?? 0]));
  return moved.map(({ there }) => places.get(there.uid) ?? 0);
}

/**
 * An answer without COPYUID: no UIDPLUS, or nothing was copied because the originals went before it. What is there is
 * recognised by what it is and never by its place alone, as others may have stored something meanwhile.
 */
async function placesFound(
  work: MailboxWork,
  { source, session }: TransferEnds,
  intent: Intent,
): Promise<readonly number[]> {
  work.run.answered.add(intent.id);
  const mailbox = await session.open(work.names.b, 'select', work.run.signal);
  if (mailbox.snapshot.uidValidity !== intent.uidValidity) throw changedMeanwhile(work);
  const unknown = await unknownUids(work, mailbox);
  const landed = await findLanded(source, mailbox, [intent], unknown, work.run.signal);
  return landed.get(intent.id) ?? [];
}

/** The server said no, so nothing was stored; a full destination is no reason to send the same as octets. */
function isRefusal({ code, scope }: MailferryError): boolean {
  return scope === 'mailbox' && (code === 'MAILBOX_UNAVAILABLE' || code === 'COMMAND_REFUSED');
}

function changedMeanwhile(work: MailboxWork): MailferryError {
  return new MailferryError({
    code: 'MAILBOX_CHANGED',
    scope: 'mailbox',
    retry: 'now',
    message: 'the destination mailbox was replaced by another one during the run (UIDVALIDITY changed)',
    at: { mailbox: work.names.b },
  });
}
