import { describe, expect, test } from 'vitest';
import type { ListedMailbox } from '../../../../src/model/mailbox.js';
import type { Cursor } from '../../../../src/state/record.js';
import { identify, type KnownMailbox } from '../../../../src/sync/tree/identify.js';

interface Facts {
  readonly uidValidity?: number;
  readonly uidNext?: number;
  readonly messages?: number;
  readonly id?: string;
}

function listed(name: string, facts: Facts = {}, attributes: readonly string[] = []): ListedMailbox {
  const { uidValidity = 1, uidNext = 10, messages = 5, id } = facts;
  const status = { messages, uidNext, uidValidity, highestModseq: null, mailboxId: id ?? null };
  const rest = { delimiter: '/', specialUse: null, subscribed: false };
  return { name, attributes, status: attributes.includes('\\noselect') ? null : status, ...rest };
}

function cursor({ uidValidity = 1, uidNext = 10, messages = 5, id }: Facts = {}): Cursor {
  const rest = id === undefined ? {} : { mailboxId: id };
  return { uidValidity, uidNext, messages, highestModseq: null, ...rest };
}

function known(key: string, name: string, facts: Facts = {}): KnownMailbox {
  return { key, name, cursor: cursor(facts) };
}

/** `key: kind name`, and the strangers. */
function found(pairs: readonly KnownMailbox[], mailboxes: readonly ListedMailbox[], more = {}): string[] {
  const result = identify({ known: pairs, mailboxes, ...more });
  const lines = [...result.pairs].map(([key, where]) => {
    const names = where.kind === 'gone' ? [] : where.kind === 'maybe' ? where.names : [where.name];
    return `${key}: ${[where.kind, ...names].join(' ')}`;
  });
  return [...lines, ...result.strangers.map(({ name }) => `stranger ${name}`)];
}

interface Case {
  readonly what: string;
  readonly known: readonly KnownMailbox[];
  readonly listed: readonly ListedMailbox[];
  readonly found: readonly string[];
}

const many = Array.from({ length: 30 }, (_, at) => at + 4);

