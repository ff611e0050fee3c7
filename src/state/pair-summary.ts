import type { WireName } from '../model/mailbox.js';
import { isOpenDebt } from './debt.js';
import type { JournalRecord } from './journal-line.js';
import type { Cursor, Side } from './record.js';
import { turnedPolicy } from './turn.js';

/** What is known of a mailbox pair without reading its shard. A value: a change makes a new one. */
export interface PairSummary {
  /** Opaque; never made of a name. */
  readonly key: string;
  /** null while that side has no such mailbox. */
  readonly names: Readonly<Record<Side, WireName | null>>;
  /** As last agreed on; null: never. */
  readonly subscribed: boolean | null;
  readonly cursors: Readonly<Record<Side, Cursor | null>>;
  /** Policy and filter the cursors were made under; '' before. Compared, never read. */
  readonly policy: string;
  readonly filter: string;
  /** Temporary debt or removals held back: to be looked at even when nothing has changed. */
  readonly hasDebt: boolean;
  /** Messages refused for good, as of the cursors: to be told even when nothing has changed. */
  readonly skipped: number;
  /** Ids of intents, suspect ones included, that have not ended. */
  readonly openIntents: readonly number[];
}

export function newPair(key: string): PairSummary {
  return {
    key,
    names: { a: null, b: null },
    subscribed: null,
    cursors: { a: null, b: null },
    policy: '',
    filter: '',
    hasDebt: false,
    skipped: 0,
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

/** The summary after a record of this pair. Debt that was settled counts until a `debt-free` record says so. */
export function applyToSummary(summary: PairSummary, record: JournalRecord): PairSummary {
  switch (record.t) {
    case 'mailbox':
      return { ...summary, names: { a: record.a, b: record.b }, subscribed: record.subscribed };
    case 'cursor': {
      const { a, b, policy, filter, skipped = 0 } = record;
      return { ...summary, cursors: { a, b }, policy, filter, skipped };
    }
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
      return { ...summary, hasDebt: false, skipped: 0, cursors: { a: null, b: null } };
    default:
      return summary;
  }
}

export function turnedSummary(summary: PairSummary): PairSummary {
  return {
    ...summary,
    names: { a: summary.names.b, b: summary.names.a },
    cursors: { a: summary.cursors.b, b: summary.cursors.a },
    policy: turnedPolicy(summary.policy),
  };
}
