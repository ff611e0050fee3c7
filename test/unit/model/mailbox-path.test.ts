import { describe, expect, it } from 'vitest';
import { displayPath, pathOf } from '../../../src/model/mailbox-path.js';

describe('pathOf', () => {
  it.each<[string, string | null, string, string[]]>([
    ['INBOX', '/', '', ['INBOX']],
    ['inbox', '.', 'INBOX.', ['INBOX']],
    ['a/b/c', '/', '', ['a', 'b', 'c']],
    ['a/b', '.', '', ['a/b']],
    ['a/b', null, '', ['a/b']],
    ['inbox/Sub', '/', '', ['INBOX', 'Sub']],
    ['inboxes/Sub', '/', '', ['inboxes', 'Sub']],
    ['INBOX.Sent', '.', 'INBOX.', ['Sent']],
    ['INBOX.inbox.x', '.', 'INBOX.', ['inbox', 'x']],
    ['Sent', '.', 'INBOX.', ['Sent']],
    ['a//b', '/', '', ['a', '', 'b']],
  ])('of %j with delimiter %j below %j is %j', (name, delimiter, prefix, path) => {
    expect(pathOf(name, delimiter, { prefix, delimiter })).toEqual(path);
  });
});

describe('displayPath', () => {
  it('decodes level by level and joins by a slash', () => {
    expect(displayPath(['INBOX', 'Entw&APw-rfe', 'A&B'])).toBe('INBOX/Entwürfe/A&B');
  });
});
