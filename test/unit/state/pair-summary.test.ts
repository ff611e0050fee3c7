import { describe, expect, it } from 'vitest';
import { applyToSummary, isSameCursors, newPair, turnedSummary } from '../../../src/state/pair-summary.js';
import type { Cursor, StateRecord } from '../../../src/state/record.js';
import { MemoryFiles } from './memory-files.js';
import { openIn, stateFiles } from './open.js';

type CursorRecord = Extract<StateRecord, { readonly t: 'cursor' }>;

const cursor: Cursor = {
  uidValidity: 7,
  uidNext: 12,
  highestModseq: '9223372036854775807',
  messages: 5,
  mailboxId: 'F2212ea87-6097-4256-9d51-71338625',
};
const record: CursorRecord = {
  t: 'cursor',
  key: 'm1',
  a: cursor,
  b: null,
  policy: 'backup',
  filter: 'f',
  skipped: 3,
  foreign: 2,
};
const { mailboxId: _, ...unnamed } = cursor;
const { skipped: __, foreign: ___, ...plain } = record;
const summary = applyToSummary(newPair('m1'), record);

describe('cursors', () => {
  it('are the same when a record says nothing new', () => {
    expect(isSameCursors(summary, structuredClone(record))).toBe(true);
    const { mailboxId, messages, ...rest } = cursor;
    expect(isSameCursors(summary, { ...record, a: { mailboxId: mailboxId ?? '', messages, ...rest } })).toBe(
      true,
    );
    expect(isSameCursors(applyToSummary(summary, plain), { ...plain, skipped: 0, foreign: 0 })).toBe(true);
    expect(isSameCursors(newPair('m1'), { ...plain, a: null, policy: '', filter: '' })).toBe(true);
  });

  const others: readonly (readonly [string, CursorRecord])[] = [
    ['an unknown side a', { ...record, a: null }],
    ['a known side b', { ...record, b: cursor }],
    ['another UIDVALIDITY', { ...record, a: { ...cursor, uidValidity: 8 } }],
    ['an unknown UIDNEXT', { ...record, a: { ...cursor, uidNext: null } }],
    [
      'another mod-sequence beyond 53 bits',
      { ...record, a: { ...cursor, highestModseq: '9223372036854775806' } },
    ],
    ['another number of messages', { ...record, a: { ...cursor, messages: 6 } }],
    ['another mailbox id', { ...record, a: { ...cursor, mailboxId: 'F3' } }],
    ['no mailbox id', { ...record, a: unnamed }],
    ['another policy', { ...record, policy: 'copy' }],
    ['another filter', { ...record, filter: '' }],
    ['more skipped messages', { ...record, skipped: 4 }],
    ['more foreign messages', { ...record, foreign: 3 }],
    ['no number of skipped or foreign messages', plain],
  ];

  it.each(others)('are not the same with %s', (_name, other) => {
    expect(isSameCursors(summary, other)).toBe(false);
  });

  it('bring the number of undecided foreign messages, which is none without them', () => {
    expect(newPair('m1').foreign).toBe(0);
    expect(summary.foreign).toBe(2);
    expect(turnedSummary(summary).foreign).toBe(2);
    expect(applyToSummary(summary, plain).foreign).toBe(0);
    expect(applyToSummary(summary, { t: 'unpair', key: 'm1' }).foreign).toBe(0);
  });

  it('are kept in the index with mailbox ids, and without what says nothing', async () => {
    const files = new MemoryFiles();
    const state = await openIn(files);
    state.createPair('INBOX', 'INBOX');
    state.createPair('Sent', 'Sent');
    state.record(record);
    state.record({ ...plain, key: 'm2', a: unnamed });
    await state.fold();
    await state.close();
    const index = stateFiles(files).get('index.json')?.toString() ?? '';
    expect([index.split('"foreign"').length, index.split('"mailboxId"').length]).toEqual([2, 2]);
    const again = await openIn(files);
    const [first, second] = [...again.pairs()];
    expect(first && isSameCursors(first, record)).toBe(true);
    expect(second && isSameCursors(second, { ...plain, a: unnamed })).toBe(true);
    await again.close();
  });
});

describe('the side whose name is to be followed', () => {
  const names = { t: 'mailbox', key: 'm1', a: 'New', b: 'Old', subscribed: null } as const;
  const owing = applyToSummary(newPair('m1'), { ...names, nameFrom: 'a' });

  it('stays what it was where a record does not speak of it', () => {
    expect(applyToSummary(owing, { ...names, subscribed: true }).nameFrom).toBe('a');
    expect(applyToSummary(owing, { ...names, nameFrom: null }).nameFrom).toBeNull();
  });

  it('is the other one from the other side', () => {
    expect(turnedSummary(owing)).toMatchObject({ names: { a: 'Old', b: 'New' }, nameFrom: 'b' });
  });
});
