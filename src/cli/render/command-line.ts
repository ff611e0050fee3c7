/** The command as it was typed, quoted for a POSIX shell. No option takes a secret, so none is in it. */
export function commandLine(argv: readonly string[]): string {
  return ['mailferry', ...argv].map(quoted).join(' ');
}

/** One word of a command line. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
