import { MailferryError } from '../errors.js';
import type { SpecialUse } from '../model/mailbox.js';
import type { MailboxSelection } from './run-options.js';

/** What a pattern looks at. */
export interface SelectableMailbox {
  /** Name for people, `/` between levels. */
  readonly display: string;
  readonly specialUse: SpecialUse | null;
}

/**
 * Whether a mailbox takes part. A pattern names a mailbox and all below it; `*` stands for any text, `?` for one
 * character, everything else for itself, so `[Gmail]` is a name. INBOX knows no case. `role:trash` names the mailbox
 * with that special use (RFC 6154).
 */
export function isSelected({ include, exclude }: MailboxSelection, mailbox: SelectableMailbox): boolean {
  if (exclude.some((pattern) => matches(pattern, mailbox))) return false;
  return include.length === 0 || include.some((pattern) => matches(pattern, mailbox));
}

/** Throws USAGE (scope run) for a wanted mailbox that is not there: most likely its name is misspelt. */
export function checkPatterns(
  { include }: MailboxSelection,
  mailboxes: readonly SelectableMailbox[],
  account: string,
): void {
  const idle = include.find((pattern) => !mailboxes.some((mailbox) => matches(pattern, mailbox)));
  if (idle === undefined) return;
  const shown = mailboxes.slice(0, 10).map(({ display }) => `"${display}"`);
  const more = mailboxes.length > shown.length ? `, and ${mailboxes.length - shown.length} more` : '';
  throw new MailferryError({
    code: 'USAGE',
    scope: 'run',
    retry: 'never',
    message: `no mailbox of ${account} matches --mailbox "${idle}"; there are ${shown.join(', ')}${more}`,
    at: { account },
    hint: 'write names as shown, "/" between levels; * stands for any text and ? for one character',
  });
}

/** Throws USAGE (scope run) where `--exclude` leaves nothing of what there is: no run is meant to look at nothing. */
export function refuseNothingLeft({ exclude }: MailboxSelection, account: string): void {
  throw new MailferryError({
    code: 'USAGE',
    scope: 'run',
    retry: 'never',
    message: `no mailbox of ${account} is left to look at after --exclude ${exclude.map((pattern) => `"${pattern}"`).join(', ')}; wanted one at least`,
    at: { account },
    hint: 'exclude less; * stands for any text, and a mailbox for all below it',
  });
}

function matches(pattern: string, { display, specialUse }: SelectableMailbox): boolean {
  const role = /^role:([a-z]+)$/i.exec(pattern);
  if (role) return specialUse === `\\${role[1]?.toLowerCase()}`;
  const trimmed = pattern.replace(/\/+$/, '');
  const source = [...trimmed].map(partOf).join('');
  const inbox = /^inbox(?:\/|$)/i.test(trimmed);
  return new RegExp(`^${source}(?:/.*)?$`, inbox ? 'isu' : 'su').test(display);
}

function partOf(char: string): string {
  if (char === '*') return '.*';
  if (char === '?') return '.';
  return char.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
}
