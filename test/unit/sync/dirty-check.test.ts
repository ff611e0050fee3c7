import { describe, expect, it } from 'vitest';
import type { ListedMailbox, MailboxStatus } from '../../../src/model/mailbox.js';
import type { PairSummary } from '../../../src/state/pair-summary.js';
import { type DirtyQuestion, isDirty } from '../../../src/sync/dirty-check.js';
import { wentBack } from '../../../src/sync/survey.js';

const STATUS: MailboxStatus = {
  messages: 3,
  uidNext: 10,
  uidValidity: 7,
  highestModseq: 50n,
  mailboxId: null,
};
const CURSOR = { messages: 3, uidNext: 10, uidValidity: 7, highestModseq: '50' };

function listed(status: Partial<MailboxStatus> | null): ListedMailbox {
  const told = status && { ...STATUS, ...status };
  return { name: 'A', delimiter: '/', attributes: [], specialUse: null, subscribed: false, status: told };
}

/** Of a pair where nothing is left to do. */
const KNOWN = {
  key: 'k',
  names: { a: 'A', b: 'A' },
  subscribed: false,
  cursors: { a: CURSOR, b: CURSOR },
  policy: 'p',
  filter: '',
  hasDebt: false,
  openIntents: [],
} as unknown as PairSummary;

const CLEAN: DirtyQuestion = {
  known: KNOWN,
  source: listed({}),
  destination: listed({}),
  policy: 'p',
  filter: '',
  looksAtB: false,
};

describe('a mailbox whose destination matters', () => {
  it.each([
    ['more messages', { messages: 9, uidNext: 99, highestModseq: 99n }],
    ['fewer messages', { messages: 0, highestModseq: 99n }],
    ['other flags', { highestModseq: 99n }],
    ['no mod-sequences', { highestModseq: null }],
  ])('is opened when the destination has %s', (_what, status) => {
    expect(isDirty({ ...CLEAN, looksAtB: true, destination: listed(status) })).toBe(true);
  });

  it('is left alone when both sides are as they were', () => {
    expect(isDirty({ ...CLEAN, looksAtB: true })).toBe(false);
  });
});

describe('a mailbox', () => {
  it.each<[string, Partial<DirtyQuestion>]>([
    ['nothing', {}],
    [
      'more messages at the destination',
      { destination: listed({ messages: 9, uidNext: 99, highestModseq: 99n }) },
    ],
    ['fewer messages at the destination', { destination: listed({ messages: 0, highestModseq: 99n }) }],
    ['a destination without mod-sequences', { destination: listed({ highestModseq: null }) }],
  ])('is left alone after %s', (_what, change) => {
    expect(isDirty({ ...CLEAN, ...change })).toBe(false);
  });

  it.each<[string, Partial<DirtyQuestion>]>([
    ['no state', { known: undefined }],
    ['no cursor of the source', { known: { ...KNOWN, cursors: { a: null, b: CURSOR } } }],
    ['no cursor of the destination', { known: { ...KNOWN, cursors: { a: CURSOR, b: null } } }],
    ['debt', { known: { ...KNOWN, hasDebt: true } }],
    ['an open intent', { known: { ...KNOWN, openIntents: [1] } }],
    ['another policy', { policy: 'q' }],
    ['another filter', { filter: 'f' }],
    ['no status of the source', { source: listed(null) }],
    ['no destination', { destination: undefined }],
    ['no status of the destination', { destination: listed(null) }],
    ['another UIDVALIDITY at the source', { source: listed({ uidValidity: 8 }) }],
    ['another UIDVALIDITY at the destination', { destination: listed({ uidValidity: 8 }) }],
    ['another UIDNEXT', { source: listed({ uidNext: 11 }) }],
    ['no UIDNEXT', { source: listed({ uidNext: null }) }],
    ['another mod-sequence', { source: listed({ highestModseq: 51n }) }],
    ['a lower mod-sequence', { source: listed({ highestModseq: 49n }) }],
    ['no mod-sequences', { source: listed({ highestModseq: null }) }],
    ['another number of messages', { source: listed({ messages: 2 }) }],
    ['a lower UIDNEXT at the destination', { destination: listed({ uidNext: 9 }) }],
    ['a lower mod-sequence at the destination', { destination: listed({ highestModseq: 49n }) }],
  ])('is opened because of %s', (_what, change) => {
    expect(isDirty({ ...CLEAN, ...change })).toBe(true);
  });

  it('without mod-sequences on both occasions is opened each time', () => {
    const known = { ...KNOWN, cursors: { a: { ...CURSOR, highestModseq: null }, b: CURSOR } };
    expect(isDirty({ ...CLEAN, known, source: listed({ highestModseq: null }) })).toBe(true);
  });
});

describe('wentBack', () => {
  it.each<[string, Partial<MailboxStatus>, boolean]>([
    ['nothing', {}, false],
    ['more of both', { uidNext: 11, highestModseq: 51n }, false],
    ['a lower UIDNEXT', { uidNext: 9 }, true],
    ['a lower mod-sequence', { highestModseq: 49n }, true],
    ['no UIDNEXT', { uidNext: null, highestModseq: 50n }, false],
    ['neither', { uidNext: null, highestModseq: null }, false],
    ['a lower UIDNEXT alone', { uidNext: 9, highestModseq: null }, true],
  ])('after %s', (_what, change, expected) => {
    expect(wentBack(CURSOR, { ...STATUS, ...change })).toBe(expected);
  });

  it('compares mod-sequences beyond 2^53 exactly', () => {
    const cursor = { ...CURSOR, highestModseq: '9223372036854775807' };
    expect(wentBack(cursor, { ...STATUS, highestModseq: 9223372036854775806n })).toBe(true);
    expect(wentBack(cursor, { ...STATUS, highestModseq: 9223372036854775807n })).toBe(false);
    expect(wentBack({ ...CURSOR, uidNext: null, highestModseq: null }, STATUS)).toBe(false);
  });
});
