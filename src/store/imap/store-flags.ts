import { MailferryError } from '../../errors.js';
import { isSendableFlag } from '../../model/flags.js';
import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
import type { StoreFeatures } from '../mail-store.js';
import { mailboxRefusal } from './errors.js';
import type { Connection } from './wire/connection.js';

/** `UID STORE ±FLAGS.SILENT` (RFC 3501, section 6.4.6); deltas need no UNCHANGEDSINCE, as they commute. */
export async function storeFlags(
  connection: Connection,
  mailbox: WireName,
  uids: UidSet,
  change: 'add' | 'remove',
  flags: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const sendable = flags.filter(isSendableFlag);
  if (sendable.length === 0) return;
  const item = `${change === 'add' ? '+' : '-'}FLAGS.SILENT (${sendable.join(' ')})`;
  await forEachChunk(
    connection,
    uids,
    (chunk) => `UID STORE ${chunk} ${item}`,
    'change flags',
    mailbox,
    signal,
  );
}

/**
 * Removes exactly these messages (RFC 4315, section 2.1), whatever else carries `\Deleted`. The STORE is waited for:
 * where UID EXPUNGE follows it at once, Dovecot under load says OK to both and removes nothing.
 */
export async function expungeUids(
  connection: Connection,
  features: StoreFeatures,
  mailbox: WireName,
  uids: UidSet,
  signal: AbortSignal,
): Promise<void> {
  if (!features.uidplus) throw withoutUidPlus(mailbox);
  await storeFlags(connection, mailbox, uids, 'add', ['\\Deleted'], signal);
  await forEachChunk(connection, uids, (chunk) => `UID EXPUNGE ${chunk}`, 'remove messages', mailbox, signal);
}

async function forEachChunk(
  connection: Connection,
  uids: UidSet,
  command: (chunk: UidSet) => string,
  what: string,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<void> {
  const sent = [...uids.chunks()].map((chunk) => connection.execute([command(chunk)], null, signal));
  for (const status of await Promise.all(sent)) {
    if (status.status !== 'OK') throw mailboxRefusal(status, what, { mailbox });
  }
}

function withoutUidPlus(mailbox: WireName): MailferryError {
  return new MailferryError({
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: 'the server has no UIDPLUS, so single messages cannot be removed without removing others',
    at: { mailbox },
  });
}
