import type { CommandPart } from './raw-imap.js';

/** A string as a command's argument: quoted where the grammar allows it, else a literal. */
export function argument(text: string): CommandPart {
  // A quoted string holds US-ASCII without CR, LF and NUL (RFC 3501 section 9).
  const quotable = /^[ -~]*$/.test(text);
  return quotable ? `"${text.replace(/["\\]/g, '\\$&')}"` : Buffer.from(text, 'utf8');
}
