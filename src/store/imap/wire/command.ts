/** Part of a command: text goes out as it is, a literal as RFC 3501, section 4.3 (or RFC 7888) says. */
export type CommandPart = string | { readonly literal: Buffer };

/** How literals may be sent: LITERAL+ any size at once, LITERAL- up to 4096 octets at once (RFC 7888). */
export type LiteralMode = 'plus' | 'minus' | 'synchronizing';

/** RFC 7888, section 4: the most a LITERAL- server takes without being asked. */
const LITERAL_MINUS_BYTES = 4096;

export function needsContinuation(mode: LiteralMode, sizeBytes: number): boolean {
  if (mode === 'plus') return false;
  return mode === 'synchronizing' || sizeBytes > LITERAL_MINUS_BYTES;
}

export function literalHeader(mode: LiteralMode, sizeBytes: number): string {
  return needsContinuation(mode, sizeBytes) ? `{${sizeBytes}}\r\n` : `{${sizeBytes}+}\r\n`;
}

/** A whole command line, literals and all; null when the server has to ask for one of them first. */
export function wholeLine(tag: string, parts: readonly CommandPart[], mode: LiteralMode): string | null {
  let text = `${tag} `;
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else if (needsContinuation(mode, part.literal.length)) return null;
    else text += literalHeader(mode, part.literal.length) + part.literal.toString('latin1');
  }
  return `${text}\r\n`;
}

/** A string argument given as octets in latin1: quoted where the grammar allows, else a literal. */
export function stringPart(latin1: string): CommandPart {
  const quotable = latin1.length <= 1000 && /^[\x20-\x7e\t]*$/.test(latin1);
  if (!quotable) return { literal: Buffer.from(latin1, 'latin1') };
  return `"${latin1.replace(/["\\]/g, '\\$&')}"`;
}
