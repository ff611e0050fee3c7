import { describe, expect, it } from 'vitest';
import { checkPatterns, isSelected } from '../../../src/sync/selection.js';

function matches(pattern: string, name: string): boolean {
  return isSelected({ include: [pattern], exclude: [] }, { display: name, specialUse: null });
}

describe('a pattern', () => {
  it.each([
    ['Work', 'Work', true],
    ['Work', 'Work/2024', true],
    ['Work', 'Works', false],
    ['Work', 'My/Work', false],
    ['Work/', 'Work/2024', true],
    ['work', 'Work', false],
    ['*', 'anything/at all', true],
    ['A*', 'A/b/c', true],
    ['*/Old', 'A/b/Old', true],
    ['*/Old', 'Old', false],
    ['?', 'A', true],
    ['?', 'AB', false],
    ['?', '😀', true],
    ['[Gmail]', '[Gmail]/All Mail', true],
    ['[Gmail]', 'G', false],
    ['a.b+c(d)|e^$\\{1}', 'a.b+c(d)|e^$\\{1}', true],
    ['a.b', 'axb', false],
    ['inbox', 'INBOX', true],
    ['Inbox', 'INBOX/Sub', true],
    ['INBOX', 'INBOX2', false],
    ['x\n*', 'x\ny', true],
    ['Ünter', 'Ünter', true],
  ])('%j and mailbox %j: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it('that excludes wins over one that includes', () => {
    const selection = { include: ['A'], exclude: ['A/Old', 'A/*/tmp'] };
    const chosen = ['A', 'A/Old', 'A/Old/1', 'A/Older', 'A/b/tmp', 'B'].filter((name) =>
      isSelected(selection, { display: name, specialUse: null }),
    );
    expect(chosen).toEqual(['A', 'A/Older']);
  });

  it('is not needed to take everything', () => {
    expect(isSelected({ include: [], exclude: [] }, { display: 'A', specialUse: null })).toBe(true);
    expect(isSelected({ include: [], exclude: ['A'] }, { display: 'A/b', specialUse: null })).toBe(false);
  });

  it('by role goes by the special use alone', () => {
    const trash = { display: 'Papierkorb', specialUse: '\\trash' } as const;
    expect(isSelected({ include: ['role:trash'], exclude: [] }, trash)).toBe(true);
    expect(isSelected({ include: ['role:sent'], exclude: [] }, trash)).toBe(false);
    expect(isSelected({ include: [], exclude: ['role:trash'] }, { display: 'Trash', specialUse: null })).toBe(
      true,
    );
  });
});

describe('a pattern that no mailbox matches', () => {
  const mailboxes = ['INBOX', 'Sent'].map((display) => ({ display, specialUse: null }));

  it('is a mistake that is told with the names there are', () => {
    const check = (): void =>
      checkPatterns({ include: ['INBOX', 'Snet'], exclude: [] }, mailboxes, 'ann@host');
    expect(check).toThrow('no mailbox of ann@host matches --mailbox "Snet"; there are "INBOX", "Sent"');
    expect(check).toThrow(expect.objectContaining({ code: 'USAGE', scope: 'run' }));
  });

  it('may leave out what is not there', () => {
    expect(() => checkPatterns({ include: [], exclude: ['Snet'] }, mailboxes, 'ann@host')).not.toThrow();
  });
});
