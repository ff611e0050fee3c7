import { FlagTable } from '../model/flags.js';
import { UidMap } from '../model/uid-map.js';
import { UidSet } from '../model/uid-set.js';
import { checkedAnchors } from './anchor.js';
import { debtFromRecord, owe, settle } from './debt.js';
import type { JournalRecord } from './journal-line.js';
import { emptyShard, type Shard } from './shard.js';
import { noteWritten } from './written-flags.js';

type OfType<T extends JournalRecord['t']> = Extract<JournalRecord, { readonly t: T }>;

/** The records that change what is remembered of messages. */
export type ShardRecord = OfType<
  | 'intent'
  | 'intent-end'
  | 'pairs'
  | 'drop'
  | 'base'
  | 'debt'
  | 'settled'
  | 'foreign'
  | 'not-foreign'
  | 'anchors'
  | 'unseen'
  | 'seen'
  | 'kept'
  | 'unpair'
>;

function addPairs(shard: Shard, record: OfType<'pairs'>): void {
  const added = UidMap.fromDeltas(record.runs);
  const aliases = UidMap.fromDeltas(record.aliases ?? []);
  const flags = FlagTable.fromDeltas(record.flags);
  const aUids = added.aUids();
  shard.map.removeA(aUids);
  shard.map.addAll(added.runs());
  shard.aliases.removeA(added.bUids().union(aliases.aUids()));
  shard.aliases.addAll(aliases.runs());
  shard.base.forget(aUids);
  for (const name of flags.names()) shard.base.add(name, flags.uidsOf(name).intersect(aUids));
  shard.weak = record.weak ? shard.weak.union(aUids) : shard.weak.subtract(aUids);
  const { unseen: side, intent } = record;
  const concerned = aUids.union(aliases.bUids());
  for (const written of [shard.written.a, shard.written.b]) written.forget(concerned);
  if (side) shard.unseen[side] = shard.unseen[side].union(concerned);
  if (intent !== undefined) shard.intents.delete(intent);
}

function dropPairs(shard: Shard, record: OfType<'drop'>): void {
  const aUids = UidSet.fromDeltas(record.a);
  const aliases = UidSet.fromDeltas(record.aliases ?? []);
  shard.map.removeA(aUids);
  shard.aliases.removeA(shard.aliases.toA(aUids).union(aliases));
  shard.base.forget(aUids);
  shard.weak = shard.weak.subtract(aUids);
  shard.anchors = shard.anchors.filter(({ uids }) => !aUids.has(uids.a));
  shard.unseen = { a: shard.unseen.a.subtract(aUids), b: shard.unseen.b.subtract(aUids) };
  for (const written of [shard.written.a, shard.written.b]) written.forget(aUids);
}

function changeForeign({ foreign, kept }: Shard, { t, side, uids }: OfType<'foreign' | 'not-foreign'>): void {
  const concerned = UidSet.fromDeltas(uids);
  if (t === 'foreign') foreign[side] = foreign[side].union(concerned);
  else {
    foreign[side] = foreign[side].subtract(concerned);
    kept[side] = kept[side].subtract(concerned);
  }
}

function addUnseen({ unseen, written }: Shard, { side, a, flag }: OfType<'unseen'>): void {
  const aUids = UidSet.fromDeltas(a);
  noteWritten(written[side], unseen[side], aUids, flag);
  unseen[side] = unseen[side].union(aUids);
}

function forgetUnseen({ unseen, written }: Shard, { side, a }: OfType<'seen'>): void {
  const aUids = UidSet.fromDeltas(a);
  unseen[side] = unseen[side].subtract(aUids);
  written[side].forget(aUids);
}

function changeBase(shard: Shard, record: OfType<'base'>): void {
  const added = UidSet.fromDeltas(record.add);
  const removed = UidSet.fromDeltas(record.remove);
  shard.base.add(record.flag, added);
  shard.base.remove(record.flag, removed);
}

function endIntent(shard: Shard, { id, outcome }: OfType<'intent-end'>): void {
  const intent = shard.intents.get(id);
  if (outcome !== 'suspect') shard.intents.delete(id);
  else if (intent) shard.intents.set(id, { ...intent, state: 'suspect' });
}

function unpair(shard: Shard): void {
  Object.assign(shard, { ...emptyShard(), intents: shard.intents });
}

/**
 * The one place where records become state, live and in replay. What a record sets does not depend on what was
 * there before, so that replaying any part again and then the rest leads to the same state. Throws a RangeError,
 * with nothing changed, when the lists of the record are none.
 */
export function applyToShard(shard: Shard, record: ShardRecord): void {
  switch (record.t) {
    case 'intent':
      shard.intents.set(record.intent.id, { ...record.intent, state: 'open' });
      return;
    case 'intent-end':
      endIntent(shard, record);
      return;
    case 'pairs':
      addPairs(shard, record);
      return;
    case 'drop':
      dropPairs(shard, record);
      return;
    case 'base':
      changeBase(shard, record);
      return;
    case 'debt':
      shard.debt = owe(shard.debt, debtFromRecord(record.debt));
      return;
    case 'settled':
      shard.debt = settle(shard.debt, record.side, record.kind, UidSet.fromDeltas(record.uids));
      return;
    case 'foreign':
    case 'not-foreign':
      changeForeign(shard, record);
      return;
    case 'kept':
      shard.kept[record.side] = shard.kept[record.side].union(UidSet.fromDeltas(record.uids));
      return;
    case 'anchors':
      shard.anchors = checkedAnchors(record.anchors);
      return;
    case 'unseen':
      addUnseen(shard, record);
      return;
    case 'seen':
      forgetUnseen(shard, record);
      return;
    case 'unpair':
      unpair(shard);
  }
}
