import { asMailferryError, MailferryError } from '../errors.js';
import type { UidSet } from '../model/uid-set.js';
import type { OpenMailbox } from '../store/mail-store.js';
import type { OutgoingMessage } from './outgoing.js';
import { giveUp } from './owe.js';
import type { MailboxWork } from './run-context.js';

/** A message that ends the connection so often, the last times alone, is what ends it. */
const MOST_ATTEMPTS = 3;

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
  const error = asMailferryError(thrown);
  const { account } = work.run.options.a;
  if (!unread || error.retry !== 'now' || error.at.account !== account || work.run.signal.aborted) return;
  suspect(work, unread.uid);
  if ((work.suspects.get(unread.uid) ?? 0) < MOST_ATTEMPTS) return;
  giveUpUnreadable(
    work,
    unread.uid,
    'it ends the connection each time the message is read',
    error.serverText,
  );
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
