import { MailferryError } from '../../errors.js';
import { countedMessages } from '../../model/counted.js';
import { UidSet } from '../../model/uid-set.js';
import type { PairState } from '../../state/pair-state.js';
import type { RunContext } from '../run-context.js';

/** Tells of messages the destination had before us, as long as nobody has decided about them. */
export function tellForeign(run: RunContext, mailbox: string, messages: number): void {
  if (messages === 0 || (run.options.foreign ?? 'ask') !== 'ask') return;
  const them = messages === 1 ? 'it' : 'them';
  const error = new MailferryError({
    code: 'FOREIGN_MESSAGES',
    scope: 'mailbox',
    retry: 'never',
    message: `the destination has ${countedMessages(messages)}, there before the first backup, that the source does not have`,
    at: { account: run.options.b.account },
    hint: `--keep-extra leaves ${them} there for good, --remove-foreign removes ${them}`,
  });
  run.problem(error, mailbox);
}

/** Messages, by UIDs of side b, that a mailbox is known to have had before us, if a person decided that such go. */
export function foreignToRemove({ options }: RunContext, { foreign, map }: PairState): UidSet {
  const isDecided = options.policy.changesOfB === 'a-wins' && options.foreign === 'remove';
  return isDecided ? foreign.b.subtract(map.bUids()) : UidSet.empty;
}

/** What goes from side b together with its mailbox: what is ours there, and what a person decided about. */
export function goingWithMailbox(run: RunContext, pair: PairState): UidSet {
  return pair.map.bUids().union(foreignToRemove(run, pair));
}
