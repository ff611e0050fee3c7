import { isDeepStrictEqual } from 'node:util';
import type { WireName } from '../model/mailbox.js';
import { isOpenDebt } from './debt.js';
import type { JournalRecord } from './journal-line.js';
import type { Cursor, Side, StateRecord } from './record.js';
import { otherSide, turnedPolicy } from './turn.js';

/** What is known of a mailbox pair without reading its shard. A value: a change makes a new one. */
export interface PairSummary {
  /** Opaque; never made of a name. */
  readonly key: string;
  /** null while that side has no such mailbox. */
  readonly names: Readonly<Record<Side, WireName | null>>;
  /** The side whose name of it the other side is yet to follow: it could not be given that name. null: neither. */
  readonly nameFrom: Side | null;
  /** As last agreed on; null: never. */
  readonly subscribed: boolean | null;
  readonly cursors: Readonly<Record<Side, Cursor | null>>;
  /** Policy and filter the cursors were made under; '' before. Compared, never read. */
  readonly policy: string;
  readonly filter: string;
  /** Temporary debt: to be looked at even when nothing has changed. */
  readonly hasDebt: boolean;
  /** Messages refused for good, as of the cursors: to be told even when nothing has changed. */
  readonly skipped: number;
  /** Foreign messages nobody has decided about, as of the cursors. */
  readonly foreign: number;
  /** Ids of intents, suspect ones included, that have not ended. */
  readonly openIntents: readonly number[];
}

export function newPair(key: string): PairSummary {
  return {
    key,
    names: { a: null, b: null },
    nameFrom: null,
    subscribed: null,
    cursors: { a: null, b: null },
    policy: '',
    filter: '',
    hasDebt: false,
    skipped: 0,
    foreign: 0,
    openIntents: [],
  };
}

function withIntent(summary: PairSummary, id: number): PairSummary {
  const openIntents = [...new Set([...summary.openIntents, id])].sort((left, right) => left - right);
  return { ...summary, openIntents };
}

function withoutIntent(summary: PairSummary, id: number): PairSummary {
  return { ...summary, openIntents: summary.openIntents.filter((open) => open !== id) };
}

function withNames(
  summary: PairSummary,
  { a, b, subscribed, nameFrom = summary.nameFrom }: Extract<StateRecord, { readonly t: 'mailbox' }>,
): PairSummary {
  return { ...summary, names: { a, b }, nameFrom, subscribed };
}

type CursorRecord = Extract<StateRecord, { readonly t: 'cursor' }>;

/** All that a cursor record says. */
function cursorsOf(
  record: CursorRecord,
): Pick<PairSummary, 'cursors' | 'policy' | 'filter' | 'skipped' | 'foreign'> {
  const { a, b, policy, filter, skipped = 0, foreign = 0 } = record;
  return { cursors: { a, b }, policy, filter, skipped, foreign };
}

/** Whether the record says nothing that the summary does not say already: then it need not be recorded. */
export function isSameCursors(summary: PairSummary, record: CursorRecord): boolean {
  const { cursors, policy, filter, skipped, foreign } = summary;
  return isDeepStrictEqual({ cursors, policy, filter, skipped, foreign }, cursorsOf(record));
}

/** The summary after a record of this pair. Debt that was settled counts until a `debt-free` record says so. */
export function applyToSummary(summary: PairSummary, record: JournalRecord): PairSummary {
  switch (record.t) {
    case 'mailbox':
      return withNames(summary, record);
    case 'cursor':
      return { ...summary, ...cursorsOf(record) };
    case 'intent':
      return withIntent(summary, record.intent.id);
    case 'intent-end':
      return record.outcome === 'suspect' ? summary : withoutIntent(summary, record.id);
    case 'pairs':
      return record.intent === undefined ? summary : withoutIntent(summary, record.intent);
    case 'debt':
      return isOpenDebt(record.debt) ? { ...summary, hasDebt: true } : summary;
    case 'debt-free':
      return { ...summary, hasDebt: false };
    case 'unpair':
      return { ...summary, hasDebt: false, skipped: 0, foreign: 0, cursors: { a: null, b: null } };
    default:
      return summary;
  }
}

/** The same, looked at from the other side. */
export function summaryFromOtherSide(summary: PairSummary): PairSummary {
  const { names, nameFrom, cursors } = summary;
  return {
    ...summary,
    names: { a: names.b, b: names.a },
    nameFrom: nameFrom && otherSide(nameFrom),
    cursors: { a: cursors.b, b: cursors.a },
  };
}

/** What a state that is turned says of the pair. */
export function turnedSummary(summary: PairSummary): PairSummary {
  return { ...summaryFromOtherSide(summary), policy: turnedPolicy(summary.policy) };
}
