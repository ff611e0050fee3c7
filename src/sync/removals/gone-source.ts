import { FlagTable } from '../../model/flags.js';
import type { MailboxSnapshot } from '../../model/mailbox.js';
import { UidSet } from '../../model/uid-set.js';
import type { OpenMailbox } from '../../store/mail-store.js';

/**
 * A mailbox of the source that is gone, for whoever looks what became of messages on their way from it: nothing is in it,
 * so that only what was written down about them tells.
 */
export function goneSource(name: string, uidValidity: number): OpenMailbox {
  const snapshot: MailboxSnapshot = {
    name,
    uidValidity,
    messages: 0,
    uidNext: null,
    highestModseq: null,
    mailboxId: null,
    readOnly: true,
    permanentFlags: [],
  };
  return {
    snapshot,
    existing: async () => UidSet.empty,
    uids: async () => UidSet.empty,
    flags: async () => ({ rows: UidSet.empty, flags: new FlagTable(), vanished: null, complete: true }),
    metadata: async () => [],
    headers: async () => undefined,
    bodies: async () => undefined,
    storeFlags: async () => undefined,
    expunge: async () => undefined,
    copyTo: async () => ({ assigned: null }),
    emailIds: async () => new Map(),
    withEmailIds: async () => new Map(),
  };
}
