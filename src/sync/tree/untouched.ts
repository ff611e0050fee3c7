import { asMailferryError } from '../../errors.js';
import { type FlagTable, flagKey, isCarriedFlag } from '../../model/flags.js';
import type { MailboxStatus, WireName } from '../../model/mailbox.js';
import { UidSet } from '../../model/uid-set.js';
import type { PairState } from '../../state/pair-state.js';
import type { Cursor } from '../../state/record.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { mapTable } from '../equal/flags.js';
import { maskedOn } from '../equal/masks.js';
import type { RunContext } from '../run-context.js';

/** A pair with its mailbox at side b as it was listed. */
export interface Question {
  readonly key: string;
  readonly name: WireName;
  readonly status: MailboxStatus | null;
}

/**
 * Whether the mailbox of a pair at side b holds nothing that side a never had, nor flags that were not agreed on; what
 * was taken from it does not count. It is opened for reading, unless nothing at all has happened to it.
 */
export async function isUntouched(
  run: RunContext,
  session: MailSession,
  { key, name, status }: Question,
): Promise<boolean> {
  const { state } = run.options;
  const pair = await state.load(key);
  try {
    const cursor = pair.cursors.b;
    if (!cursor) return false;
    if (status && isSame(cursor, status) && status.messages <= knownOf(pair).size) return true;
    return await isAsAgreed(pair, cursor, await session.open(name, 'examine', run.signal), run.signal);
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.scope !== 'mailbox') throw error;
    return false;
  } finally {
    state.unload(key);
  }
}

function knownOf({ map, aliases }: PairState): UidSet {
  return map.bUids().union(aliases.aUids());
}

function isSame(cursor: Cursor, { uidValidity, uidNext, messages, highestModseq }: MailboxStatus): boolean {
  const isSameMail = cursor.uidValidity === uidValidity && cursor.messages === messages;
  if (!isSameMail || uidNext === null || cursor.uidNext !== uidNext) return false;
  return cursor.highestModseq !== null && cursor.highestModseq === highestModseq?.toString();
}

async function isAsAgreed(
  pair: PairState,
  cursor: Cursor,
  mailbox: OpenMailbox,
  signal: AbortSignal,
): Promise<boolean> {
  const { uidValidity, uidNext, messages, highestModseq } = mailbox.snapshot;
  if (uidValidity !== cursor.uidValidity) return false;
  if (uidNext !== null && cursor.uidNext !== null && uidNext < cursor.uidNext) return false;
  if (messages === 0) return true;
  const present = await mailbox.uids(signal);
  if (present.size !== messages || !present.subtract(knownOf(pair)).isEmpty) return false;
  const since = cursor.highestModseq === null ? null : BigInt(cursor.highestModseq);
  if (since !== null && since === highestModseq) return true;
  const query = { within: present, ...(since && highestModseq !== null ? { changedSince: since } : {}) };
  const { rows, flags, complete } = await mailbox.flags(query, signal);
  return complete && hasAgreedFlags(pair, rows, flags);
}

function hasAgreedFlags(pair: PairState, rows: UidSet, flags: FlagTable): boolean {
  const seen = pair.map.toA(rows);
  const there = mapTable(flags, pair.map);
  return [...pair.base.names(), ...there.names()].filter(isCarriedFlag).every((flag) => {
    const excused = maskedOn({ pair }, 'a', flag).union(maskedOn({ pair }, 'b', flag));
    const [agreed, now] = [pair.base.uidsOf(flag).intersect(seen), there.uidsOf(flag).intersect(seen)];
    // What is on its way out, by our own hand or by another.
    const added = flagKey(flag) === '\\deleted' ? UidSet.empty : now.subtract(agreed);
    return added.union(agreed.subtract(now)).subtract(excused).isEmpty;
  });
}
