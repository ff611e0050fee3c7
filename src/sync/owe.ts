import type { MailferryError } from '../errors.js';
import { UidSet } from '../model/uid-set.js';
import type { DebtClass } from '../state/record.js';
import type { MailboxWork } from './run-context.js';

/** Reasons of debt by choice that are no error codes. */
export const LEFT_AS_DELETED = 'deleted';
export const ACCEPTED = 'accepted';

/** Writes down which messages of the source are not carried, and why. */
export function owe(
  work: MailboxWork,
  messages: UidSet,
  debtClass: DebtClass,
  reason: string,
  text?: string,
): void {
  const uids = messages.toDeltas();
  const why = { class: debtClass, reason, ...(text === undefined ? {} : { text }) };
  const debt = { side: 'a', uids, kind: 'not-copied', ...why } as const;
  work.run.options.state.record({ t: 'debt', key: work.pair.key, debt });
}

/** One message stays behind; the report names it with its reason. */
export function giveUp(work: MailboxWork, uid: number, error: MailferryError): void {
  work.refusedUids.add(uid);
  const debtClass = error.retry === 'never' ? 'permanent' : 'temporary';
  owe(work, UidSet.of(uid), debtClass, error.code, error.serverText);
  work.run.problem(error.located({ account: work.run.options.a.account, uid }), work.display);
}

/** Messages of the source that were not carried, of debts like this. */
export function owed({ pair }: Pick<MailboxWork, 'pair'>, isWanted: (debt: OwedMessages) => boolean): UidSet {
  const debts = pair.debt.filter((debt) => debt.side === 'a' && debt.kind === 'not-copied' && isWanted(debt));
  return debts.reduce((all, debt) => all.union(debt.uids), UidSet.empty);
}

export type OwedMessages = MailboxWork['pair']['debt'][number];
