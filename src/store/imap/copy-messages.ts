import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
import type { CopyResult } from '../mail-store.js';
import { ask } from './answers.js';
import { mailboxRefusal } from './errors.js';
import { uidsInOrder } from './uids-in-order.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';
import { connectionLost } from './wire/failures.js';
import { isPart } from './wire/message-limit.js';
import type { StatusLine } from './wire/status-line.js';
import { numberOf, type Token, textOf } from './wire/tokens.js';

type Assigned = NonNullable<CopyResult['assigned']>;

/**
 * `UID COPY` (RFC 3501, section 6.4.7), one command after the other where the set is too long for one. Each stores
 * all or nothing; when a later one is refused, something is stored all the same, and the connection is given up as
 * one whose outcome nobody knows.
 */
export async function copyMessages(
  connection: Connection,
  account: string,
  uids: UidSet,
  to: WireName,
  signal: AbortSignal,
): Promise<CopyResult> {
  const parts: (Assigned | null)[] = [];
  for (const chunk of uids.chunks()) {
    const { status } = await ask(connection, [`UID COPY ${chunk} `, stringPart(to)], [], signal);
    // RFC 9738, section 3: a server that copies no more than some copies none and says NO.
    if (status.status !== 'OK' || isPart(status)) {
      const refused = mailboxRefusal(status, 'copy messages into the mailbox', { mailbox: to });
      if (parts.length === 0 && !isPart(status)) throw refused;
      const lost = connectionLost(account, 'a COPY was refused half-way', null, refused);
      connection.destroy(lost);
      throw lost;
    }
    parts.push(readCopyUid(status, chunk));
  }
  return { assigned: joined(parts) };
}

/** `[COPYUID uidvalidity uid-set uid-set]` (RFC 4315, section 3); null unless it is beyond doubt. */
function readCopyUid(status: StatusLine, asked: UidSet): Assigned | null {
  if (status.code !== 'COPYUID') return null;
  const uidValidity = numberOf(status.args[0]);
  const from = readSet(status.args[1], asked);
  const to = readSet(status.args[2], asked);
  if (!uidValidity || !from || from.length !== to?.length) return null;
  return from.every((uid) => asked.has(uid)) ? { uidValidity, from, to } : null;
}

/**
 * UIDs without one that is named twice. A range that runs down is taken for none: by its grammar it means the same
 * as one that runs up, and a server that writes it may mean otherwise.
 */
function readSet(token: Token | undefined, asked: UidSet): number[] | null {
  const set = textOf(token) ?? '';
  const runsDown = set.split(',').some((part) => {
    const [first = 0, last = first] = part.split(':').map(Number);
    return first > last;
  });
  const uids = runsDown ? null : uidsInOrder(set, asked.size);
  return uids && new Set(uids).size === uids.length ? uids : null;
}

/** null when a part is missing, or when the mailbox was made anew between two of them. */
function joined(parts: readonly (Assigned | null)[]): Assigned | null {
  const [first] = parts;
  if (!first) return null;
  const told = parts.filter((part) => part !== null);
  const { uidValidity } = first;
  if (told.length < parts.length || told.some((part) => part.uidValidity !== uidValidity)) return null;
  return { uidValidity, from: told.flatMap(({ from }) => from), to: told.flatMap(({ to }) => to) };
}
