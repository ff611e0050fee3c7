import { UidSet } from '../model/uid-set.js';
import { turnedAnchor } from './anchor.js';
import type { PairState } from './pair-state.js';
import type { StateRecord } from './record.js';
import { otherSide } from './turn.js';
import { recordDropTurned, recordPairsTurned } from './turned-pairs.js';
import { partnersOf, withAllTheirPartners } from './turned-partners.js';

type OfType<T extends StateRecord['t']> = Extract<StateRecord, { readonly t: T }>;

type OfMessages = OfType<'pairs' | 'drop' | 'base' | 'unseen' | 'seen'>;

/**
 * Hands to `put`, one after the other, the records that say from this side what `record` says from the other one.
 * `loaded` gives the pair as it is seen from this side. Throws a RangeError, with nothing put, for malformed lists.
 */
export function recordTurned(
  record: StateRecord,
  loaded: (key: string) => PairState,
  put: (record: StateRecord) => void,
): void {
  switch (record.t) {
    case 'pairs':
      recordPairsTurned(record, loaded(record.key), put);
      break;
    case 'drop':
      recordDropTurned(record, loaded(record.key), put);
      break;
    case 'base':
      recordBase(record, loaded(record.key), put);
      break;
    case 'unseen':
    case 'seen':
      recordSeen(record, loaded(record.key), put);
      break;
    default:
      put(turnedRecord(record));
  }
}

/** A record that says nothing of the partners of messages. */
function turnedRecord(record: Exclude<StateRecord, OfMessages>): StateRecord {
  switch (record.t) {
    case 'mailbox':
      return turnedNames(record);
    case 'cursor':
      return { ...record, a: record.b, b: record.a };
    case 'intent':
      return { ...record, intent: { ...record.intent, side: otherSide(record.intent.side) } };
    case 'debt':
      return { ...record, debt: { ...record.debt, side: otherSide(record.debt.side) } };
    case 'anchors':
      return { ...record, anchors: record.anchors.map(turnedAnchor) };
    case 'settled':
    case 'foreign':
    case 'not-foreign':
    case 'kept':
    case 'facts':
      return { ...record, side: otherSide(record.side) };
    case 'intent-end':
    case 'forget-mailbox':
    case 'unpair':
      return record;
  }
}

function turnedNames(record: OfType<'mailbox'>): StateRecord {
  const { a, b, nameFrom } = record;
  return { ...record, a: b, b: a, ...(nameFrom ? { nameFrom: otherSide(nameFrom) } : {}) };
}

/** A flag that not all partners of a message have is not agreed on. */
function recordBase(record: OfType<'base'>, pair: PairState, put: (record: StateRecord) => void): void {
  const having = UidSet.fromDeltas(record.add);
  const lacking = UidSet.fromDeltas(record.remove);
  const add = withAllTheirPartners(pair, partnersOf(pair, having), having);
  const remove = partnersOf(pair, lacking);
  if (add.isEmpty && remove.isEmpty) return;
  put({ ...record, add: add.toDeltas(), remove: remove.toDeltas() });
}

/**
 * Where messages have several partners, what is unseen too long costs a look, what is seen too early costs a flag: what
 * was written on the side of b concerns all partners there, and is seen when all of them were.
 */
function recordSeen(
  { a, ...record }: OfType<'unseen' | 'seen'>,
  pair: PairState,
  put: (record: StateRecord) => void,
): void {
  const { t, side } = record;
  const bUids = UidSet.fromDeltas(a);
  const partners = partnersOf(pair, bUids);
  const all = side === 'a' ? partners.union(pair.map.toA(bUids)) : partners;
  const concerned = t === 'seen' && side === 'a' ? withAllTheirPartners(pair, all, bUids) : all;
  if (!concerned.isEmpty) put({ ...record, side: otherSide(side), a: concerned.toDeltas() });
}
