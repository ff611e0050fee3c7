import { isSendableFlag } from '../../model/flags.js';
import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
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
  const sent = [...uids.chunks()].map((chunk) =>
    connection.execute([`UID STORE ${chunk} ${item}`], null, signal),
  );
  for (const status of await Promise.all(sent)) {
    if (status.status !== 'OK') throw mailboxRefusal(status, 'change flags', { mailbox });
  }
}
