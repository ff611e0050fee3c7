import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedMailbox } from '../../../src/model/mailbox.js';
import { mapMailboxes } from '../../../src/sync/mailbox-map.js';
import type { NameStyle } from '../../../src/sync/name-style.js';

function box(name: string, delimiter: string | null, attributes: string[] = []): ListedMailbox {
  return { name, delimiter, attributes, specialUse: null, subscribed: false, status: null };
}

function style(prefix: string, delimiter: string | null): NameStyle {
  return { namespace: { prefix, delimiter }, delimiter };
}

const STYLES = [style('', '/'), style('', '.'), style('INBOX.', '.'), style('', null), style('Mail/', '/')];
const anyStyle = fc.constantFrom(...STYLES);
const level = fc.constantFrom(
  'a',
  'b',
  'a.b',
  'a/b',
  'a_b',
  'b_2',
  'INBOX',
  'inbox',
  'Inbox',
  '&AOk-',
  'x y',
);

/** Names of one account as its server would list them, INBOX among them. */
const source = anyStyle.chain((from) => {
  const name = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => {
    const { namespace, delimiter } = from;
    const clean = levels.map((text) => (delimiter === null ? text : text.replaceAll(delimiter, '')));
    const whole = namespace.prefix + (delimiter === null ? clean.join('') : clean.join(delimiter));
    return /^inbox$/i.test(whole) ? 'INBOX' : whole;
  });
  return fc.uniqueArray(name, { maxLength: 10 }).map((names) => ({
    from,
    boxes: [...new Set(['INBOX', ...names])].map((each) => box(each, from.delimiter)),
  }));
});

/** INBOX knows no case, so two spellings of it are one mailbox. */
function identity(name: string): string {
  return /^inbox$/i.test(name) ? 'INBOX' : name;
}

function names(
  boxes: readonly ListedMailbox[],
  from: NameStyle,
  to: NameStyle,
  known: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  return new Map(
    mapMailboxes(boxes, from, to, known).map((mapped) => [mapped.source.name, mapped.destination]),
  );
}

describe('mapMailboxes', () => {
  it('gives every mailbox a name of its own, and INBOX to INBOX', () => {
    fc.assert(
      fc.property(source, anyStyle, ({ from, boxes }, to) => {
        const given = names(boxes, from, to);
        expect([...given.keys()].sort()).toEqual(boxes.map(({ name }) => name).sort());
        expect(new Set([...given.values()].map(identity)).size).toBe(boxes.length);
        expect(given.get('INBOX')).toBe('INBOX');
      }),
      { numRuns: 500 },
    );
  });

  it('says the same whatever the order of the list', () => {
    fc.assert(
      fc.property(source, anyStyle, ({ from, boxes }, to) => {
        expect(names([...boxes].reverse(), from, to)).toEqual(names(boxes, from, to));
      }),
    );
  });

  it('keeps the names of earlier runs, whatever comes later', () => {
    fc.assert(
      fc.property(source, anyStyle, fc.nat(10), ({ from, boxes }, to, count) => {
        const known = names(boxes.slice(0, count), from, to);
        const later = names(boxes, from, to, known);
        for (const [name, destination] of known) expect(later.get(name)).toBe(destination);
        expect(new Set([...later.values()].map(identity)).size).toBe(boxes.length);
      }),
    );
  });

  it('does not give away the name of a mailbox that is gone for now', () => {
    const known = new Map([['a.b', 'a_b']]);
    const given = names([box('a_b', '/')], style('', '/'), style('', '.'), known);
    expect(given.get('a_b')).not.toBe('a_b');
  });

  it('turns prefix and delimiter of one side into those of the other', () => {
    const boxes = ['INBOX', 'INBOX.Sent', 'INBOX.Work.2024'].map((name) => box(name, '.'));
    expect([...names(boxes, style('INBOX.', '.'), style('', '/')).values()]).toEqual([
      'INBOX',
      'Sent',
      'Work/2024',
    ]);
    const back = ['INBOX', 'Sent', 'Work/2024'].map((name) => box(name, '/'));
    expect([...names(back, style('', '/'), style('INBOX.', '.')).values()]).toEqual([
      'INBOX',
      'INBOX.Sent',
      'INBOX.Work.2024',
    ]);
  });

  it('never takes a mailbox for INBOX because of its spelling', () => {
    const boxes = ['INBOX', 'INBOX.inbox', 'INBOX.INBOX'].map((name) => box(name, '.'));
    const given = names(boxes, style('INBOX.', '.'), style('', '/'));
    expect([...given.values()].filter((name) => /^inbox$/i.test(name))).toEqual(['INBOX']);
  });

  it('puts beside a mailbox that can hold no children what would lie below it', () => {
    const existing = [
      box('INBOX', '/', ['\\noinferiors']),
      box('Work', '/', ['\\noinferiors']),
      box('Old', '/'),
    ];
    const boxes = ['INBOX', 'INBOX/child', 'Work', 'Work/2024', 'Work/2024/May', 'Work_2024', 'Old/1999'];
    const to = style('', '/');
    const mapped = mapMailboxes(
      boxes.map((name) => box(name, '/')),
      to,
      to,
      new Map(),
      { existing },
    );
    expect(
      Object.fromEntries(mapped.map(({ source: { name }, destination }) => [name, destination])),
    ).toEqual({
      INBOX: 'INBOX',
      'INBOX/child': 'INBOX_child',
      Work: 'Work',
      'Work/2024': 'Work_2024_2',
      'Work/2024/May': 'Work_2024_2/May',
      Work_2024: 'Work_2024',
      'Old/1999': 'Old/1999',
    });
  });

  it('leaves out what cannot be selected', () => {
    const boxes = [box('a', '/', ['\\noselect']), box('b', '/', ['\\nonexistent']), box('c', '/')];
    expect([...names(boxes, style('', '/'), style('', '/')).keys()]).toEqual(['c']);
  });
});
