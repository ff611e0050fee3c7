import type { MailboxSelection } from './run-options.js';

/**
 * Whether a mailbox takes part. A pattern names a mailbox and all below it; `*` stands for any text, `?` for one
 * character, everything else for itself, so `[Gmail]` is a name. INBOX knows no case.
 */
export function isSelected(selection: MailboxSelection, displayName: string): boolean {
  const { include, exclude } = selection;
  if (exclude.some((pattern) => matches(pattern, displayName))) return false;
  return include.length === 0 || include.some((pattern) => matches(pattern, displayName));
}

function matches(pattern: string, name: string): boolean {
  const trimmed = pattern.replace(/\/+$/, '');
  const source = [...trimmed].map(partOf).join('');
  const inbox = /^inbox(?:\/|$)/i.test(trimmed);
  return new RegExp(`^${source}(?:/.*)?$`, inbox ? 'isu' : 'su').test(name);
}

function partOf(char: string): string {
  if (char === '*') return '.*';
  if (char === '?') return '.';
  return char.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
}
