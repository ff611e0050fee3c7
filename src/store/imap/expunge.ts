import { MailferryError } from '../../errors.js';
import { counted } from '../../model/counted.js';
import { type UidSet, UidSetBuilder } from '../../model/uid-set.js';
import { mailboxRefusal } from './errors.js';
import { readVanished } from './fetch-rows.js';
import type { SelectedOn } from './mailbox-reads.js';
import { existingUids } from './search.js';
import { storeFlags } from './store-flags.js';
import type { Untagged } from './wire/untagged.js';

/**
 * Removes exactly these messages (RFC 4315, section 2.1), whatever else carries `\Deleted`, and returns when they are
 * gone. OK alone does not say so: where UID EXPUNGE follows the STORE at once, a Dovecot under load may answer both and
 * remove nothing. What the server does not tell to have gone is asked for, and removed once more, one step after the other.
 */
export async function expungeUids(on: SelectedOn, uids: UidSet, signal: AbortSignal): Promise<void> {
  if (!on.facts.features.uidplus) throw withoutUidPlus(on);
  const flagged = flagDeleted(on, uids, signal);
  const vanished = expunge(on, uids, signal);
  await Promise.allSettled([flagged, vanished]);
  await flagged;
  const left = await existing(on, uids.subtract(await vanished), signal);
  if (left.isEmpty) return;
  await flagDeleted(on, left, signal);
  await expunge(on, left, signal);
  const still = await existing(on, left, signal);
  if (!still.isEmpty) throw stillThere(on, still);
}

function flagDeleted({ connection, mailbox }: SelectedOn, uids: UidSet, signal: AbortSignal): Promise<void> {
  return storeFlags(connection, mailbox, uids, 'add', ['\\Deleted'], signal);
}

/** Returns what the server tells to have gone: UIDs where QRESYNC is enabled (RFC 7162, section 3.2.10), else nothing. */
async function expunge(
  { connection, mailbox }: SelectedOn,
  uids: UidSet,
  signal: AbortSignal,
): Promise<UidSet> {
  const gone = new UidSetBuilder();
  const onUntagged = (response: Untagged): undefined => {
    readVanished(response, gone);
  };
  const handlers = { accepts: new Set(['VANISHED']), onUntagged };
  const sent = [...uids.chunks()].map((chunk) =>
    connection.execute([`UID EXPUNGE ${chunk}`], handlers, signal),
  );
  for (const status of await Promise.all(sent)) {
    if (status.status !== 'OK') throw mailboxRefusal(status, 'remove messages', { mailbox });
  }
  return gone.build();
}

function existing({ connection, facts, mailbox }: SelectedOn, uids: UidSet, signal: AbortSignal) {
  return existingUids(connection, facts.features, mailbox, uids, signal);
}

function withoutUidPlus({ mailbox }: SelectedOn): MailferryError {
  return new MailferryError({
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: 'the server has no UIDPLUS, so single messages cannot be removed without removing others',
    at: { mailbox },
  });
}

function stillThere({ mailbox }: SelectedOn, { size }: UidSet): MailferryError {
  const messages = counted(size, 'a message', 'messages');
  return new MailferryError({
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'later',
    message: `the server said twice that it removed ${messages} and has ${size === 1 ? 'it' : 'them'} still`,
    at: { mailbox },
  });
}
