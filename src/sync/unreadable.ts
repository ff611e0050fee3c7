import { asMailferryError, MailferryError } from '../errors.js';
import { UidSet } from '../model/uid-set.js';
import type { BodySink, OpenMailbox } from '../store/mail-store.js';
import type { OutgoingMessage } from './outgoing.js';
import { giveUp } from './owe.js';
import type { MailboxWork } from './run-context.js';

/** A message that ends the connection so often, the last times alone, is what ends it. */
const MOST_ATTEMPTS = 3;
/** After so many such messages, with none read between them, it may be any message that ends it. */
const MOST_IN_A_ROW = 3;
/** To find that out a message of this size is preferred, as it is read in vain. */
const PROBE_BYTES = 64 * 1024;
const NOBODY: BodySink = { start: () => undefined, chunk: () => undefined, end: () => undefined };

/** The message that the source says it cannot read; null when the error says something else. */
export function unreadableUid(thrown: unknown): number | null {
  if (!(thrown instanceof MailferryError) || thrown.code !== 'MESSAGE_UNREADABLE') return null;
  return thrown.at.uid ?? null;
}

/**
 * What the source did not send is gone, or cannot be read. A server may stop at the first such message and say nothing
 * of the others: that one is tried alone before it is given up, and the others go on. Returns what is not to be tried
 * again.
 */
export async function settleMissing(
  work: MailboxWork,
  source: OpenMailbox,
  missing: UidSet,
  sentAlone: boolean,
): Promise<UidSet> {
  if (missing.isEmpty) return missing;
  const unreadable = await source.existing(missing, work.run.signal);
  if (unreadable.isEmpty) return missing;
  if (!sentAlone) {
    suspect(work, unreadable.min);
    return missing.subtract(unreadable);
  }
  for (const uid of unreadable.uids())
    giveUpUnreadable(work, uid, 'it lists the message but does not hand it out');
  return missing;
}

/**
 * Some servers end the connection at a message they cannot read (Dovecot does, when its size is not what it was). The
 * first message of a batch that had not arrived whole is tried alone, and given up when that ends the same way.
 */
export function suspectUnread(work: MailboxWork, unread: OutgoingMessage | undefined, thrown: unknown): void {
  if (!unread || !endedBySource(work, thrown)) return;
  suspect(work, unread.uid);
  if ((work.suspects.get(unread.uid) ?? 0) < MOST_ATTEMPTS) return;
  giveUpUnreadable(
    work,
    unread.uid,
    'it ends the connection each time the message is read',
    asMailferryError(thrown).serverText,
  );
}

/**
 * A source that was waited for in vain may be busy at one message only, the first of those that are left: it is given up
 * when it is refused alone while another is read. Returns what is left. Throws SERVER_BUSY when no other is read either.
 */
export async function giveUpBusy(
  work: MailboxWork,
  source: OpenMailbox,
  left: readonly OutgoingMessage[],
): Promise<readonly OutgoingMessage[]> {
  const [first, ...others] = left;
  if (!first) return left;
  const carried = work.pair.map.aUids();
  const small = others.filter(({ sizeBytes }) => sizeBytes <= PROBE_BYTES);
  const probes = [
    small.at(-1)?.uid,
    small[small.length >> 1]?.uid,
    carried.isEmpty ? undefined : carried.max,
  ];
  let isAnyRead = false;
  let busy: MailferryError | null = null;
  for (const uid of new Set(probes)) {
    if (uid === undefined || isAnyRead) continue;
    const answer = await readInVain(work, source, uid);
    if (answer instanceof MailferryError) busy = answer;
    else isAnyRead = answer;
  }
  if (!isAnyRead) {
    if (busy) throw busy;
    return left;
  }
  const refusal = await readInVain(work, source, first.uid);
  if (!(refusal instanceof MailferryError)) return left;
  giveUpUnreadable(
    work,
    first.uid,
    'it says that it is busy whenever the message is read',
    refusal.serverText,
  );
  return left.slice(1);
}

/** Whether a message could be read; what says that the source is too busy for it. */
async function readInVain(
  { run }: MailboxWork,
  source: OpenMailbox,
  uid: number,
): Promise<MailferryError | boolean> {
  let isRead = false;
  const sink: BodySink = {
    ...NOBODY,
    end: () => {
      isRead = true;
      return undefined;
    },
  };
  try {
    await source.bodies(UidSet.of(uid), sink, run.signal);
    return isRead;
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.code === 'SERVER_BUSY') return error;
    if (unreadableUid(thrown) !== null) return false;
    throw thrown;
  }
}

/** A message was read: what was given up before it was given up for itself. */
export function noteRead(work: MailboxWork): void {
  for (const uid of givenUpInARow(work)) work.suspects.delete(uid);
}

/**
 * Where message after message ended the connection, one of those that are left is read for nothing, as far from them as
 * can be: they may lie side by side. Throws what ends the work on the mailbox when that one ends it as well.
 */
export async function checkReadable(
  work: MailboxWork,
  source: OpenMailbox,
  left: readonly OutgoingMessage[],
): Promise<void> {
  if (givenUpInARow(work).length < MOST_IN_A_ROW) return;
  const probe = left.findLast(({ sizeBytes }) => sizeBytes <= PROBE_BYTES) ?? left.at(-1);
  if (!probe) return;
  try {
    await source.bodies(UidSet.of(probe.uid), NOBODY, work.run.signal);
  } catch (thrown) {
    if (endedBySource(work, thrown)) throw endsAtAny(asMailferryError(thrown));
    if (unreadableUid(thrown) === null) throw thrown;
  }
  noteRead(work);
}

/** Messages given up because reading them ended the connection, since one was read. */
function givenUpInARow({ suspects, refusedUids }: MailboxWork): number[] {
  return [...suspects.keys()].filter(
    (uid) => refusedUids.has(uid) && (suspects.get(uid) ?? 0) >= MOST_ATTEMPTS,
  );
}

/** Whether the source ended the connection, and did not say that it is busy. */
function endedBySource({ run }: MailboxWork, thrown: unknown): boolean {
  const { retry, at } = asMailferryError(thrown);
  return retry === 'now' && at.account === run.options.a.account && !run.signal.aborted;
}

function endsAtAny(error: MailferryError): MailferryError {
  const { code, at, serverText, cause } = error;
  return new MailferryError({
    code,
    scope: 'mailbox',
    retry: 'later',
    message: `the connection ended each time a message was read, at ${MOST_IN_A_ROW} messages one after the other and at another one`,
    at,
    ...(serverText === undefined ? {} : { serverText }),
    ...(cause === undefined ? {} : { cause }),
    hint: 'the log of that server may tell why; run the same command again later',
  });
}

function suspect(work: MailboxWork, uid: number): void {
  work.suspects.set(uid, (work.suspects.get(uid) ?? 0) + 1);
}

function giveUpUnreadable(work: MailboxWork, uid: number, how: string, serverText?: string): void {
  const error = new MailferryError({
    code: 'MESSAGE_UNREADABLE',
    scope: 'message',
    retry: 'later',
    message: `the source cannot read the message: ${how}`,
    ...(serverText === undefined ? {} : { serverText }),
  });
  work.refusals++;
  giveUp(work, uid, error);
}
