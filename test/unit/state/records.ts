import fc from 'fast-check';
import { UidMap } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import type { Anchor, Cursor, Debt, Intent, Side, StateRecord } from '../../../src/state/record.js';

const key = fc.constantFrom('m1', 'm2', 'm70');
const side = fc.constantFrom<Side>('a', 'b');
const uid = fc.integer({ min: 1, max: 25 });
const uids = fc.uniqueArray(uid, { maxLength: 6 }).map((list) => UidSet.from(list).toDeltas());
const flag = fc.constantFrom('\\Seen', '\\seen', 'Work', '__proto__');
const name = fc.option(fc.constantFrom('INBOX', 'Sent', '__proto__', 'Entw&APw-rfe'), { nil: null });
const flags = fc.array(fc.tuple(flag, uids), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));

const runs = fc.array(fc.tuple(uid, uid, fc.integer({ min: 1, max: 5 })), { maxLength: 4 }).map((list) => {
  const map = new UidMap();
  for (const run of list) {
    const free = UidSet.range(run[0], run[0] + run[2] - 1).subtract(map.aUids());
    map.addAll([...free.uids()].map((a) => [a, run[1] + a - run[0], 1] as const));
  }
  return map.toDeltas();
});

const cursor: fc.Arbitrary<Cursor | null> = fc.option(
  fc.record(
    {
      uidValidity: uid,
      uidNext: fc.option(uid, { nil: null }),
      highestModseq: fc.option(fc.constantFrom('1', '9223372036854775807'), { nil: null }),
      messages: uid,
      mailboxId: fc.constantFrom('F2212ea87-6097-4256-9d51-71338625'),
    },
    { requiredKeys: ['uidValidity', 'uidNext', 'highestModseq', 'messages'] },
  ),
  { nil: null },
);

function sides(value: fc.Arbitrary<number>): fc.Arbitrary<Record<Side, number>> {
  return fc.record({ a: value, b: value });
}

const anchor: fc.Arbitrary<Anchor> = fc.record({
  uids: sides(uid),
  dates: sides(fc.constantFrom(0, 760_682_930, -1)),
  sizes: sides(fc.constantFrom(0, 5_000_000_000)),
});

const intent: fc.Arbitrary<Intent> = fc.record(
  {
    id: fc.integer({ min: 1, max: 4 }),
    side,
    sourceUids: fc.array(uid, { minLength: 1, maxLength: 2 }),
    sourceUidValidity: uid,
    sizes: fc.array(uid, { maxLength: 2 }),
    digests: fc.option(fc.array(fc.constant('ab'), { maxLength: 2 }), { nil: null }),
    internalDates: fc.constant([' 7-Feb-1994 21:52:25 -0800']),
    flags,
    uidValidity: uid,
    uidNext: uid,
    writtenAtMs: uid,
    copied: fc.constant(true as const),
  },
  {
    requiredKeys: [
      'id',
      'side',
      'sourceUids',
      'sourceUidValidity',
      'sizes',
      'digests',
      'internalDates',
      'flags',
      'uidValidity',
      'uidNext',
      'writtenAtMs',
    ],
  },
);

const debt: fc.Arbitrary<Debt> = fc
  .record({
    side,
    uids,
    kind: fc.constantFrom('not-copied' as const, 'removal-held' as const, 'flags-refused' as const),
    class: fc.constantFrom('choice' as const, 'permanent' as const, 'temporary' as const),
    reason: fc.constantFrom('OVER_QUOTA', 'filter'),
    text: fc.constantFrom('too big\u0000', 'no'),
  })
  .map(({ text, ...rest }) => (text === 'no' ? rest : { ...rest, text }));

function is<T extends StateRecord['t']>(t: T): fc.Arbitrary<T> {
  return fc.constant(t);
}