const CASES: readonly Case[] = [
  {
    what: 'a mailbox with its name and UIDVALIDITY is itself, whatever else looks like it',
    known: [known('m1', 'X', { uidValidity: 1 })],
    listed: [listed('X', { uidValidity: 1, uidNext: 3 }), listed('Y', { uidValidity: 1 })],
    found: ['m1: same X', 'stranger Y'],
  },
  {
    what: 'one that was never opened is what has its name',
    known: [{ key: 'm1', name: 'X', cursor: null }],
    listed: [listed('X', { uidValidity: 7 })],
    found: ['m1: same X'],
  },
  {
    what: 'one that was never opened is not looked for elsewhere',
    known: [{ key: 'm1', name: 'X', cursor: null }],
    listed: [listed('Y')],
    found: ['m1: gone', 'stranger Y'],
  },
  {
    what: 'a new name with the same UIDVALIDITY may be a rename',
    known: [known('m1', 'X')],
    listed: [listed('Y')],
    found: ['m1: maybe Y'],
  },
  {
    what: 'a UIDNEXT below the known one is another mailbox',
    known: [known('m1', 'X', { uidNext: 11 })],
    listed: [listed('Y', { uidNext: 10 })],
    found: ['m1: gone', 'stranger Y'],
  },
  {
    what: 'the MAILBOXID proves a rename, with any UIDVALIDITY',
    known: [known('m1', 'X', { id: 'F1' })],
    listed: [listed('Y', { id: 'F1', uidValidity: 9, uidNext: 2 })],
    found: ['m1: renamed Y'],
  },
  {
    what: 'another MAILBOXID disproves it',
    known: [known('m1', 'X', { id: 'F1' })],
    listed: [listed('Y', { id: 'F2' })],
    found: ['m1: gone', 'stranger Y'],
  },
  {
    what: 'a swap is seen by UIDVALIDITY',
    known: [known('m1', 'X', { uidValidity: 1 }), known('m2', 'Y', { uidValidity: 2 })],
    listed: [listed('X', { uidValidity: 2 }), listed('Y', { uidValidity: 1 })],
    found: ['m1: maybe Y', 'm2: maybe X'],
  },
  {
    what: 'a swap is seen by MAILBOXID even with one UIDVALIDITY for all',
    known: [known('m1', 'X', { id: 'F1' }), known('m2', 'Y', { id: 'F2' })],
    listed: [listed('X', { id: 'F2' }), listed('Y', { id: 'F1' })],
    found: ['m1: renamed Y', 'm2: renamed X'],
  },
  {
    what: 'a new MAILBOXID under an old name means nothing while the old one is nowhere',
    known: [known('m1', 'X', { id: 'F1' })],
    listed: [listed('X', { id: 'F2' })],
    found: ['m1: same X'],
  },
  {
    what: 'renamed away and made anew under the old name',
    known: [known('m1', 'X', { uidValidity: 1 })],
    listed: [listed('X', { uidValidity: 2 }), listed('Y', { uidValidity: 1 })],
    found: ['m1: maybe Y', 'stranger X'],
  },
  {
    what: 'deleted and made anew under the old name',
    known: [known('m1', 'X', { uidValidity: 1 })],
    listed: [listed('X', { uidValidity: 2 }), listed('Y', { uidValidity: 3 })],
    found: ['m1: replaced X', 'stranger Y'],
  },
  {
    what: 'a new UIDVALIDITY under the same name and MAILBOXID',
    known: [known('m1', 'X', { uidValidity: 1, id: 'F1' })],
    listed: [listed('X', { uidValidity: 2, id: 'F1' })],
    found: ['m1: replaced X'],
  },
  {
    what: 'deleted, and another renamed to its name',
    known: [known('m1', 'X', { uidValidity: 1 }), known('m2', 'Y', { uidValidity: 2 })],
    listed: [listed('X', { uidValidity: 2 })],
    found: ['m1: gone', 'm2: maybe X'],
  },
  {
    what: 'twins with equal UIDVALIDITY and UIDNEXT are told apart by their messages alone',
    known: [known('m1', 'X'), known('m2', 'Y')],
    listed: [listed('P'), listed('Q')],
    found: ['m1: maybe P Q', 'm2: maybe P Q'],
  },
  {
    what: 'two candidates for one pair',
    known: [known('m1', 'X', { uidNext: 4 })],
    listed: [listed('P', { uidNext: 5 }), listed('Q', { uidNext: 6 })],
    found: ['m1: maybe P Q'],
  },
  {
    what: 'of many with one UIDVALIDITY only those come into question that are as they were left',
    known: [known('m1', 'X', { uidNext: 4, messages: 3 }), known('m2', 'Y', { uidNext: 5, messages: 3 })],
    listed: many.map((at) => listed(`S${at}`, { uidNext: at, messages: 3 })),
    found: ['m1: maybe S4', 'm2: maybe S5', ...many.filter((at) => at > 5).map((at) => `stranger S${at}`)],
  },
  {
    what: 'many that are all as it was left',
    known: [known('m1', 'X', { uidNext: 4 })],
    listed: many.map((at) => listed(`S${at}`, { uidNext: 4 })),
    found: ['m1: gone', ...many.map((at) => `stranger S${at}`)],
  },
  {
    what: 'one MAILBOXID for two mailboxes says nothing',
    known: [known('m1', 'X', { id: 'F1' })],
    listed: [listed('P', { id: 'F1' }), listed('Q', { id: 'F1' })],
    found: ['m1: gone', 'stranger P', 'stranger Q'],
  },
  {
    what: 'INBOX is INBOX in any case, and with any UIDVALIDITY',
    known: [known('m1', 'inbox', { uidValidity: 1 })],
    listed: [listed('INBOX', { uidValidity: 2 }), listed('Old', { uidValidity: 1 })],
    found: ['m1: replaced INBOX', 'stranger Old'],
  },
  {
    what: 'INBOX that is itself',
    known: [known('m1', 'INBOX', { id: 'F1' })],
    listed: [listed('INBOX', { id: 'F2' }), listed('Old', { id: 'F1' })],
    found: ['m1: same INBOX', 'stranger Old'],
  },
  {
    what: 'nothing becomes INBOX',
    known: [known('m1', 'X', { id: 'F1' })],
    listed: [listed('INBOX', { id: 'F1' })],
    found: ['m1: gone', 'stranger INBOX'],
  },
  {
    what: 'what cannot be selected is no mailbox',
    known: [known('m1', 'X')],
    listed: [listed('X', {}, ['\\noselect']), listed('X/Y', { uidValidity: 4 })],
    found: ['m1: gone', 'stranger X/Y'],
  },
  {
    what: 'two pairs with one name, as a run leaves them that ends in the middle of a swap',
    known: [known('m1', 'X', { uidValidity: 1 }), known('m2', 'X', { uidValidity: 2 })],
    listed: [listed('X', { uidValidity: 1 }), listed('Y', { uidValidity: 2 })],
    found: ['m1: same X', 'm2: maybe Y'],
  },
  {
    what: 'two pairs with one name and one mailbox: only one has it',
    known: [known('m1', 'X', { uidValidity: 2 }), known('m2', 'X', { uidValidity: 1 })],
    listed: [listed('X', { uidValidity: 1 })],
    found: ['m1: gone', 'm2: same X'],
  },
];

describe('identify', () => {
  test.each(CASES)('$what', (one) => {
    expect(found(one.known, one.listed)).toEqual(one.found);
  });

  test('what was put to the test and held is renamed, what did not hold is gone', () => {
    const pairs = [known('m1', 'X', { uidValidity: 1 }), known('m2', 'Y', { uidValidity: 2 })];
    const mailboxes = [listed('P', { uidValidity: 1 }), listed('Q', { uidValidity: 2 })];
    expect(found(pairs, mailboxes, { proven: new Map([['m1', 'P']]) })).toEqual([
      'm1: renamed P',
      'm2: gone',
      'stranger Q',
    ]);
  });

  test('a mailbox under the name of a pair is its own again when no other was proven to have become it', () => {
    const pairs = [known('m1', 'X', { uidValidity: 1 }), known('m2', 'Y', { uidValidity: 2 })];
    const mailboxes = [listed('X', { uidValidity: 2 })];
    expect(found(pairs, mailboxes, { proven: new Map() })).toEqual(['m1: replaced X', 'm2: gone']);
  });

  test('a name we gave ourselves needs the UIDVALIDITY alone, or as many messages', () => {
    const pairs = [known('m1', 'X', { uidValidity: 1 }), known('m2', 'Y', { uidValidity: 9 })];
    const ourNames = new Map([['m1', 'mailferry-m1']]);
    const whereIs = (facts: Facts) => found(pairs, [listed('mailferry-m1', facts)], { ourNames })[0];
    expect(whereIs({ uidValidity: 1, messages: 8 })).toBe('m1: renamed mailferry-m1');
    expect(whereIs({ uidValidity: 5, messages: 5, uidNext: 6 })).toBe('m1: renamed mailferry-m1');
    expect(whereIs({ uidValidity: 5, messages: 8 })).toBe('m1: gone');
  });
});
