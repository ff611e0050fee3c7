import { FlagTable } from '../model/flags.js';
import { UidSet } from '../model/uid-set.js';

/**
 * Which flags of unseen messages we have written on a side: a message that is in the table was given no flags but those
 * it is in. Of an unseen message that is not in it any flag may have been written.
 */
export type WrittenFlags = FlagTable;

/** Of unseen messages, those that may have been given this flag by us. */
export function unseenOf(unseen: UidSet, written: WrittenFlags, flag: string): UidSet {
  if (unseen.isEmpty) return unseen;
  return unseen.subtract(toldOf(written).subtract(written.uidsOf(flag)));
}

/** Notes that these messages are given a flag, or some flags when nobody says which. `unseen`: as it was before. */
export function noteWritten(
  written: WrittenFlags,
  unseen: UidSet,
  messages: UidSet,
  flag: string | undefined,
): void {
  if (flag === undefined) written.forget(messages);
  else written.add(flag, messages.subtract(unseen.subtract(toldOf(written))));
}

/** The table by the UIDs of the other side; `partners` names those of messages there. */
export function turnedWritten(
  written: WrittenFlags,
  unseen: UidSet,
  partners: (uids: UidSet) => UidSet,
): WrittenFlags {
  const turned = new FlagTable();
  const untold = partners(unseen.subtract(toldOf(written)));
  for (const name of written.names()) turned.set(name, partners(written.uidsOf(name)).subtract(untold));
  return turned;
}

function toldOf(written: WrittenFlags): UidSet {
  return written.names().reduce((all, name) => all.union(written.uidsOf(name)), UidSet.empty);
}
