/**
 * Characters that would act on a terminal instead of being shown: controls (C0, DEL, C1), line separators, and
 * those that turn the direction of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\t') return ' ';
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** Text of others (servers, mailbox names, arguments) on one line and without power over the terminal. */
export function cleanText(text: string): string {
  return text.replace(ACTING, escaped);
}

/** One line of JSON that may be shown on a terminal; parsing it gives the value back unchanged. */
export function jsonLine(value: unknown): string {
  // JSON.stringify escapes C0, and no more.
  return JSON.stringify(value).replace(ACTING, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}