/** Further messages of b, of those of a that the record pairs. */
const pairsWithAliases: fc.Arbitrary<StateRecord> = fc
  .record({ t: is('pairs'), key, runs, flags, more: fc.uniqueArray(uid, { maxLength: 3 }), unseen: side })
  .map(({ more, ...record }) => {
    const map = UidMap.fromDeltas(record.runs);
    const partners = [...map.aUids().uids()];
    const further = more.filter((bUid) => map.aOf(bUid) === 0).slice(0, partners.length);
    const aliases = UidMap.from(further.map((bUid, index) => [bUid, partners[index] ?? 1, 1] as const));
    return { ...record, aliases: aliases.toDeltas() };
  });

/** Any record of the pairs m1, m2 and m70 (the last is in another pack). */
export const anyRecord: fc.Arbitrary<StateRecord> = fc.oneof(
  fc.record(
    {
      t: is('mailbox'),
      key,
      a: name,
      b: name,
      subscribed: fc.constantFrom(true, false, null),
      nameFrom: fc.constantFrom('a', 'b', null),
    },
    { requiredKeys: ['t', 'key', 'a', 'b', 'subscribed'] },
  ),
  fc.record({ t: is('forget-mailbox'), key }),
  fc.record({
    t: is('cursor'),
    key,
    a: cursor,
    b: cursor,
    policy: fc.constantFrom('copy', ''),
    filter: flag,
  }),
  fc.record({
    t: is('cursor'),
    key,
    a: cursor,
    b: cursor,
    policy: flag,
    filter: flag,
    skipped: uid,
    foreign: uid,
  }),
  fc.record({ t: is('intent'), key, intent }),
  fc.record({
    t: is('intent-end'),
    key,
    id: fc.integer({ min: 1, max: 4 }),
    outcome: fc.constantFrom('done' as const, 'void' as const, 'suspect' as const),
  }),
  fc.record({ t: is('pairs'), key, runs, flags }),
  fc.record({ t: is('pairs'), key, runs, flags, intent: fc.integer({ min: 1, max: 4 }), weak: fc.boolean() }),
  fc.record({ t: is('pairs'), key, runs, flags, unseen: side }),
  pairsWithAliases,
  fc.record({ t: is('drop'), key, a: uids }),
  fc.record({ t: is('drop'), key, a: uids, aliases: uids }),
  fc.record({ t: is('base'), key, flag, add: uids, remove: uids }),
  fc.record({ t: is('debt'), key, debt }),
  fc.record({
    t: is('settled'),
    key,
    side,
    kind: fc.constantFrom('not-copied' as const, 'removal-held' as const),
    uids,
  }),
  fc.record({ t: is('foreign'), key, side, uids }),
  fc.record({ t: is('not-foreign'), key, side, uids }),
  fc.record({ t: is('anchors'), key, anchors: fc.array(anchor, { maxLength: 4 }) }),
  fc.record({ t: is('unseen'), key, side, a: uids }),
  fc.record({ t: is('unseen'), key, side, a: uids, flag }),
  fc.record({ t: is('seen'), key, side, a: uids }),
  fc.record({ t: is('kept'), key, side, uids }),
  fc.record({ t: is('unpair'), key }),
  fc.record({ t: is('facts'), side, facts: fc.constantFrom('x', null, { capabilities: ['IMAP4REV1'] }) }),
);

const start: StateRecord[] = ['m1', 'm2', 'm70'].map((one, index) => ({
  t: 'mailbox',
  key: one,
  a: `a${index}`,
  b: `b${index}`,
  subscribed: null,
}));

/** Leaves out what speaks of a pair that is not there at that point. */
export function sensible(records: readonly StateRecord[]): StateRecord[] {
  const known = new Set<string>();
  return records.filter((record) => {
    if (record.t === 'facts') return true;
    if (record.t === 'mailbox') known.add(record.key);
    const isKnown = known.has(record.key);
    if (record.t === 'forget-mailbox') known.delete(record.key);
    return isKnown;
  });
}

/** Sequences of records that make sense, starting with three mailbox pairs. */
export function anyRecords(maxLength: number): fc.Arbitrary<StateRecord[]> {
  return fc.array(anyRecord, { maxLength }).map((records) => sensible([...start, ...records]));
}
