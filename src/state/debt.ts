import { UidSet } from '../model/uid-set.js';
import type { Debt, DebtClass, DebtKind, Side } from './record.js';

/** A {@link Debt} in memory. */
export interface PairDebt {
  readonly side: Side;
  readonly uids: UidSet;
  readonly kind: DebtKind;
  readonly class: DebtClass;
  readonly reason: string;
  readonly text?: string;
}

export function debtFromRecord(debt: Debt): PairDebt {
  return { ...debt, uids: UidSet.fromDeltas(debt.uids) };
}

export function debtToRecord(debt: PairDebt): Debt {
  return { ...debt, uids: debt.uids.toDeltas() };
}

export function settle(debts: readonly PairDebt[], side: Side, kind: DebtKind, uids: UidSet): PairDebt[] {
  const left = debts.map((debt) => {
    const concerned = debt.side === side && debt.kind === kind;
    return concerned ? { ...debt, uids: debt.uids.subtract(uids) } : debt;
  });
  return left.filter((debt) => !debt.uids.isEmpty);
}

function isAlike(one: PairDebt, other: PairDebt): boolean {
  return (
    one.side === other.side &&
    one.kind === other.kind &&
    one.class === other.class &&
    one.reason === other.reason &&
    one.text === other.text
  );
}

/**
 * A message owes a thing once: what was owed before of this kind for these UIDs is replaced. Flags are refused one by
 * one, and each has a debt of its own.
 */
export function owe(debts: readonly PairDebt[], added: PairDebt): PairDebt[] {
  const isOwn = ({ kind, reason }: PairDebt): boolean => kind === 'flags-refused' && reason !== added.reason;
  const replaced = debts.filter((debt) => !isOwn(debt));
  const kept = debts.filter(isOwn);
  const others = [...kept, ...settle(replaced, added.side, added.kind, added.uids)];
  if (added.uids.isEmpty) return others;
  const alike = others.find((debt) => isAlike(debt, added));
  if (!alike) return [...others, added];
  return others.map((debt) => (debt === alike ? { ...debt, uids: debt.uids.union(added.uids) } : debt));
}

/**
 * Whether a run has to look at a mailbox for it even when nothing has changed. What was decided, or refused for
 * good, waits until somebody decides otherwise, removals too.
 */
export function isOpenDebt(debt: { readonly class: DebtClass }): boolean {
  return debt.class === 'temporary';
}
