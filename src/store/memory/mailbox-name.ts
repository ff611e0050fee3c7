import type { WireName } from '../../model/mailbox.js';
import { refused } from './refusal.js';
import type { MemoryTraits } from './traits.js';

/** Throws MAILBOX_UNAVAILABLE for a name under which the server makes no mailbox. */
export function checkMailboxName(name: WireName, traits: MemoryTraits): void {
  const no = traits.refuseMailbox(name) ?? malformed(name, traits);
  if (no !== null) throw refused('MAILBOX_UNAVAILABLE', no, { account: traits.account, mailbox: name });
}

function malformed(name: WireName, { prefix, delimiter, other, shared }: MemoryTraits): string | null {
  if (name.toUpperCase() === 'INBOX') return null;
  const prefixes = [prefix, ...[...other, ...shared].map((namespace) => namespace.prefix)];
  const home = prefixes.find((candidate) => name.startsWith(candidate) && name.length > candidate.length);
  if (home === undefined) return `[CANNOT] Mailbox names begin with ${prefix}`;
  if (/[^\x20-\x7e]/.test(name)) return '[CANNOT] Mailbox name is not modified UTF-7';
  const levels = delimiter === null ? [name] : name.slice(home.length).split(delimiter);
  return levels.includes('') ? '[CANNOT] Mailbox name has an empty level' : null;
}
