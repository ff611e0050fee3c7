import { UidSet } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import type { OpenMailbox } from '../store/mail-store.js';
import { fingerprints, type Landed, lowestUid } from './landed.js';

/**
 * What the server rewrote beyond recognition is told by its place, when as many messages are new as were stored: UIDs
 * ascend in the order of sending. Not so when another Message-ID stands there: then one of ours was taken away, and
 * others have stored something meanwhile.
 * `intents` are those that were answered with OK, `landed` is what was recognised of them and of others.
 */
export async function inOrderOfSending(
  source: OpenMailbox,
  destination: OpenMailbox,
  intents: readonly Intent[],
  landed: Landed,
  unknown: UidSet,
  signal: AbortSignal,
): Promise<Landed> {
  const known = UidSet.from([...landed.values()].flat().filter((uid) => uid !== 0));
  const window = unknown.subtract(UidSet.range(1, lowestUid(intents) - 1)).subtract(known);
  const inOrder = [...intents].sort((left, right) => left.id - right.id);
  const missing = inOrder.flatMap(({ id, sourceUids }) =>
    sourceUids.filter((_, index) => landed.get(id)?.[index] === 0),
  );
  if (missing.length === 0 || missing.length !== window.size) return landed;
  const rest = [...window.uids()];
  const [sent, stored] = await Promise.all([
    messageIds(source, missing, signal),
    messageIds(destination, rest, signal),
  ]);
  const isOther = missing.some((uid, index) => {
    const [ours, theirs] = [sent.get(uid), stored.get(rest[index] ?? 0)];
    return ours && theirs && ours !== theirs;
  });
  if (isOther) return landed;
  const placed = inOrder.map(({ id }): [number, number[]] => [
    id,
    (landed.get(id) ?? []).map((uid) => uid || (rest.shift() ?? 0)),
  ]);
  return new Map([...landed, ...placed]);
}

async function messageIds(
  mailbox: OpenMailbox,
  uids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string | null>> {
  const prints = await fingerprints(mailbox, UidSet.from(uids), signal);
  return new Map(prints.map(({ uid, messageId }) => [uid, messageId]));
}
