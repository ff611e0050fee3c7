import { MailferryError } from '../errors.js';
import type { MessageMetadata } from '../model/message.js';
import { UidSetBuilder } from '../model/uid-set.js';
import { noteCandidates } from './anchors.js';
import { FlagFilter } from './carried-flags.js';
import { leftOutBy } from './message-filter.js';
import type { OutgoingMessage } from './outgoing.js';
import { giveUp, LEFT_AS_DELETED, owe } from './owe.js';
import type { MailboxWork } from './run-context.js';
import { tellUnkeepable } from './unkeepable.js';

/** What the destination mailbox takes. */
export interface DestinationLimits {
  readonly permanentFlags: readonly string[];
  readonly appendLimitBytes: number | null;
}

/**
 * Which messages go on their way, and with which flags. What stays behind is written down as debt with its reason: by
 * choice (`\Deleted`, a filter), or for good (larger than the destination takes).
 */
export function admit(
  work: MailboxWork,
  limits: DestinationLimits,
  rows: readonly MessageMetadata[],
): OutgoingMessage[] {
  const { policy } = work.run.options;
  const filter = new FlagFilter(limits.permanentFlags, policy);
  noteCandidates(work, rows);
  const admitted: OutgoingMessage[] = [];
  const leftBehind = new Map<string, UidSetBuilder>();
  const unkeepable = new Set<string>();
  for (const row of rows) {
    const isDeleted = row.flags.some((flag) => flag.toLowerCase() === '\\deleted');
    const choice = isDeleted && !policy.carryDeleted ? LEFT_AS_DELETED : leftOutBy(work.run.filter, row);
    if (choice !== null) leaveBehind(leftBehind, choice, row.uid);
    else if (limits.appendLimitBytes !== null && row.sizeBytes > limits.appendLimitBytes) {
      giveUp(work, row.uid, tooLarge(row.sizeBytes, limits.appendLimitBytes));
    } else {
      const { sent, refused } = filter.split(row.flags);
      for (const flag of refused) unkeepable.add(flag);
      admitted.push({ uid: row.uid, flags: sent, internalDate: row.internalDate, sizeBytes: row.sizeBytes });
    }
  }
  tellLeftBehind(work, leftBehind);
  tellUnkeepable(work, unkeepable);
  return admitted;
}

function leaveBehind(groups: Map<string, UidSetBuilder>, reason: string, uid: number): void {
  const group = groups.get(reason) ?? new UidSetBuilder();
  groups.set(reason, group);
  group.add(uid);
}

function tellLeftBehind(work: MailboxWork, groups: ReadonlyMap<string, UidSetBuilder>): void {
  for (const [choice, builder] of groups) {
    const uids = builder.build();
    owe(work, uids, 'choice', choice);
    // They come again where the work was taken up again after a failure.
    const untold = uids.subtract(work.leftOut);
    if (untold.isEmpty) continue;
    work.leftOut = work.leftOut.union(untold);
    const reason = choice === LEFT_AS_DELETED ? 'flagged \\Deleted' : choice;
    const told = { mailbox: work.display, messages: untold.size, uids: untold, reason };
    work.run.emit({ type: 'messages-skipped', ...told });
  }
}

function tooLarge(sizeBytes: number, limit: number): MailferryError {
  return new MailferryError({
    code: 'MESSAGE_TOO_LARGE',
    scope: 'message',
    retry: 'never',
    message: `the message has ${sizeBytes} octets, the destination takes at most ${limit} (APPENDLIMIT)`,
  });
}
